/** Who is logged in: the browser's cookie says it to the server, and no script ever sees it. */

import type { BrowserLogin, NewBrowserLogin, User } from '../wire/rest';
import { request } from './request';

/** `subject` is `token:5` for who is logged in by the token with this id. */
export type Account = User;

const PATH = '/api/auth/session';
/** A token has three parts; the admin key has one. */
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** Null where nobody is logged in. */
export async function readAccount(): Promise<Account | null> {
  const { user } = await request<BrowserLogin>('GET', PATH);
  return user;
}

/** `secret` is the admin key or a host token, as somebody has typed or pasted it. */
export function logIn(secret: string): Promise<unknown> {
  const trimmed = secret.trim();
  const given: NewBrowserLogin = TOKEN.test(trimmed) ? { token: trimmed } : { key: trimmed };
  return request('POST', PATH, given);
}

export function logOut(): Promise<unknown> {
  return request('DELETE', PATH);
}
