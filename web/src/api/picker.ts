/** The draw over REST: docs/reference/picker.md. */

import type { Game } from './catalogue';
import { request } from './request';

export interface Wishes {
  playerCount: number | 'live';
  drawing?: 'only' | 'exclude';
  length?: 'short' | 'medium' | 'long';
  familyFriendly?: true;
  excludePlayed?: true;
  packs?: readonly string[];
}

export interface Candidate {
  game: Game;
  /** The chance to be drawn first, from 0 to 1. */
  odds: number;
  weight: number;
  /** What the weight is the product of, by name; 1 changes nothing. */
  factors: Readonly<Record<string, number>>;
}

export interface Picked {
  candidates: readonly Candidate[];
  poolSize: number;
  relaxed: readonly string[];
  playerCount: number | null;
  receipt?: string;
}

const CANDIDATES = 3;

export function pick(sessionId: number, wishes: Wishes): Promise<Picked> {
  return request('POST', '/api/pick', { ...wishes, mode: 'balanced', count: CANDIDATES, sessionId });
}
