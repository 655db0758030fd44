import { expect, test } from 'vitest';
import { asRequest, countOf, NO_WISHES } from './wishes';

test('only what is wished is asked for', () => {
  expect(asRequest(NO_WISHES, 5)).toEqual({ playerCount: 5, excludePlayed: true });
  expect(
    asRequest({ drawing: 'only', length: 'short', familyFriendly: true, isNew: false, packs: ['A'] }, 'live'),
  ).toEqual({ playerCount: 'live', drawing: 'only', length: 'short', familyFriendly: true, packs: ['A'] });
});

test('wishes that leave games out are counted', () => {
  expect(countOf(NO_WISHES)).toBe(0);
  expect(countOf({ ...NO_WISHES, length: 'long', packs: ['A', 'B'] })).toBe(2);
});
