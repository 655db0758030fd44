/** The draw over REST: docs/reference/picker.md. */

import type { PickRequest, Candidate, Picked } from '../wire/rest';
import { request } from './request';

export type { Candidate, Picked };
export type Wishes = PickRequest;

const CANDIDATES = 3;

export function pick(sessionId: number, wishes: Wishes): Promise<Picked> {
  const body: PickRequest = { ...wishes, mode: 'balanced', count: CANDIDATES, sessionId };
  return request('POST', '/api/pick', body);
}
