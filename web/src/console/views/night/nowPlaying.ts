/** Where the page goes on when a game has begun: the id of its title. */
export const NOW_PLAYING = 'now-playing';
