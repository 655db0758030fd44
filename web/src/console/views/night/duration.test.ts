import { expect, test, vi } from 'vitest';

vi.stubGlobal('navigator', { languages: ['en'] });
const { durationInWords } = await import('./duration');

test('a night of less than an hour has no hours', () => {
  expect([0, 15, 59, 60, 125].map(durationInWords)).toEqual(['0 min', '15 min', '59 min', '1 h 0 min', '2 h 5 min']);
});
