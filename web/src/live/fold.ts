/** What a client makes of a snapshot and the events after it. */

import type { CatalogueGame, LiveEvent, Night, SessionGame } from './messages';

/** The night after an event of its session or of the catalogue; null once the session is deleted. */
export function fold(night: Night | null, event: LiveEvent): Night | null {
  if (night === null || event.type === 'session.deleted') return null;
  if (event.type === 'catalogue.changed') return { ...night, games: renamed(night.games, event.data.games ?? []) };
  const { session, sessionGame, sessionGames, sessionGameId } = event.data;
  const next = session ? { ...night, session } : night;
  if (event.type === 'game.removed') {
    return { ...next, games: next.games.filter((game) => game.id !== sessionGameId) };
  }
  const rows = sessionGames ?? (sessionGame ? [sessionGame] : []);
  return rows.length > 0 ? { ...next, games: replaced(next.games, rows) } : next;
}

/** In order of adding: a game that had been removed comes back to its place. */
function replaced(games: readonly SessionGame[], rows: readonly SessionGame[]): SessionGame[] {
  const others = games.filter((game) => !rows.some((row) => row.id === game.id));
  return [...others, ...rows].sort((one, other) => one.id - other.id);
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
