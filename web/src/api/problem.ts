import { t } from '../messages/common';
import { ApiError } from './request';

/** What went wrong as a sentence for people: the server's own, or that it can't be reached. */
export function problemOf(error: unknown): string {
  if (!(error instanceof ApiError)) return String(error);
  return error.code === 'no_connection' ? t('noConnection') : error.message;
}
