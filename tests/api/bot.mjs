// A bot as people write them in Node, with `fetch` and `ws`: runs a night on a server and prints what it was told.
import WebSocket from '../../web/node_modules/ws/wrapper.mjs';

const [url, key] = process.argv.slice(2);
let token = null;

async function call(method, path, body) {
  const headers = { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) };
  const answer = await fetch(url + path, { method, headers, body: body && JSON.stringify(body) });
  return { status: answer.status, body: await answer.json() };
}

/** A live connection that keeps what it hears, and waits for messages in their order. */
function connect() {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/sessions/live`, { origin: 'file://' });
  const heard = [];
  let wake = () => {};
  let place = 0;
  socket.on('message', (data) => {
    heard.push(JSON.parse(data.toString()));
    wake();
  });
  return {
    heard,
    opened: new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject)),
    say: (message) => socket.send(JSON.stringify(message)),
    drop: () => socket.terminate(),
    close: () => socket.close(),
    async until(type) {
      for (;;) {
        while (place < heard.length) {
          const message = heard[place++];
          if (message.type === type) return message;
        }
        await new Promise((resolve) => (wake = resolve));
      }
    },
  };
}

const told = {};
token = (await call('POST', '/api/auth/login', { key })).body.token;
const session = (await call('POST', '/api/sessions', { notes: 'From Node' })).body;

const first = connect();
await first.opened;
first.say({ type: 'auth', token });
const hello = await first.until('hello');
first.say({ type: 'subscribe', sessionId: String(session.id) });
await first.until('subscribed');
first.say({ type: 'page_focus', focused: true });
told.soft = await first.until('ignored');

const pick = (await call('POST', '/api/pick', { playerCount: 4, sessionId: session.id })).body;
const games = (await call('GET', '/api/games')).body;
const other = games.find((game) => game.id !== pick.game.id);
const added = await call('POST', `/api/sessions/${session.id}/games`, { game_id: pick.game.id, manually_added: false });
told.picked = pick.game.id;
told.other = other.id;
told.added = added;
await first.until('game.added');

const named = { username: 'Pia', vote: 'up', timestamp: Date.now(), ticker: other.ticker };
told.named = await call('POST', '/api/votes/live', named);
told.heardNamed = await first.until('vote.received');
const plain = { username: 'Omar', vote: 'down', timestamp: new Date().toISOString(), userId: null };
told.plain = await call('POST', '/api/votes/live', plain);
told.heardPlain = await first.until('vote.received');
told.unknown = await call('POST', '/api/votes/live', { ...plain, username: 'Bo', tick: other.ticker });
told.nobody = await call('POST', '/api/votes/live', { ...plain, username: 'Bo', ticker: 'ZZ9' });

const last = first.heard.findLast((message) => message.id !== undefined);
first.drop();
await call('POST', `/api/sessions/${session.id}/games`, { game_id: other.id });

const second = connect();
await second.opened;
second.say({ type: 'auth', token });
await second.until('hello');
second.say({ type: 'subscribe', sessionId: session.id, since: String(last.id), stream: hello.stream });
await second.until('subscribed');
await second.until('game.added');
second.say({ type: 'ping' });
await second.until('pong');
told.closed = await call('POST', `/api/sessions/${session.id}/close`, {});
await second.until('session.ended');
second.close();

told.ids = [...first.heard, ...second.heard].filter((message) => message.sessionId && message.id).map(({ id }) => id);
told.votes = (await call('GET', `/api/sessions/${session.id}/votes`)).body.votes;
console.log(JSON.stringify(told));
