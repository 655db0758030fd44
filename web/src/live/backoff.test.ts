import { describe, expect, test } from 'vitest';
import { afterClose, MAX_PAUSE, MIN_PAUSE } from './backoff';

const most = () => 1;
const wait = (code: number, reason = '', failures = 0, random = most) => {
  const ending = afterClose(code, reason, failures, random);
  if (ending.kind !== 'wait') throw new Error(`${code} stops`);
  return ending.milliseconds;
};

describe('after a connection has ended', () => {
  test.each([4000, 4001, 4002, 4003, 4004, 4099, 1002, 1003, 1007, 1009])('%i stops and keeps the word', (code) => {
    expect(afterClose(code, 'token-expired: log in again', 0, most)).toEqual({
      kind: 'stop',
      code,
      word: 'token-expired',
    });
  });

  test.each([1000, 1001, 1005, 1006, 1011, 1012, 4200, 4202])('%i comes back soon', (code) => {
    expect(wait(code)).toBe(MIN_PAUSE);
  });

  test('the pause is random from nothing to a bound that doubles up to the longest', () => {
    const bounds = [0, 1, 2, 3, 4, 5, 60].map((failures) => wait(1006, '', failures));
    expect(bounds).toEqual([500, 1000, 2000, 4000, 8000, MAX_PAUSE, MAX_PAUSE]);
    expect(wait(1006, '', 3, () => 0)).toBe(0);
    expect(wait(1006, '', 3, () => 0.25)).toBe(1000);
  });

  test('a server that asks for less is given more time at once', () => {
    expect(wait(4101, 'too-many-messages')).toBe(4000);
    expect(wait(4100, '', 6)).toBe(MAX_PAUSE);
  });

  test('a server that restarts says when to come back, within reason', () => {
    expect(wait(1012, 'restarting retryAfter=1.25')).toBe(1250);
    expect(wait(1012, 'restarting retryAfter=86400')).toBe(MAX_PAUSE);
  });
});
