/** The language of the page: the browser's, unless somebody has chosen one by hand. */

import { keep, recall } from '../stored';
import {
  LANGUAGES,
  matchLanguage,
  translate,
  type Language,
  type Messages,
  type Translation,
  type Values,
} from './translate';

export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', de: 'Deutsch', es: 'Español' };

function preferred(): { language: Language; locale: string } {
  const stored = recall('language');
  const chosen = LANGUAGES.find((each) => each === stored);
  const tags = [...navigator.languages];
  // The chosen language in the way of the browser's region, where it names one: de-AT for de.
  return matchLanguage(chosen ? [...tags.filter((tag) => tag.toLowerCase().startsWith(chosen)), chosen] : tags);
}

let current = $state.raw(preferred());

export function language(): Language {
  return current.language;
}

export function locale(): string {
  return current.locale;
}

export function applyLanguage(): void {
  document.documentElement.lang = current.language;
}

export function chooseLanguage(choice: Language): void {
  keep('language', choice);
  current = preferred();
  applyLanguage();
}

/** A function that says a message in the page's language; what reads it follows a change of language. */
export function translator<Original extends Messages>(
  en: Original,
  de: Translation<Original>,
  es: Translation<Original>,
): (key: keyof Original & string, values?: Values) => string {
  const all = { en, de, es };
  return (key, values) => translate(all[current.language][key] ?? key, current.language, current.locale, values);
}

/** The language of this window alone, as its address asks for; nothing is kept. */
export function useLanguage(requested: Language): void {
  current = matchLanguage([...navigator.languages.filter((tag) => tag.toLowerCase().startsWith(requested)), requested]);
  applyLanguage();
}

/** A moment as the page's language writes it. */
export function formatDate(iso: string, options: Intl.DateTimeFormatOptions = { dateStyle: 'medium' }): string {
  return new Intl.DateTimeFormat(current.locale, options).format(new Date(iso));
}

/** A number as the page's language writes it. */
export function formatNumber(value: number, options: Intl.NumberFormatOptions = {}): string {
  return new Intl.NumberFormat(current.locale, options).format(value);
}
