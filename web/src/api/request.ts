/** The REST API as the pages use it: JSON in, JSON out, the cookie says who asks, and a refusal is an ApiError. */

/** What the server refused. `message` is its sentence, in English; `code` its stable word, to say it in other languages. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    sentence: string,
    /** Whatever the answer says besides, such as `activeSessionId`. */
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(sentence);
  }
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
const PATIENCE = 20_000;

interface Options {
  /** The change is made once, even where this request arrives twice. */
  idempotencyKey?: string;
}

/** Raises ApiError; its code is `no_connection` where the server could not be reached. */
export async function request<T>(method: Method, path: string, body?: unknown, options: Options = {}): Promise<T> {
  const { answer } = await send(method, path, body, options);
  return answer as T;
}

/** A part of a list, and how many rows the whole list has. */
export interface Part<T> {
  readonly rows: readonly T[];
  readonly total: number;
}

/** Raises ApiError, as `request` does. */
export async function requestPart<T>(path: string): Promise<Part<T>> {
  const { answer, headers } = await send('GET', path, undefined, {});
  return { rows: answer as T[], total: Number(headers.get('X-Total-Count')) };
}

async function send(
  method: Method,
  path: string,
  body: unknown,
  options: Options,
): Promise<{ answer: unknown; headers: Headers }> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      credentials: 'same-origin',
      signal: AbortSignal.timeout(PATIENCE),
      headers: {
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(options.idempotencyKey === undefined ? {} : { 'Idempotency-Key': options.idempotencyKey }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    throw new ApiError(0, 'no_connection', 'The server could not be reached.');
  }
  const answer: unknown = await response.json().catch(() => ({}));
  if (response.ok) return { answer, headers: response.headers };
  const { error = response.statusText, code = 'unknown', ...details } = answer as { error?: string; code?: string };
  throw new ApiError(response.status, code, error, details);
}

/** A POST that adds something, and adds it once: where its answer is lost it is asked for again. */
export async function add<T>(path: string, body: unknown = {}): Promise<T> {
  const options = { idempotencyKey: randomKey() };
  try {
    return await request<T>('POST', path, body, options);
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'no_connection') throw error;
    return request<T>('POST', path, body, options);
  }
}

/** `crypto.randomUUID` exists on HTTPS only. */
function randomKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
