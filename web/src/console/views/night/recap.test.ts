import { expect, test } from 'vitest';
import { aGame, aNight } from '../../../live/samples';
import { recapOf } from './recap';

const votes = (upvotes: number, downvotes: number) => ({ upvotes, downvotes, popularity_score: upvotes - downvotes });

test('a recap counts what was played, not what was skipped', () => {
  const games = [
    aGame(1, { status: 'played', player_count: 4, ...votes(3, 1) }),
    aGame(2, { status: 'skipped', player_count: 9, ...votes(9, 0) }),
    aGame(3, { status: 'played', player_count: 6, ...votes(2, 0) }),
  ];
  const times = { created_at: '2026-03-13T19:00:00.000Z', closed_at: '2026-03-13T21:30:20.000Z' };
  const recap = recapOf(aNight(games, times));
  expect(recap).toMatchObject({ skipped: 1, votes: 6, mostPlayers: 6, minutes: 150 });
  expect(recap.played.map((game) => game.id)).toEqual([1, 3]);
  expect(recap.favourites.map((game) => game.id)).toEqual([1, 3]);
});

test('nobody is the favourite of a night without votes, or with only those against', () => {
  expect(recapOf(aNight([])).favourites).toEqual([]);
  expect(recapOf(aNight([aGame(1, votes(0, 2))])).favourites).toEqual([]);
  expect(recapOf(aNight([aGame(1)])).minutes).toBeNull();
});
