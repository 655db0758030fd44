/** The catalogue over REST: docs of each address at /api/docs. */

import { request } from './request';

export type Favor = -1 | 0 | 1;
export type Flag = 0 | 1;
export type PlayMode = 'versus' | 'coop' | 'team';

/** What a person can say of a game. */
export interface GameFacts {
  pack_name: string;
  title: string;
  min_players: number;
  max_players: number;
  length_minutes: number | null;
  has_audience: Flag;
  family_friendly: Flag;
  family_friendly_setting: Flag;
  game_type: string | null;
  secondary_type: string | null;
  play_mode: PlayMode | null;
  app_tags: readonly string[];
  symbol: string | null;
  enabled: Flag;
  favor_bias: Favor;
}

export interface Game extends GameFacts {
  id: number;
  play_count: number;
  upvotes: number;
  downvotes: number;
  popularity_score: number;
}

export interface Pack {
  name: string;
  favor_bias: Favor;
  total_count: number;
  enabled_count: number;
  play_count: number;
}

export interface Imported {
  count: number;
  added: number;
  updated: number;
  unchanged: number;
  removed: number;
}

export type ImportMode = 'append' | 'replace';

export const EXPORT = '/api/games/export/csv';

export const readGames = (): Promise<Game[]> => request('GET', '/api/games');
export const readPacks = (): Promise<Pack[]> => request('GET', '/api/games/packs');
export const addGame = (facts: GameFacts): Promise<Game> => request('POST', '/api/games', facts);
export const changeGame = (id: number, facts: Partial<GameFacts>): Promise<Game> =>
  request('PUT', `/api/games/${id}`, facts);
export const enableGame = (id: number, enabled: boolean): Promise<Game> =>
  request('PATCH', `/api/games/${id}/toggle`, { enabled });
export const favorGame = (id: number, favor_bias: Favor): Promise<Game> =>
  request('PATCH', `/api/games/${id}/favor`, { favor_bias });
export const removeGame = (id: number): Promise<unknown> => request('DELETE', `/api/games/${id}`);
export const enablePack = (name: string, enabled: boolean): Promise<{ games: Game[] }> =>
  request('PATCH', `/api/games/packs/${encodeURIComponent(name)}/toggle`, { enabled });
export const favorPack = (name: string, favor_bias: Favor): Promise<{ games: Game[] }> =>
  request('PATCH', `/api/games/packs/${encodeURIComponent(name)}/favor`, { favor_bias });
export const importCsv = (csvData: string, mode: ImportMode): Promise<Imported> =>
  request('POST', '/api/games/import/csv', { csvData, mode });
