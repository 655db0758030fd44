/** Which games of the catalogue somebody means who types. */

import type { Game } from '../../../api/catalogue';

/**
 * Games whose title, pack or symbol has all the words. Those that are enabled come first, then those whose title alone has
 * them, and the sooner it does the better.
 */
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
  const title = plain(game.title);
  const isInTitle = words.every((word) => title.includes(word));
  return (game.enabled ? 0 : 1000) + (isInTitle ? title.indexOf(words[0] ?? '') : 500);
}

function byTitle(one: Game, other: Game): number {
  return one.title.localeCompare(other.title) || one.id - other.id;
}
