/** The catalogue as it stands on the page: packs with their games, searched and filtered. Pure. */

import type { Favor, Game, Pack } from '../../../api/catalogue';

export type Length = 'short' | 'medium' | 'long';

export interface Filters {
  words: string;
  players: number | null;
  pack: string;
  kind: string;
  length: Length | '';
  state: 'enabled' | 'disabled' | '';
  familyFriendly: boolean;
}

export const NO_FILTERS: Filters = {
  words: '',
  players: null,
  pack: '',
  kind: '',
  length: '',
  state: '',
  familyFriendly: false,
};

export interface Shelf {
  name: string;
  favor: Favor;
  games: Game[];
  enabled: number;
  plays: number;
}

/** Pack 2 stands before Pack 10. */
const inOrder = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' }).compare;

/** All packs with all their games, by name. */
export function shelvesOf(games: readonly Game[], packs: readonly Pack[]): Shelf[] {
  const favors = new Map(packs.map((pack) => [pack.name, pack.favor_bias]));
  const byPack = new Map<string, Game[]>();
  for (const game of games) {
    const members = byPack.get(game.pack_name);
    if (members) members.push(game);
    else byPack.set(game.pack_name, [game]);
  }
  return [...byPack]
    .map(([name, members]) => ({
      name,
      favor: favors.get(name) ?? 0,
      games: members.toSorted((one, other) => inOrder(one.title, other.title)),
      enabled: members.filter((game) => game.enabled).length,
      plays: members.reduce((sum, game) => sum + game.play_count, 0),
    }))
    .sort((one, other) => inOrder(one.name, other.name));
}

/** How many filters are set, besides the words. */
export function countOf(filters: Filters): number {
  const set = Object.entries(filters).filter(([, value]) => value !== '' && value !== null && value !== false);
  return set.filter(([name]) => name !== 'words').length;
}

export function isFiltered(filters: Filters): boolean {
  return filters.words.trim() !== '' || countOf(filters) > 0;
}

export function matching(games: readonly Game[], filters: Filters): Game[] {
  const words = folded(filters.words).split(/\s+/).filter(Boolean);
  return games.filter((game) => fits(game, filters) && hasWords(game, words));
}

function fits(game: Game, filters: Filters): boolean {
  const { players, pack, kind, length, state, familyFriendly } = filters;
  return (
    (players === null || (game.min_players <= players && players <= game.max_players)) &&
    (pack === '' || game.pack_name === pack) &&
    (kind === '' || game.game_type === kind || game.secondary_type === kind) &&
    (length === '' || lengthOf(game) === length) &&
    (state === '' || (state === 'enabled') === (game.enabled === 1)) &&
    (!familyFriendly || game.family_friendly === 1)
  );
}

/** As the picker has it: an unknown length is short. */
function lengthOf(game: Game): Length {
  const minutes = game.length_minutes ?? 0;
  return minutes <= 15 ? 'short' : minutes <= 25 ? 'medium' : 'long';
}

function hasWords(game: Game, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const text = searchable(game);
  return words.every((word) => text.includes(word));
}

const texts = new WeakMap<Game, string>();

function searchable(game: Game): string {
  const known = texts.get(game);
  if (known !== undefined) return known;
  const { title, pack_name, game_type, secondary_type, symbol, app_tags } = game;
  const text = folded([title, pack_name, game_type, secondary_type, symbol, ...app_tags].join(' '));
  texts.set(game, text);
  return text;
}

/** Without case, accents and apostrophes: who types in the dark is found. */
function folded(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\p{M}'’]/gu, '')
    .toLowerCase();
}

export function kindsOf(games: readonly Game[]): string[] {
  const kinds = games.flatMap((game) => [game.game_type, game.secondary_type]);
  return [...new Set(kinds.filter((kind) => kind !== null))].sort(inOrder);
}

/** The games after a change that was told. */
export function changed(games: readonly Game[], now: readonly Game[], removed: readonly number[]): Game[] {
  const told = new Map(now.map((game) => [game.id, game]));
  const gone = new Set(removed);
  const kept = games.filter((game) => !gone.has(game.id)).map((game) => told.get(game.id) ?? game);
  const known = new Set(games.map((game) => game.id));
  return [...kept, ...now.filter((game) => !known.has(game.id))];
}
