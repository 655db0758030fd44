import { ERRORS, sayError } from '../errors';
import { de } from './de';
import { en } from './en';
import { es } from './es';

/** All that hosts may be refused. */
export const HOST_ERRORS = { en: { ...ERRORS.en, ...en }, de: { ...ERRORS.de, ...de }, es: { ...ERRORS.es, ...es } };

/** What to do about a room that is not followed. */
export function whyNotFollowed(following: string, sentence: string): string {
  return sayError({ code: 'room_check', details: { reason: following }, message: sentence }, HOST_ERRORS);
}
