import { language, locale } from '../language.svelte';
import type { Language, Messages, Values } from '../translate';
import { de } from './de';
import { en } from './en';
import { es } from './es';
import { inWords, type Refusal } from './inWords';

/** What every page may be refused. */
export const ERRORS: Readonly<Record<Language, Messages>> = { en, de, es };

/** In the page's own words, or in the server's where the page has none. */
export function sayError(
  refusal: Refusal & { message: string },
  words: Readonly<Record<Language, Messages>> = ERRORS,
  values: Values = {},
): string {
  const suggestion = refusal.details['suggestion'];
  return (
    inWords(refusal, words[language()], language(), locale(), values) ??
    [refusal.message, suggestion].filter((each) => typeof each === 'string' && each !== '').join(' ')
  );
}
