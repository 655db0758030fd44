/** What a chat log may not tell by itself, and who imports it has to say: asked for where the server needs it. */

import type { ApiError } from '../../../api/request';
import { ownTimeZone } from '../../../api/timeZone';

export type Lack = 'timeZone' | 'firstDate' | 'streamStart';

/** By the code of a refusal, with its reason where there is one. */
const LACKS: Readonly<Record<string, readonly Lack[]>> = {
  'chat_log_invalid.no_date': ['firstDate', 'timeZone'],
  'chat_log_invalid.stream_start_missing': ['streamStart', 'timeZone'],
  'chat_log_invalid.zone_unknown': ['timeZone'],
  'timestamp_in_future.chat_log': ['timeZone'],
  time_zone_unknown: ['timeZone'],
};

export function lacksOf({ code, details }: Pick<ApiError, 'code' | 'details'>): readonly Lack[] {
  const reason = details['reason'];
  return LACKS[typeof reason === 'string' ? `${code}.${reason}` : code] ?? [];
}

/** All that the browser knows, and its own, which may go by an older name. */
export function timeZones(own = ownTimeZone()): string[] {
  return [...new Set([...Intl.supportedValuesOf('timeZone'), 'UTC', own])].sort();
}

/** The date of a moment in a zone, as `2026-11-20`. */
export function dateIn(timeZone: string, moment: string): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
    .formatToParts(new Date(moment))
    .map(({ type, value }) => [type, value] as const);
  const { year, month, day } = Object.fromEntries(parts) as Record<string, string>;
  return `${year}-${month}-${day}`;
}

/** What a `datetime-local` control says, with the seconds that it leaves out. */
export function withSeconds(moment: string): string {
  return moment.length === '2026-11-20T19:00'.length ? `${moment}:00` : moment;
}
