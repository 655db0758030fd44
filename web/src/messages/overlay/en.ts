export const en = {
  title: 'Overlay',
  noToken:
    'This overlay’s address is missing its token, #t=…. Make an “Overlay” token in the console’s settings: it shows the whole address.',
  refused: 'This overlay’s token has expired or was revoked.',
  notUnderstood: 'This page doesn’t understand {parameters}',
  showCode: 'Show the room code',
  hideCode: 'Hide the room code',
  waiting: 'Next game soon',
  next: 'Next up: {title}',
  over: 'Thanks for watching',
} as const;
