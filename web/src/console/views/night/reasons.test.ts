import { expect, test } from 'vitest';
import { reasonsOf } from './reasons';

test('the factors that change nothing are no reasons, and the strongest come first', () => {
  const reasons = reasonsOf({ favor: 3, packFavor: 1, recency: 0.1, variety: 0.999 });
  expect(reasons.map(({ factor, isFor }) => [factor, isFor])).toEqual([
    ['recency', false],
    ['favor', true],
  ]);
});

test('strengths stay within 0 and 1, also where nothing is left of a weight', () => {
  expect(reasonsOf({ cap: 0, taste: 400 }).map((reason) => reason.strength)).toEqual([1, 1]);
});
