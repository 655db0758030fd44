/** Messages with placeholders and plurals, without a browser: `translate(messages, 'de', 'joined', { count: 3 })`. */

export type Language = 'en' | 'de' | 'es';
export const LANGUAGES: readonly Language[] = ['en', 'de', 'es'];

/** A text by the plural category of `count`. A language has some of the categories, and always `other`. */
export type Plural = { readonly other: string } & { readonly [category in Intl.LDMLPluralRule]?: string };
export type Message = string | Plural;
export type Messages = Readonly<Record<string, Message>>;

/** The same messages in another language: the same keys, each a text or a plural as in the original. */
export type Translation<Original extends Messages> = {
  readonly [Key in keyof Original]: Original[Key] extends string ? string : Plural;
};
export type Values = Readonly<Record<string, string | number>>;

const PLACEHOLDER = /\{(\w+)\}/g;

/** The message with its placeholders filled. `locale` writes the numbers, `language` chooses the plural. */
export function translate(message: Message, language: Language, locale: string, values: Values = {}): string {
  return textOf(message, language, values).replace(PLACEHOLDER, (written, name: string) => {
    const value = values[name];
    if (value === undefined) return written;
    return typeof value === 'number' ? new Intl.NumberFormat(locale).format(value) : value;
  });
}

function textOf(message: Message, language: Language, values: Values): string {
  if (typeof message === 'string') return message;
  const category = new Intl.PluralRules(language).select(Number(values['count'] ?? 0));
  return message[category] ?? message.other;
}

export function placeholdersOf(message: Message): string[] {
  const texts = typeof message === 'string' ? [message] : Object.values(message);
  const names = texts.flatMap((text) => [...text.matchAll(PLACEHOLDER)].map((match) => match[1] ?? ''));
  return [...new Set(names)].sort();
}

/** The first of the browser's languages that there are messages in, with the locale to write numbers and dates in. */
export function matchLanguage(preferred: readonly string[]): { language: Language; locale: string } {
  for (const tag of preferred) {
    const language = LANGUAGES.find((each) => each === tag.toLowerCase().split(/[-_]/)[0]);
    if (language) return { language, locale: checkedLocale(tag, language) };
  }
  return { language: 'en', locale: 'en' };
}

/** A browser may name locales that Intl refuses, such as `en-US@posix`. */
export function checkedLocale(tag: string, language: Language): string {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(tag)[0] ?? language;
  } catch {
    return language;
  }
}
