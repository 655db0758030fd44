import { describe, expect, test } from 'vitest';
import type { Game } from '../../../api/catalogue';
import { changed, countOf, kindsOf, matching, NO_FILTERS, shelvesOf } from './shelf';

function aGame(id: number, facts: Partial<Game> = {}): Game {
  return {
    id,
    pack_name: 'Pack 2',
    title: `Game ${id}`,
    min_players: 3,
    max_players: 8,
    length_minutes: 18,
    has_audience: 0,
    family_friendly: 0,
    family_friendly_setting: 0,
    game_type: 'Trivia',
    secondary_type: null,
    play_mode: null,
    app_tags: [],
    symbol: null,
    ticker: null,
    enabled: 1,
    favor_bias: 0,
    created_at: '2026-03-13T19:56:28.504Z',
    play_count: 0,
    upvotes: 0,
    downvotes: 0,
    popularity_score: 0,
    ...facts,
  };
}

const ids = (games: readonly Game[]) => games.map((game) => game.id);
const found = (games: readonly Game[], words: string) => ids(matching(games, { ...NO_FILTERS, words }));

test('pack 2 stands before pack 10, and a shelf adds up its games', () => {
  const games = [aGame(1, { pack_name: 'Pack 10', play_count: 2 }), aGame(2), aGame(3, { enabled: 0, title: 'A' })];
  const packs = [{ name: 'Pack 2', favor_bias: 1 as const, total_count: 2, enabled_count: 1, play_count: 0 }];
  const shelves = shelvesOf(games, packs);
  expect(shelves.map(({ name, favor, enabled, plays }) => [name, favor, enabled, plays])).toEqual([
    ['Pack 2', 1, 1, 0],
    ['Pack 10', 0, 1, 2],
  ]);
  expect(ids(shelves[0]?.games ?? [])).toEqual([3, 2]);
});

describe('a search', () => {
  const games = [
    aGame(1, { title: "You Don't Know Jack", symbol: 'YDKJ', app_tags: ['ydkj2015'] }),
    aGame(2, { title: 'Pâté Party', game_type: 'Drawing' }),
  ];

  test('looks for all words, in any order, in all that a game is called', () => {
    expect(found(games, '')).toEqual([1, 2]);
    expect(found(games, 'jack dont')).toEqual([1]);
    expect(found(games, 'JACK drawing')).toEqual([]);
    expect(found(games, 'pate')).toEqual([2]);
    expect(found(games, 'ydkj2015')).toEqual([1]);
    expect(found(games, 'drawing pack')).toEqual([2]);
  });

  test('takes no word for a pattern', () => {
    expect(found(games, '.*')).toEqual([]);
  });
});

test('a filter leaves what fits, and an unknown length is short', () => {
  const games = [
    aGame(1, { min_players: 1, max_players: 4, length_minutes: null }),
    aGame(2, { enabled: 0, family_friendly: 1, length_minutes: 25 }),
    aGame(3, { secondary_type: 'Drawing', length_minutes: 26 }),
  ];
  const fits = (filters: Partial<typeof NO_FILTERS>) => ids(matching(games, { ...NO_FILTERS, ...filters }));
  expect(fits({ players: 2 })).toEqual([1]);
  expect(fits({ length: 'short' })).toEqual([1]);
  expect(fits({ length: 'medium' })).toEqual([2]);
  expect(fits({ length: 'long' })).toEqual([3]);
  expect(fits({ kind: 'Drawing' })).toEqual([3]);
  expect(fits({ state: 'disabled' })).toEqual([2]);
  expect(fits({ familyFriendly: true })).toEqual([2]);
  expect(fits({ pack: 'Pack 9' })).toEqual([]);
  expect(countOf({ ...NO_FILTERS, words: 'words are no filter', players: 2, kind: 'Drawing' })).toBe(2);
  expect(kindsOf(games)).toEqual(['Drawing', 'Trivia']);
});

test('what is told replaces, adds and removes, and leaves the others where they are', () => {
  const games = [aGame(1), aGame(2), aGame(3)];
  const after = changed(games, [aGame(2, { title: 'New name' }), aGame(9)], [3]);
  expect(after.map((game) => game.title)).toEqual(['Game 1', 'New name', 'Game 9']);
  expect(after[0]).toBe(games[0]);
});
