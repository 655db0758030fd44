import { expect, test } from 'vitest';
import { titleAmong } from './titles';

test('a game is told from another one of the same title by its pack', () => {
  const games = [
    { title: 'Drawful', pack_name: 'Pack 1' },
    { title: 'Drawful', pack_name: 'Standalone' },
    { title: 'Fibbage 4', pack_name: 'Pack 9' },
  ];
  expect(games.map(titleAmong(games))).toEqual(['Drawful · Pack 1', 'Drawful · Standalone', 'Fibbage 4']);
});
