import { expect, test } from 'vitest';
import type { Game } from '../../../api/catalogue';
import { found } from './found';

const aGame = (id: number, title: string, fields: Partial<Game> = {}): Game =>
  ({ id, title, pack_name: 'Party Pack 3', symbol: null, enabled: 1, ...fields }) as Game;

const games = [
  aGame(1, 'Quiplash 2'),
  aGame(2, 'Tee K.O.', { symbol: 'TKO' }),
  aGame(3, 'Señor Misterio', { pack_name: 'Fiesta' }),
  aGame(4, 'Alt Quiplash', { enabled: 0 }),
];
const ids = (typed: string): number[] => found(games, typed).map((game) => game.id);

test('a game is found by words of its title, its pack or its symbol, in any case and without accents', () => {
  expect(ids('QUIP')).toEqual([1, 4]);
  expect(ids('pack 3 ko')).toEqual([2]);
  expect(ids('tko')).toEqual([2]);
  expect(ids('senor')).toEqual([3]);
  expect(ids('nothing like it')).toEqual([]);
});

test('a title that has all the words comes before one whose pack has some of them', () => {
  const third = aGame(5, 'Quiplash 3', { pack_name: 'Party Pack 7' });
  expect(found([...games, third], 'quiplash 3').map((game) => game.id)).toEqual([5, 1, 4]);
});

test('games that are enabled come first, whatever is typed', () => {
  expect(ids('')).toEqual([1, 3, 2, 4]);
});
