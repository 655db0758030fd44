import { expect, test } from 'vitest';
import { Delayed } from './delayed';

test('each value is shown after the delay, in order, and stays until the next is due', () => {
  const code = new Delayed('none', 1000);
  code.push(0, 'first');
  code.push(400, 'second');
  expect([code.at(999), code.next]).toEqual(['none', 1000]);
  expect([code.at(1000), code.next]).toEqual(['first', 1400]);
  expect([code.at(5000), code.next]).toEqual(['second', null]);
  expect(code.at(6000)).toBe('second');
});

test('without a delay it is shown at once', () => {
  const code = new Delayed('none', 0);
  code.push(5, 'first');
  expect(code.at(5)).toBe('first');
});
