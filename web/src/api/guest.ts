import { ApiError, request } from './request';

/**
 * Makes this browser a guest, by a cookie: it may follow the night and vote. False where guests are not let in; raises
 * ApiError where it can't be tried just now.
 */
export async function becomeGuest(): Promise<boolean> {
  try {
    await request('POST', '/api/guests', { cookie: true });
    return true;
  } catch (error) {
    const isRefused = error instanceof ApiError && [400, 401, 403, 404].includes(error.status);
    if (isRefused) return false;
    throw error;
  }
}
