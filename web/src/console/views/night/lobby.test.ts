import { expect, test } from 'vitest';
import type { Room } from '../../../live/messages';
import { aGame } from '../../../live/samples';
import { followingOf, lobbyOf, sourceOf } from './lobby';

const aRoom = (fields: Partial<Room>): Room => ({
  sessionId: 5,
  gameId: 1,
  roomCode: 'ABCD',
  otherGame: null,
  maxPlayers: 8,
  playerCount: 0,
  players: [],
  lobbyState: null,
  gameStarted: false,
  gameFinished: false,
  monitoring: true,
  ...fields,
});

test.each([
  [{ lobbyState: 'WaitingForMore' }, 'lobbyOpen'],
  [{ lobbyState: 'a word of a game to come' }, 'lobbyOpen'],
  [{ lobbyState: 'CanStart' }, 'lobbyReady'],
  [{ lobbyState: 'Countdown' }, 'lobbyCountdown'],
  [{ lobbyState: 'CanStart', gameStarted: true }, 'lobbyOn'],
  [{ lobbyState: 'PostGame', gameStarted: true, gameFinished: true }, 'lobbyOver'],
])('the room %j is %s', (fields, lobby) => {
  expect(lobbyOf(aRoom(fields))).toBe(lobby);
});

test.each([
  [null, 'notFollowed'],
  ['stopped', 'notFollowed'],
  ['completed', 'notFollowed'],
  ['waiting', 'lookedFor'],
  ['monitoring', 'followed'],
  ['failed', 'lost'],
  ['ended', 'over'],
])('a count that is %s is %s', (status, following) => {
  expect(followingOf(aGame(1, { player_count_check_status: status }))).toBe(following);
});

test('who has counted is said, where anybody has', () => {
  expect(['socket', 'rest', 'hand', null].map((source) => sourceOf(aGame(1, { player_count_source: source })))).toEqual(
    ['sourceSocket', 'sourceRest', 'sourceHand', null],
  );
});
