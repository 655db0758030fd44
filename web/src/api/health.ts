import { request } from './request';

/** How the server is, as `GET /health` tells it. */
export interface Health {
  status: string;
  version: string;
  database: string;
  waiting: { writes: number; reads: number };
  logHead: number;
  liveClients: number;
  loops: Readonly<Record<string, { running: boolean }>>;
  rooms: { followed: number; reconnects: number; secondsSinceLastFrame: number | null };
}

export const readHealth = (): Promise<Health> => request('GET', '/health');
