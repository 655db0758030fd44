/** The draw over REST: docs/reference/picker.md. */

import type { Asked, Candidate, Picked } from '../wire/rest';
import { request } from './request';

export type { Candidate, Picked };
export type Wishes = Asked;

const CANDIDATES = 3;

export function pick(sessionId: number, wishes: Wishes): Promise<Picked> {
  const asked: Asked = { ...wishes, mode: 'balanced', count: CANDIDATES, sessionId };
  return request('POST', '/api/pick', asked);
}
