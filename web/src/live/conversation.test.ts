import { beforeEach, describe, expect, test } from 'vitest';
import { Conversation, type Step } from './conversation';
import type { ClientMessage, Night, Room, ServerMessage } from './messages';
import { aCatalogueGame, aGame, anEvent, aNight, aRoom, aSession } from './samples';

const hello = (head: number, stream = 'log'): ServerMessage => ({
  type: 'hello',
  stream,
  head,
  heartbeat: 30,
  maxMessage: 65536,
  authTimeout: 5,
  server: 'gamenight/1.0',
});
const subscribed: ServerMessage = { type: 'subscribed', sessionId: 5, message: 'Subscribed', stream: 'log' };
const state = (id: number, night: Night, stream: string) => ({ id, stream, sessionId: night.session.id, data: night });
const snapshot = (id: number, night = aNight()): ServerMessage => ({ type: 'snapshot', ...state(id, night, 'log') });
const resync = (id: number, night: Night, stream = 'log'): ServerMessage => ({
  type: 'resync',
  reason: stream === 'log' ? 'since_too_old' : 'stream_changed',
  ...state(id, night, stream),
});
const sent = (steps: Step[]): ClientMessage[] => steps.flatMap((step) => (step.do === 'send' ? [step.message] : []));
const eventTypes = (steps: Step[]): string[] => steps.flatMap((step) => (step.do === 'tell' ? [step.event.type] : []));

let page: Conversation;
beforeEach(() => {
  page = new Conversation('a-token', () => 1);
});

/** Connected, with session 5 at event 10. */
function following(night = aNight([aGame(1)])): void {
  page.opened();
  page.handle(hello(10));
  page.activeFound(night.session);
  page.handle(subscribed);
  page.handle(snapshot(10, night));
}

describe('the first connection', () => {
  test('says who it is, asks for the active session, and takes its snapshot', () => {
    expect(sent(page.opened())).toEqual([{ type: 'auth', token: 'a-token' }]);
    expect(page.handle(hello(10))).toEqual([{ do: 'find-active' }]);
    expect(sent(page.activeFound(aSession()))).toEqual([{ type: 'subscribe', sessionId: 5, snapshot: true }]);
    expect(page.view.status).toBe('connecting');
    page.handle(snapshot(10, aNight([aGame(1)])));
    expect(page.view).toMatchObject({ status: 'live', night: aNight([aGame(1)]) });
  });

  test('without a token leaves it to the cookie', () => {
    expect(sent(new Conversation(null).opened())).toEqual([{ type: 'auth' }]);
  });

  test('is live where no session is active, and follows the first that starts', () => {
    page.opened();
    page.handle(hello(10));
    expect(page.activeFound(null)).toEqual([]);
    expect(page.view).toMatchObject({ status: 'live', night: null });
    const steps = page.handle(anEvent(11, 'session.started', { session: aSession() }));
    expect(sent(steps)).toEqual([{ type: 'subscribe', sessionId: 5, snapshot: true }]);
    expect(eventTypes(steps)).toEqual(['session.started']);
  });

  test('keeps to a session that starts while it asks which one is active', () => {
    page.opened();
    page.handle(hello(10));
    page.handle(anEvent(11, 'session.started', { session: aSession({ id: 6 }) }, 6));
    expect(page.activeFound(aSession({ id: 5 }))).toEqual([]);
  });

  test('a token or cookie that is refused, or not there, has to be renewed', () => {
    page.opened();
    expect(page.handle({ type: 'error', code: 'token_missing', message: 'Who?' })).toEqual([{ do: 'renew' }]);
    expect(page.handle({ type: 'auth_error', message: 'No.' })).toEqual([{ do: 'renew' }]);
  });
});

