import { expect, test } from 'vitest';
import { lineOf, shownText, tickersOf } from './importFile';

const utf16 = (text: string): Uint8Array =>
  Uint8Array.from([0xff, 0xfe, ...[...text].flatMap((each) => [each.charCodeAt(0) & 0xff, each.charCodeAt(0) >> 8])]);

test('a line of a file is shown without characters that stand for lost ones, whatever its encoding', () => {
  expect(lineOf(shownText(new TextEncoder().encode('\ufeffa\r\nété')), 2)).toBe('été');
  expect(lineOf(shownText(Uint8Array.from([0x61, 0x0a, 0xe9, 0x74, 0xe9, 0x92])), 2)).toBe('été’');
  expect(lineOf(shownText(utf16('a\nété')), 2)).toBe('été');
  expect(lineOf('a', 2)).toBeNull();
});

test('a map of tickers is an object of texts and nothing else', () => {
  expect(tickersOf('{"Tee K.O.": "TKO"}')).toEqual({ 'Tee K.O.': 'TKO' });
  for (const text of ['', '[]', '["TKO"]', 'null', '"TKO"', '{"a": 1}', '{"a": {}}', '{"a"'])
    expect(() => tickersOf(text)).toThrow('JSON object');
});
