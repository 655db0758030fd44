import { expect, test } from 'vitest';
import { aGame, aRoom } from '../../../live/samples';
import { followingOf, lobbyOf, sourceOf } from './lobby';

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
] as const)('a count that is %s is %s', (status, following) => {
  expect(followingOf(aGame(1, { player_count_check_status: status }))).toBe(following);
});

test('who has counted is said, where anybody has', () => {
  const sources = ['socket', 'rest', 'hand', null] as const;
  expect(sources.map((source) => sourceOf(aGame(1, { player_count_source: source })))).toEqual([
    'sourceSocket',
    'sourceRest',
    'sourceHand',
    null,
  ]);
});
