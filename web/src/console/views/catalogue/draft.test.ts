import { expect, test } from 'vitest';
import type { Game } from '../../../api/catalogue';
import { changesOf, draftOf, factsOf, faultsOf } from './draft';

const game: Game = {
  id: 5,
  pack_name: 'Pack 2',
  title: 'Earwax',
  min_players: 3,
  max_players: 8,
  length_minutes: null,
  has_audience: 1,
  family_friendly: 1,
  family_friendly_setting: 1,
  game_type: 'Sound',
  secondary_type: null,
  play_mode: 'versus',
  app_tags: ['earwax', 'earwax-2'],
  symbol: 'EWX',
  ticker: 'EWX',
  enabled: 0,
  favor_bias: -1,
  created_at: '2026-03-13T19:56:28.504Z',
  play_count: 3,
  upvotes: 0,
  downvotes: 0,
  popularity_score: 0,
};

test('a game that is only looked at is not changed', () => {
  const draft = draftOf(game);
  expect(faultsOf(draft)).toEqual({});
  expect(changesOf(game, factsOf(draft))).toEqual({});
});

test('only what was changed is sent, as the server takes it', () => {
  const draft = { ...draftOf(game), symbol: ' ear ', length_minutes: '20', app_tags: 'one, two;three', enabled: true };
  expect(changesOf(game, factsOf(draft))).toEqual({
    symbol: 'EAR',
    length_minutes: 20,
    app_tags: ['one', 'two', 'three'],
    enabled: 1,
  });
  expect(changesOf(game, factsOf({ ...draftOf(game), symbol: '', game_type: ' ', family_friendly: 'no' }))).toEqual({
    symbol: null,
    game_type: null,
    family_friendly: 0,
    family_friendly_setting: 0,
  });
});

test('a new game says what it lacks, and what is no number', () => {
  expect(faultsOf({ ...draftOf(null), length_minutes: '1.5', max_players: '-3' })).toEqual({
    title: 'missing',
    pack_name: 'missing',
    min_players: 'missing',
    max_players: 'no-number',
    length_minutes: 'no-number',
  });
});
