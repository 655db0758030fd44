/** What somebody types or pastes as a room code. */

/** In capitals, without the spaces and signs that people put between. What is no letter or digit of ASCII stays, to be told. */
export function tidied(typed: string): string {
  return typed.replace(/[\s.·_-]+/g, '').replace(/[a-z]/g, (letter) => letter.toUpperCase());
}

export type CodeProblem = 'codeSigns' | 'codeLong';

/** What is wrong with it already while it is typed; null also for one that is only too short so far. */
export function problemWith(code: string): CodeProblem | null {
  if (/[^A-Z0-9]/.test(code)) return 'codeSigns';
  return code.length > 4 ? 'codeLong' : null;
}
