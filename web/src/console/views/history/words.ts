import { t } from '../../../messages/history';

/** So many minutes, as people say it. */
export function durationInWords(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  return hours ? t('hours', { hours, minutes: minutes % 60 }) : t('minutes', { minutes });
}