describe('events', () => {
  test('are applied once each, whatever is repeated', () => {
    following();
    const event = anEvent(12, 'vote.received', { sessionGame: aGame(1, { upvotes: 1 }) });
    expect(eventTypes(page.handle(event))).toEqual(['vote.received']);
    expect(page.handle(event)).toEqual([]);
    expect(page.handle(anEvent(11, 'game.added', { sessionGame: aGame(2) }))).toEqual([]);
    expect(page.view.night?.games).toEqual([aGame(1, { upvotes: 1 })]);
  });

  test('of a session that is left are not of this one', () => {
    following();
    const steps = page.handle(anEvent(11, 'session.started', { session: aSession({ id: 6 }) }, 6));
    expect(sent(steps)).toEqual([
      { type: 'unsubscribe', sessionId: 5 },
      { type: 'subscribe', sessionId: 6, snapshot: true },
    ]);
    page.handle(anEvent(12, 'game.added', { sessionGame: aGame(2) }, 5));
    page.handle(snapshot(5, aNight([aGame(3)])));
    page.handle(snapshot(13, aNight([], { id: 6 })));
    expect(page.view.night).toEqual(aNight([], { id: 6 }));
  });

  test('of a night that starts are followed, also where the snapshot of the one before is newer', () => {
    page.opened();
    page.handle(hello(10));
    page.activeFound(aSession());
    page.handle(snapshot(15, aNight([], { is_active: 0 })));
    const steps = page.handle(anEvent(14, 'session.started', { session: aSession({ id: 6 }) }, 6));
    expect(sent(steps)).toContainEqual({ type: 'subscribe', sessionId: 6, snapshot: true });
  });

  test('that a snapshot has in it are not told, but the page is told of the snapshot', () => {
    page.opened();
    page.handle(hello(10));
    page.activeFound(null);
    page.handle(anEvent(11, 'session.started', { session: aSession() }));
    expect(page.view.snapshotId).toBe(0);
    page.handle(snapshot(12, aNight([aGame(1)])));
    expect(eventTypes(page.handle(anEvent(12, 'game.added', { sessionGame: aGame(1) })))).toEqual([]);
    expect(page.view.snapshotId).toBe(12);
  });

  test('of everybody that the snapshot has in it are told, and change nothing', () => {
    following(aNight([aGame(1, { game_id: 71, title: 'Newest' })]));
    page.handle(snapshot(20, aNight([aGame(1, { game_id: 71, title: 'Newest' })])));
    const old = aCatalogueGame(71, { title: 'Old' });
    expect(eventTypes(page.handle(anEvent(15, 'catalogue.changed', { games: [old] })))).toEqual(['catalogue.changed']);
    expect(page.view.night?.games[0]?.title).toBe('Newest');
  });

  test('of everybody do not hide those of the session that are replayed after them', () => {
    following();
    const renamed = aCatalogueGame(71, { title: 'New' });
    page.handle(anEvent(20, 'catalogue.changed', { games: [renamed] }));
    page.handle(anEvent(15, 'game.added', { sessionGame: aGame(2) }));
    expect(page.view.night?.games.map((game) => game.title)).toEqual(['New', 'Game 2']);
  });

  test('of too many games at once ask for a fresh snapshot', () => {
    following();
    const steps = page.handle(anEvent(11, 'catalogue.changed', { games: null }));
    expect(sent(steps)).toEqual([{ type: 'subscribe', sessionId: 5, snapshot: true }]);
  });

  test('a closed night stays in sight, a deleted one does not', () => {
    following();
    page.handle(anEvent(11, 'session.ended', { session: aSession({ is_active: 0 }) }));
    expect(page.view.night?.session.is_active).toBe(0);
    page.handle(anEvent(12, 'session.deleted'));
    expect(page.view).toMatchObject({ status: 'live', night: null });
  });
});

