/** What the nights come to, over REST: docs of each address at /api/docs. */

import type { Highlights, Night, NightPage, Overview, Periods, PlayedGame, Records, Run, Totals } from '../wire/rest';
import { request } from './request';
import { ownTimeZone } from './timeZone';

export type { Highlights, Overview, Run, Totals };
export type { Night as NightFigures, PlayedGame as RankedGame };

export type RecordName = keyof Records;
export const RECORDS = [
  'longestNight',
  'mostGames',
  'mostVotes',
  'mostVoters',
  'mostPlayers',
] as const satisfies readonly RecordName[];

export type PeriodFigures = Totals & { period: string };

/** The catalogue, the nights and the votes as CSV files in one archive. */
export const EVERYTHING = '/api/stats/export.zip';

const MAX_NIGHTS = 100;

/** The day of a night is that of the host's clock. */
function query(parameters: Record<string, string | number>): string {
  return String(new URLSearchParams({ timeZone: ownTimeZone(), ...parameters }));
}

export const readOverview = (): Promise<Overview> => request('GET', '/api/stats');
/** Of a year (`2026`), a month (`2026-03`), or all nights (empty). */
export const readHighlights = (period: string): Promise<Highlights> =>
  request('GET', `/api/stats/highlights?${query(period ? { period } : {})}`);

/** Newest first. */
export async function readPeriods(by: 'month' | 'year'): Promise<readonly PeriodFigures[]> {
  const { periods } = await request<Periods>('GET', `/api/stats/periods?${query({ by })}`);
  return periods.map(({ period, totals }) => ({ period, ...totals }));
}

/** The last nights, newest first. */
export async function readNightFigures(): Promise<readonly Night[]> {
  const { nights } = await request<NightPage>('GET', `/api/stats/nights?${query({ limit: MAX_NIGHTS })}`);
  return nights;
}
