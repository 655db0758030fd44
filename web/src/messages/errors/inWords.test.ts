import { describe, expect, test } from 'vitest';
import { inWords } from './inWords';

const WORDS = {
  taken: 'Schon vergeben',
  'taken.symbol': '{symbol} ist schon vergeben',
  'taken.twice': 'Steht zweimal da',
  late: 'Warte {retryAfter} s',
};

const words = (code: string, details = {}, more = {}) => inWords({ code, details }, WORDS, 'de', 'de-DE', more);

describe('a refusal in words', () => {
  test('is that of its reason, else of its field, else of its code', () => {
    expect(words('taken')).toBe('Schon vergeben');
    expect(words('taken', { field: 'title' })).toBe('Schon vergeben');
    expect(words('taken', { field: 'symbol', symbol: 'TKO' })).toBe('TKO ist schon vergeben');
    expect(words('taken', { field: 'symbol', reason: 'twice' })).toBe('Steht zweimal da');
  });

  test('tells what the answer tells, in the way of the place', () => {
    expect(words('late', { retryAfter: 3600 })).toBe('Warte 3.600 s');
    expect(words('late', {}, { retryAfter: 5 })).toBe('Warte 5 s');
  });

  test('is left to the server where the page has no words or not all that they tell', () => {
    expect(words('new_code')).toBeNull();
    expect(words('late', { retryAfter: null })).toBeNull();
  });
});
