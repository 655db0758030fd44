import { describe, expect, test } from 'vitest';
import { checkedLocale, matchLanguage, placeholdersOf, translate, type Message, type Messages } from './translate';

const files = import.meta.glob<Record<string, Messages>>('./*/{en,de,es}.ts', { eager: true });

function messagesIn(area: string, language: string): Messages {
  const messages = files[`./${area}/${language}.ts`]?.[language];
  if (!messages) throw new Error(`There is no ${language} in ${area}`);
  return messages;
}

const areas = [...new Set(Object.keys(files).map((path) => path.split('/')[1] ?? ''))];
const categories = (message: Message): string[] => (typeof message === 'string' ? [] : Object.keys(message).sort());

describe.each(areas)('the messages of %s', (area) => {
  const original = messagesIn(area, 'en');

  test.each(['de', 'es'])('are the same in %s: keys, placeholders, plurals', (language) => {
    const others = messagesIn(area, language);
    expect(Object.keys(others)).toEqual(Object.keys(original));
    for (const [key, message] of Object.entries(original)) {
      expect(placeholdersOf(others[key] ?? ''), key).toEqual(placeholdersOf(message));
      // `count` in each form but that for one, which may say it in words.
      expect(categories(others[key] ?? ''), key).toEqual(categories(message));
    }
  });

  test('are all written', () => {
    for (const language of ['en', 'de', 'es']) {
      for (const [key, message] of Object.entries(messagesIn(area, language))) {
        const texts = typeof message === 'string' ? [message] : Object.values(message);
        expect(
          texts.every((text) => text.trim() === text && text !== ''),
          `${language} ${key}`,
        ).toBe(true);
      }
    }
  });
});

describe('a message', () => {
  const joined = { one: '{count} player', other: '{count} players' };

  test('takes the plural of its count and writes numbers as the locale does', () => {
    expect(translate(joined, 'en', 'en', { count: 1 })).toBe('1 player');
    expect(translate(joined, 'en', 'en', { count: 0 })).toBe('0 players');
    expect(translate(joined, 'de', 'de-DE', { count: 12345 })).toBe('12.345 players');
  });

  test('takes values as text', () => {
    expect(translate('{name} is in', 'en', 'en', { name: '<b>{count}</b>' })).toBe('<b>{count}</b> is in');
  });
});

describe('the language', () => {
  test('is the first of the browser that there is, in the way of its region', () => {
    expect(matchLanguage(['fr-FR', 'de-AT', 'en'])).toEqual({ language: 'de', locale: 'de-AT' });
    expect(matchLanguage(['fr'])).toEqual({ language: 'en', locale: 'en' });
    expect(matchLanguage([])).toEqual({ language: 'en', locale: 'en' });
  });

  test('is no reason to fail where the browser names a locale that is none', () => {
    expect(checkedLocale('en-US@posix', 'en')).toBe('en');
    expect(matchLanguage(['en_US.UTF-8'])).toEqual({ language: 'en', locale: 'en' });
  });
});
