import { expect, test } from 'vitest';
import { isLuck, reasonsOf } from './reasons';

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

test('taste is luck where nobody has voted, and only there', () => {
  expect(isLuck({ factor: 'taste' }, 0)).toBe(true);
  expect(isLuck({ factor: 'taste' }, 3)).toBe(false);
  expect(isLuck({ factor: 'taste' })).toBe(false);
  expect(isLuck({ factor: 'recency' }, 0)).toBe(false);
});
