import { t } from '../../../messages/night';

/** `15 min`, or `2 h 5 min`. */
export function durationInWords(minutes: number): string {
  return minutes < 60
    ? t('minutes', { count: minutes })
    : t('hoursMinutes', { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}
