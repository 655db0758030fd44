import { t } from '../../../messages/history';

/** So many minutes, as people say it. */
export function durationInWords(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  return hours ? t('hours', { hours, minutes: minutes % 60 }) : t('minutes', { minutes });
}

const FACTORS = ['favor', 'packFavor', 'recency', 'tonight', 'taste', 'novelty', 'variety', 'cap'] as const;

/** What a factor of the draw says of a game. One that this page does not know yet keeps its name. */
export function factorInWords(name: string, isFor: boolean): string {
  const known = FACTORS.find((factor) => factor === name);
  return known ? t(isFor ? `${known}For` : `${known}Against`) : name;
}
