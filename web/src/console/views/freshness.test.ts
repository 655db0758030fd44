import { expect, test } from 'vitest';
import { Freshness } from './freshness';

test('a view is read at the beginning, when it is live, after each snapshot, and when it is back', () => {
  const freshness = new Freshness();
  const seen: [boolean, number][] = [
    [false, 0],
    [true, 0],
    [true, 0],
    [true, 12],
    [true, 12],
    [false, 12],
    [true, 12],
    [true, 20],
  ];
  expect(seen.map(([isLive, id]) => freshness.isToBeRead(isLive, id))).toEqual([
    true,
    true,
    false,
    true,
    false,
    false,
    true,
    true,
  ]);
});
