/**
 * What every page may be refused, by the stable code. In English the server's own sentence is said, but where there is
 * none.
 */
export const en = {
  no_connection: 'The server can’t be reached. Try again in a moment.',
  unknown: 'The server gave no answer that makes sense. Try again in a moment.',
};
