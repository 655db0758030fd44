/** The catalogue over REST: docs of each address at /api/docs. */

import type {
  CsvImport,
  Game,
  GameChange,
  GameFacts,
  Imported,
  ImportedSymbols,
  Pack,
  PackChanged,
} from '../wire/rest';
import { request } from './request';

export type { Game, GameFacts, Imported, ImportedSymbols, Pack };
export type Favor = Game['favor_bias'];
export type PlayMode = NonNullable<Game['play_mode']>;
export type ImportMode = NonNullable<CsvImport['mode']>;

export const EXPORT = '/api/games/export/csv';

export const readGames = (): Promise<Game[]> => request('GET', '/api/games');
export const readPacks = (): Promise<Pack[]> => request('GET', '/api/games/packs');
export const addGame = (facts: GameFacts): Promise<Game> => request('POST', '/api/games', facts);
export const changeGame = (id: number, facts: GameChange): Promise<Game> => request('PUT', `/api/games/${id}`, facts);
export const enableGame = (id: number, enabled: boolean): Promise<Game> =>
  request('PATCH', `/api/games/${id}/toggle`, { enabled });
export const favorGame = (id: number, favor_bias: Favor): Promise<Game> =>
  request('PATCH', `/api/games/${id}/favor`, { favor_bias });
export const removeGame = (id: number): Promise<unknown> => request('DELETE', `/api/games/${id}`);
export const enablePack = (name: string, enabled: boolean): Promise<PackChanged> =>
  request('PATCH', `/api/games/packs/${encodeURIComponent(name)}/toggle`, { enabled });
export const favorPack = (name: string, favor_bias: Favor): Promise<PackChanged> =>
  request('PATCH', `/api/games/packs/${encodeURIComponent(name)}/favor`, { favor_bias });
/** `csvFile` is the file itself, in base64. */
export const importCsv = (csvFile: string, mode: ImportMode): Promise<Imported> =>
  request('POST', '/api/games/import/csv', { csvFile, mode } satisfies CsvImport);
export const importTickers = (tickers: Record<string, string>): Promise<ImportedSymbols> =>
  request('POST', '/api/games/import/tickers', tickers);
