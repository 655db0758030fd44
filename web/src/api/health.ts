import type { Health as Described } from '../wire/rest';
import { request } from './request';

/** How the server is, as `GET /health` tells it. The description leaves open what is in these parts. */
export type Health = Described & {
  waiting: { writes: number; reads: number };
  loops: Readonly<Record<string, { running: boolean }>>;
  rooms: { followed: number; reconnects: number; secondsSinceLastFrame: number | null };
};

export const readHealth = (): Promise<Health> => request('GET', '/health');
