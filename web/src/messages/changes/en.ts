/** What a change of a night was, as far as it can be undone. */
export const en = {
  add: '{title} was added',
  playing: '{title} was started',
  played: '{title} was played',
  skipped: '{title} was skipped',
  code: '{title} got the room code {code}',
  noCode: 'the room code of {title} was removed',
  remove: '{title} was removed',
  some_add: 'a game was added',
  some_status: 'a status was changed',
  some_code: 'a room code was changed',
  some_remove: 'a game was removed',
  some_close: 'the night was ended',
};
