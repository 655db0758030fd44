export const en = {
  title: 'Overlay',
  noToken: 'This overlay needs a token: add #t= and a read token to its address.',
  refused: 'The token of this overlay is no longer valid.',
  notUnderstood: 'Not understood: {parameters}',
  showCode: 'Show the room code',
  hideCode: 'Hide the room code',
  waiting: 'Next game soon',
  next: 'Next up: {title}',
  over: 'Thanks for watching',
} as const;
