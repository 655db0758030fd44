/** What a client makes of a snapshot and the events after it. */

import type { CatalogueGame, LiveEvent, NextGame, Night, SessionGame } from './messages';

/** The night after an event of its session or of the catalogue; null once the session is deleted. */
export function fold(night: Night | null, event: LiveEvent): Night | null {
  if (night === null || event.type === 'session.deleted') return null;
  if (event.type === 'catalogue.changed') {
    return renamed(withoutNextGame(night, event.data.removed ?? []), event.data.games ?? []);
  }
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

/** A game that has left the catalogue does not come next. */
function withoutNextGame(night: Night, removed: readonly number[]): Night {
  const nextGame = night.session.next_game;
  if (!nextGame || !removed.includes(nextGame.game_id)) return night;
  return { ...night, session: { ...night.session, next_game: null } };
}

/** A game of the catalogue shows in the nights under its present name. */
function renamed({ session, games }: Night, changed: readonly CatalogueGame[]): Night {
  function asNow<Row extends NextGame>(row: Row): Row {
    const now = changed.find((each) => each.id === row.game_id);
    if (!now) return row;
    const { title, pack_name, game_type, min_players, max_players, symbol, ticker } = now;
    return { ...row, title, pack_name, game_type, min_players, max_players, symbol, ticker };
  }
  return {
    session: { ...session, next_game: session.next_game && asNow(session.next_game) },
    games: games.map(asNow),
  };
}
