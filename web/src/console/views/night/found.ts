/** Which games of the catalogue somebody means who types. */

import type { Game } from '../../../api/catalogue';

/** Games whose title, pack or symbol has all the words; those that are enabled first, then by how early the title has them. */
export function found(games: readonly Game[], typed: string): Game[] {
  const words = plain(typed).split(/\s+/).filter(Boolean);
  return games
    .map((game) => ({ game, text: plain(`${game.title} ${game.pack_name} ${game.symbol ?? ''}`) }))
    .filter(({ text }) => words.every((word) => text.includes(word)))
    .sort((one, other) => rank(one.game, words) - rank(other.game, words) || byTitle(one.game, other.game))
    .map(({ game }) => game);
}

/** Without capitals and accents, which nobody types on a phone. */
function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

function rank(game: Game, words: readonly string[]): number {
  const place = words[0] === undefined ? 0 : plain(game.title).indexOf(words[0]);
  return (game.enabled ? 0 : 1000) + (place < 0 ? 500 : place);
}

function byTitle(one: Game, other: Game): number {
  return one.title.localeCompare(other.title) || one.id - other.id;
}