describe('coming back', () => {
  test('goes on where it was, on both topics', () => {
    following();
    page.handle(anEvent(14, 'game.added', { sessionGame: aGame(2) }));
    expect(page.closed(1006, '')).toEqual({ kind: 'wait', milliseconds: 500 });
    expect(page.view).toMatchObject({ status: 'reconnecting', night: { games: [aGame(1), aGame(2)] } });
    expect(sent(page.opened())).toEqual([{ type: 'auth', token: 'a-token', since: 10, stream: 'log' }]);
    expect(sent(page.handle(hello(30)))).toEqual([{ type: 'subscribe', sessionId: 5, since: 14, stream: 'log' }]);
    page.handle(subscribed);
    expect(page.view.status).toBe('live');
    page.handle(anEvent(15, 'game.removed', { sessionGameId: 1 }));
    expect(page.view.night?.games).toEqual([aGame(2)]);
  });

  test('takes the state of now where events are no longer kept', () => {
    following();
    page.closed(1006, '');
    page.opened();
    page.handle(hello(900));
    page.handle(subscribed);
    page.handle(resync(900, aNight([aGame(7)])));
    expect(page.view.night?.games).toEqual([aGame(7)]);
    page.handle(anEvent(800, 'game.removed', { sessionGameId: 7 }));
    expect(page.view.night?.games).toEqual([aGame(7)]);
  });

  test('a restored database is another log: its smaller ids count', () => {
    following();
    page.closed(1012, 'restarting retryAfter=0.5');
    page.opened();
    page.handle(hello(3, 'another'));
    page.handle(subscribed);
    page.handle(resync(3, aNight([aGame(9)]), 'another'));
    page.handle(anEvent(4, 'game.removed', { sessionGameId: 9 }));
    expect(page.view.night?.games).toEqual([]);
    page.closed(1006, '');
    expect(sent(page.opened())[0]).toMatchObject({ stream: 'another', since: 3 });
    expect(sent(page.handle(hello(4, 'another')))[0]).toMatchObject({ stream: 'another', since: 4 });
  });

  test('what everybody hears and is no longer kept is asked for afresh', () => {
    following();
    page.closed(1006, '');
    page.opened();
    page.handle(hello(900));
    const lost: ServerMessage = {
      type: 'resync',
      reason: 'since_too_old',
      id: 900,
      stream: 'log',
      data: { session: null },
    };
    expect(sent(page.handle(lost))).toEqual([{ type: 'subscribe', sessionId: 5, snapshot: true }]);
    const other = { ...lost, data: { session: aSession({ id: 6 }) } };
    expect(sent(page.handle(other))).toContainEqual({ type: 'subscribe', sessionId: 6, snapshot: true });
  });

  test('a session that was deleted meanwhile is none', () => {
    following();
    page.closed(1006, '');
    page.opened();
    page.handle(hello(30));
    page.handle({ type: 'error', code: 'session_not_found', message: 'There is none.' });
    expect(page.view).toMatchObject({ status: 'live', night: null });
  });

  test('waits longer with each failure, and anew once it was live', () => {
    following();
    const pauses = [0, 1, 2].map(() => page.closed(1006, ''));
    expect(pauses.map((each) => each.kind === 'wait' && each.milliseconds)).toEqual([500, 1000, 2000]);
    page.opened();
    page.handle(hello(30));
    page.handle(subscribed);
    expect(page.closed(1006, '')).toEqual({ kind: 'wait', milliseconds: 500 });
  });

  test('stops where something has to be mended first', () => {
    following();
    expect(page.closed(4003, 'token-revoked').kind).toBe('stop');
    expect(page.view).toMatchObject({ status: 'stopped', stopped: 'token-revoked' });
    page.resume();
    expect(page.view).toMatchObject({ status: 'reconnecting', stopped: null });
  });
});

describe('the room of the game that is playing', () => {
  const joined = (id: number, fields: Partial<Room> = {}) =>
    anEvent(id, 'lobby.player-joined', { ...aRoom(fields), sessionGame: aGame(1, { room_code: 'ABCD' }) });

  test('is asked for after a snapshot, and then told by events', () => {
    page.opened();
    page.handle(hello(10));
    page.activeFound(aSession());
    const steps = page.handle(snapshot(10, aNight([aGame(1, { room_code: 'ABCD' })])));
    expect(steps).toEqual([{ do: 'find-room', sessionId: 5, sessionGameId: 1 }]);
    page.roomFound(aRoom());
    expect(page.view.room?.playerCount).toBe(2);
    page.handle(joined(11, { playerCount: 3 }));
    expect(page.view.room?.playerCount).toBe(3);
  });

  test('as it was asked for is older than an event that came meanwhile', () => {
    following(aNight([aGame(1, { room_code: 'ABCD' })]));
    page.handle(joined(11, { playerCount: 3 }));
    page.roomFound(aRoom({ playerCount: 2 }));
    expect(page.view.room?.playerCount).toBe(3);
  });

  test('is forgotten when another game is playing', () => {
    following(aNight([aGame(1, { room_code: 'ABCD' })]));
    page.handle(joined(11));
    page.handle(anEvent(12, 'game.status-changed', { sessionGame: aGame(1, { status: 'played' }) }));
    page.handle(anEvent(13, 'game.added', { sessionGame: aGame(2) }));
    expect(page.view.room).toBeNull();
    page.handle(anEvent(14, 'room.disconnected', { ...aRoom(), sessionGame: aGame(1, { status: 'played' }) }));
    expect(page.view.room).toBeNull();
  });
});
