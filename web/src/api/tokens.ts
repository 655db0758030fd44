/** Tokens with a name over REST. */

import type { CreatedToken, NamedToken, NewToken } from '../wire/rest';
import { request } from './request';

export type { CreatedToken, NamedToken };
export type Scope = NamedToken['scope'];
export const SCOPES: readonly Scope[] = ['read', 'vote', 'host', 'admin'];

export const readTokens = (): Promise<NamedToken[]> => request('GET', '/api/tokens');
export const createToken = (token: NewToken): Promise<CreatedToken> => request('POST', '/api/tokens', token);
export const revokeToken = (id: number): Promise<NamedToken> => request('DELETE', `/api/tokens/${id}`);
