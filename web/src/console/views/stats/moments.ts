import { formatDate } from '../../../messages/language.svelte';

/** A day (`2026-03-13`), month (`2026-03`) or year (`2026`) as people write it: it has no zone, and is read in none. */
export function periodInWords(period: string): string {
  const [year, month, day] = period.split('-');
  const options: Intl.DateTimeFormatOptions = day
    ? { dateStyle: 'medium' }
    : { year: 'numeric', ...(month ? { month: 'long' } : {}) };
  return formatDate(`${year}-${month ?? '01'}-${day ?? '01'}T12:00:00Z`, { ...options, timeZone: 'UTC' });
}
