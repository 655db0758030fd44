import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Ballot, type Direction } from './ballot.svelte';

const GAME = 7;
let sent: [number, Direction | null][];
let refused: unknown[];
let answer: () => Promise<void>;
let ballot: Ballot;

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  refused = [];
  answer = () => Promise.resolve();
  ballot = new Ballot({
    cast: (game, vote) => {
      sent.push([game, vote]);
      return answer();
    },
    onRefused: (error) => refused.push(error),
  });
});
afterEach(() => void vi.useRealTimers());

const aWhile = () => vi.advanceTimersByTimeAsync(5000);

describe('a vote', () => {
  test('is shown at once, and counts when the server has said so', async () => {
    ballot.press(GAME, 'up');
    expect(ballot.of(GAME)).toBe('up');
    expect(ballot.isOnItsWay(GAME)).toBe(true);
    await aWhile();
    expect(ballot.of(GAME)).toBe('up');
    expect(ballot.isOnItsWay(GAME)).toBe(false);
    expect(sent).toEqual([[GAME, 'up']]);
  });

  test('is changed by the other one and taken back by the same', async () => {
    await ballot.refresh(() => Promise.resolve([[GAME, 'up']]));
    ballot.press(GAME, 'down');
    await aWhile();
    expect(ballot.of(GAME)).toBe('down');
    ballot.press(GAME, 'down');
    await aWhile();
    expect(ballot.of(GAME)).toBeNull();
    expect(sent).toEqual([
      [GAME, 'down'],
      [GAME, null],
    ]);
  });

  test('that is refused goes back to what the server counts', async () => {
    await ballot.refresh(() => Promise.resolve([[GAME, 'down']]));
    answer = () => Promise.reject(new Error('Voting is over.'));
    ballot.press(GAME, 'up');
    await aWhile();
    expect(ballot.of(GAME)).toBe('down');
    expect(ballot.isOnItsWay(GAME)).toBe(false);
    expect(refused).toEqual([new Error('Voting is over.')]);
    answer = () => Promise.resolve();
    ballot.press(GAME, 'up');
    await aWhile();
    expect(ballot.of(GAME)).toBe('up');
  });

  test('of one game leaves those of the others', async () => {
    await ballot.refresh(() => Promise.resolve([[3, 'down']]));
    ballot.press(GAME, 'up');
    await aWhile();
    expect(ballot.of(3)).toBe('down');
  });
});

describe('what the server counts', () => {
  test('does not undo a vote that was answered while it was asked', async () => {
    const reading = ballot.refresh(async () => {
      ballot.press(GAME, 'up');
      await aWhile();
      return [];
    });
    await reading;
    expect(ballot.of(GAME)).toBe('up');
  });

  test('shows what was voted in another tab', async () => {
    ballot.press(GAME, 'up');
    await aWhile();
    await ballot.refresh(() => Promise.resolve([[GAME, 'down']]));
    expect(ballot.of(GAME)).toBe('down');
  });
});

describe('presses in a hurry', () => {
  test('are sent a second apart, and only the last word', async () => {
    ballot.press(GAME, 'up');
    await vi.advanceTimersByTimeAsync(0);
    ballot.press(GAME, 'down');
    ballot.press(GAME, 'up');
    ballot.press(GAME, 'down');
    expect(sent).toEqual([[GAME, 'up']]);
    await vi.advanceTimersByTimeAsync(999);
    expect(sent).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent).toEqual([
      [GAME, 'up'],
      [GAME, 'down'],
    ]);
    expect(ballot.of(GAME)).toBe('down');
  });

  test('that come back to what counts send nothing more', async () => {
    ballot.press(GAME, 'up');
    await vi.advanceTimersByTimeAsync(0);
    ballot.press(GAME, 'down');
    ballot.press(GAME, 'up');
    await aWhile();
    expect(sent).toEqual([[GAME, 'up']]);
    expect(ballot.of(GAME)).toBe('up');
    expect(ballot.isOnItsWay(GAME)).toBe(false);
  });
});
