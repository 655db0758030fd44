/** Tokens with a name over REST. */

import { request } from './request';

export const SCOPES = ['read', 'vote', 'host', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

export interface NamedToken {
  id: number;
  name: string;
  scope: Scope;
  created_at: string;
  expires_at: string;
  last_used_at: string | null;
  revoked_at: string | null;
  /** Of a browser that logged in with the admin key. */
  is_login: 0 | 1;
}

export interface NewToken {
  name: string;
  scope: Scope;
  days: number;
}

/** The only answer with the token itself. */
export type CreatedToken = NamedToken & { token: string };

export const readTokens = (): Promise<NamedToken[]> => request('GET', '/api/tokens');
export const createToken = (token: NewToken): Promise<CreatedToken> => request('POST', '/api/tokens', token);
export const revokeToken = (id: number): Promise<NamedToken> => request('DELETE', `/api/tokens/${id}`);
