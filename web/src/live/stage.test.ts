import { describe, expect, test } from 'vitest';
import { aGame, aNight, aRoom } from './samples';
import { joinedOf, stageOf } from './stage';

describe('the stage of the night', () => {
  test('is idle without a night, and before its first game', () => {
    expect(stageOf({ night: null, room: null })).toEqual({ name: 'idle', isOn: false });
    expect(stageOf({ night: aNight(), room: null })).toEqual({ name: 'idle', isOn: true });
    const skipped = aNight([aGame(1, { status: 'skipped' })]);
    expect(stageOf({ night: skipped, room: null }).name).toBe('idle');
  });

  test('is the lobby until the room says that the game has begun, and where nobody follows a room', () => {
    const night = aNight([aGame(1)]);
    expect(stageOf({ night, room: null }).name).toBe('lobby');
    expect(stageOf({ night, room: aRoom() }).name).toBe('lobby');
    expect(stageOf({ night, room: aRoom({ gameStarted: true }) }).name).toBe('playing');
    expect(stageOf({ night, room: aRoom({ gameStarted: true, gameFinished: true }) }).name).toBe('ended');
  });

  test('is ended between two games, of the last one that was played, and when the night is closed', () => {
    const games = [aGame(1, { status: 'played' }), aGame(2, { status: 'played' }), aGame(3, { status: 'skipped' })];
    expect(stageOf({ night: aNight(games), room: null })).toMatchObject({ name: 'ended', isOn: true, game: { id: 2 } });
    const closed = aNight(games, { is_active: 0 });
    expect(stageOf({ night: closed, room: null })).toMatchObject({ name: 'ended', isOn: false });
  });
});

describe('who has joined', () => {
  test('is what the room says, else the count of the row, else unknown', () => {
    const names = ['ANN', 'BO'];
    expect(joinedOf(aGame(1, { player_count: 7 }), aRoom())).toEqual({ count: 2, seats: 10, names });
    expect(joinedOf(aGame(1, { player_count: 7 }), null)).toEqual({ count: 7, seats: 8, names: [] });
    expect(joinedOf(aGame(1), null)).toBeNull();
  });

  test('is never more than there are seats', () => {
    expect(joinedOf(aGame(1, { player_count: 12 }), null)).toEqual({ count: 12, seats: 12, names: [] });
  });
});
