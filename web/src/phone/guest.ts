/** Who votes with this browser: the server knows it by a cookie that no script sees; others by no name, or a nickname. */

import { request } from '../api/request';
import { keep, recall } from '../stored';
import type { Guest } from '../wire/rest';

export type { Guest };

export const MAX_NICKNAME_LENGTH = 32;
const NICKNAME = 'nickname';

/** Takes part: a browser that did so before is the same guest again. Raises ApiError. */
export function enter(): Promise<Guest> {
  const nickname = recall(NICKNAME);
  // What the browser forgot, the server may still know.
  return request<Guest>('POST', '/api/guests', nickname === null ? {} : { nickname });
}

/** Takes another nickname, as the server writes it; null for none. Raises ApiError. */
export async function rename(nickname: string | null): Promise<Guest> {
  const guest = await request<Guest>('PATCH', '/api/guests/me', { nickname });
  keep(NICKNAME, guest.nickname);
  return guest;
}
