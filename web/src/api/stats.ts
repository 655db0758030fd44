/** What the nights come to, over REST: docs of each address at /api/docs. */

import { request } from './request';

export interface Totals {
  night_count: number;
  play_count: number;
  minutes_played: number;
  player_count: number | null;
  voter_count: number;
  total_votes: number;
}

export interface RankedGame {
  id: number;
  title: string;
  pack_name: string;
  play_count: number;
  night_count: number;
  upvotes: number;
  downvotes: number;
  total_votes: number;
  liked_share: number | null;
}

export interface NightFigures {
  session_id: number;
  day: string;
  notes: string | null;
  play_count: number;
  minutes_played: number;
  player_count: number | null;
  voter_count: number;
  total_votes: number;
}

export interface Run {
  length: number;
  since: string;
  until: string;
}

export interface Highlights {
  totals: Totals;
  mostPlayed: readonly RankedGame[];
  bestLiked: readonly RankedGame[];
  streaks: {
    weeks: { longest: Run; latest: Run } | null;
    months: { longest: Run; latest: Run } | null;
    game: (Run & { title: string }) | null;
  };
  records: Readonly<Record<RecordName, NightFigures | null>>;
}

export const RECORDS = ['longestNight', 'mostGames', 'mostVotes', 'mostVoters', 'mostPlayers'] as const;
export type RecordName = (typeof RECORDS)[number];

export type PeriodFigures = Totals & { period: string };

export interface UnplayedGame {
  id: number;
  title: string;
  pack_name: string;
  last_played_at: string;
  nights_since: number;
}

export interface Overview {
  longestUnplayedGames: readonly UnplayedGame[];
  neverPlayedGames: readonly { id: number; title: string; pack_name: string }[];
}

/** The catalogue, the nights and the votes as CSV files in one archive. */
export const EVERYTHING = '/api/stats/export.zip';

const MAX_NIGHTS = 100;

/** The day of a night is that of the host's clock. */
function query(parameters: Record<string, string | number>): string {
  const utcOffset = -new Date().getTimezoneOffset();
  return String(new URLSearchParams({ utcOffset: String(utcOffset), ...parameters }));
}

export const readOverview = (): Promise<Overview> => request('GET', '/api/stats');
/** Of a year (`2026`), a month (`2026-03`), or all nights (empty). */
export const readHighlights = (period: string): Promise<Highlights> =>
  request('GET', `/api/stats/highlights?${query(period ? { period } : {})}`);

/** Newest first. */
export async function readPeriods(by: 'month' | 'year'): Promise<readonly PeriodFigures[]> {
  const { periods } = await request<{ periods: { period: string; totals: Totals }[] }>(
    'GET',
    `/api/stats/periods?${query({ by })}`,
  );
  return periods.map(({ period, totals }) => ({ period, ...totals }));
}

/** The last nights, newest first. */
export async function readNightFigures(): Promise<readonly NightFigures[]> {
  const { nights } = await request<{ nights: NightFigures[] }>(
    'GET',
    `/api/stats/nights?${query({ limit: MAX_NIGHTS })}`,
  );
  return nights;
}
