import { request } from './request';

/** Makes this browser a guest, by a cookie: it may follow the night and vote. False where guests are not let in. */
export async function becomeGuest(): Promise<boolean> {
  await request('POST', '/api/guests', {});
  return true;
}
