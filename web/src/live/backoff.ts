/** When to come back after a connection has ended: docs/reference/live.md, "Close codes" and "Coming back". */

export const MIN_PAUSE = 500;
export const MAX_PAUSE = 15_000;
/** 41xx: the server has asked for less. */
const FAILURES_WHEN_TOO_MUCH = 3;

export type Ending =
  | { readonly kind: 'wait'; readonly milliseconds: number }
  /** Something has to be mended first. `word` is the server's, such as `token-expired`. */
  | { readonly kind: 'stop'; readonly code: number; readonly word: string };

const BROKEN_CLIENT = new Set([1002, 1003, 1007, 1009]);

/** `failures` counts the connections in a row that never got to live. `random` is from 0 to 1. */
export function afterClose(code: number, reason: string, failures: number, random: () => number): Ending {
  if ((code >= 4000 && code < 4100) || BROKEN_CLIENT.has(code)) {
    return { kind: 'stop', code, word: reason.split(/[ :]/)[0] ?? '' };
  }
  const retryAfter = /retryAfter=(\d+(?:\.\d+)?)/.exec(reason)?.[1];
  if (retryAfter !== undefined) return { kind: 'wait', milliseconds: Math.min(Number(retryAfter) * 1000, MAX_PAUSE) };
  const counted = code >= 4100 && code < 4200 ? Math.max(failures, FAILURES_WHEN_TOO_MUCH) : failures;
  return { kind: 'wait', milliseconds: random() * Math.min(MAX_PAUSE, MIN_PAUSE * 2 ** counted) };
}
