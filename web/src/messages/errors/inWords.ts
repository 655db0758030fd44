/** What the server refused, said in the page's language by its stable code. */

import { placeholdersOf, translate, type Language, type Messages, type Values } from '../translate';

export interface Refusal {
  readonly code: string;
  /** What the answer says besides, such as `field` and `reason`. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** Null where there are no words for it, or where the answer lacks what they tell. */
export function inWords(
  { code, details }: Refusal,
  words: Messages,
  language: Language,
  locale: string,
  more: Values = {},
): string | null {
  const keys = [`${code}.${String(details['reason'])}`, `${code}.${String(details['field'])}`, code];
  const message = keys.map((key) => words[key]).find((each) => each !== undefined);
  if (message === undefined) return null;
  const values = { ...valuesOf(details), ...more };
  if (!placeholdersOf(message).every((name) => name in values)) return null;
  return translate(message, language, locale, values);
}

export function valuesOf(details: Refusal['details']): Values {
  return Object.fromEntries(
    Object.entries(details).filter(
      (entry): entry is [string, string | number] => typeof entry[1] === 'string' || typeof entry[1] === 'number',
    ),
  );
}
