import { describe, expect, test } from 'vitest';
import { fold } from './fold';
import { aCatalogueGame, aGame, anEvent, aNight, aSession } from './samples';

function aNextGame(title: string) {
  const players = { min_players: 1, max_players: 9 };
  return { game_id: 71, title, pack_name: 'P', game_type: null, ...players, symbol: null, ticker: null };
}

describe('a night after an event', () => {
  test('a row that is known is replaced in its place, a new one comes last', () => {
    const night = aNight([aGame(1), aGame(2)]);
    const changed = fold(night, anEvent(2, 'game.status-changed', { sessionGame: aGame(1, { status: 'played' }) }));
    expect(changed?.games.map((game) => [game.id, game.status])).toEqual([
      [1, 'played'],
      [2, 'playing'],
    ]);
    const added = fold(changed, anEvent(3, 'game.added', { session: aSession(), sessionGame: aGame(3) }));
    expect(added?.games.map((game) => game.id)).toEqual([1, 2, 3]);
  });

  test('several rows come at once, and one that was removed comes back to its place', () => {
    const rows = [aGame(2), aGame(3, { status: 'played' })];
    const night = fold(aNight([aGame(1), aGame(3)]), anEvent(2, 'session.undone', { sessionGames: rows }));
    expect(night?.games).toEqual([aGame(1), ...rows]);
  });

  test('a removed game is gone and the session is as it is told', () => {
    const event = anEvent(2, 'game.removed', { sessionGameId: 1, session: aSession({ games_played: 0 }) });
    const night = fold(aNight([aGame(1), aGame(2)]), event);
    expect(night?.games.map((game) => game.id)).toEqual([2]);
    expect(night?.session.games_played).toBe(0);
  });

  test('a renamed game of the catalogue has its new name, its count and status stay', () => {
    const now = aCatalogueGame(71, { title: 'New', max_players: 9 });
    const night = fold(
      aNight([aGame(1, { game_id: 71, upvotes: 3 })]),
      anEvent(2, 'catalogue.changed', { games: [now] }),
    );
    expect(night?.games[0]).toMatchObject({ id: 1, title: 'New', max_players: 9, upvotes: 3 });
  });

  test('a game that comes next has its new name, too', () => {
    const next_game = aNextGame('Old');
    const night = { ...aNight(), session: aSession({ next_game }) };
    const now = aCatalogueGame(71, { ...next_game, title: 'New' });
    const changed = fold(night, anEvent(2, 'catalogue.changed', { games: [now] }));
    expect(changed?.session.next_game).toEqual({ ...next_game, title: 'New' });
  });

  test('a game that has left the catalogue does not come next', () => {
    const next_game = aNextGame('X');
    const night = { ...aNight(), session: aSession({ next_game }) };
    const others = fold(night, anEvent(2, 'catalogue.changed', { games: [], removed: [72] }));
    expect(others?.session.next_game).toEqual(next_game);
    expect(fold(night, anEvent(3, 'catalogue.changed', { games: [], removed: [71] }))?.session.next_game).toBeNull();
  });

  test('a deleted session is no night any more', () => {
    expect(fold(aNight(), anEvent(2, 'session.deleted'))).toBeNull();
    expect(fold(null, anEvent(3, 'session.updated', { session: aSession() }))).toBeNull();
  });

  test('what is not understood changes nothing', () => {
    const night = aNight([aGame(1)]);
    expect(fold(night, anEvent(2, 'game.blessed', {}))).toEqual(night);
  });
});
