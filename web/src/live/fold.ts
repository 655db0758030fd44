/** What a client makes of a snapshot and the events after it. */

import type { CatalogueGame, LiveEvent, Night, SessionGame } from './messages';

/** The night after an event of its session or of the catalogue; null once the session is deleted. */
export function fold(night: Night | null, event: LiveEvent): Night | null {
  if (night === null || event.type === 'session.deleted') return null;
  if (event.type === 'catalogue.changed') return { ...night, games: renamed(night.games, event.data.games ?? []) };
  const { session, sessionGame, sessionGameId } = event.data;
  const next = session ? { ...night, session } : night;
  if (event.type === 'game.removed') {
    return { ...next, games: next.games.filter((game) => game.id !== sessionGameId) };
  }
  return sessionGame ? { ...next, games: replaced(next.games, sessionGame) } : next;
}

function replaced(games: readonly SessionGame[], row: SessionGame): SessionGame[] {
  const isKnown = games.some((game) => game.id === row.id);
  return isKnown ? games.map((game) => (game.id === row.id ? row : game)) : [...games, row];
}

/** A game of the catalogue shows in the nights under its present name. */
function renamed(games: readonly SessionGame[], changed: readonly CatalogueGame[]): SessionGame[] {
  return games.map((game) => {
    const now = changed.find((each) => each.id === game.game_id);
    if (!now) return game;
    const { title, pack_name, game_type, min_players, max_players } = now;
    return { ...game, title, pack_name, game_type, min_players, max_players };
  });
}
