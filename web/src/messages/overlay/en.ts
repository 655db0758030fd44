export const en = {
  title: 'Overlay',
  noToken:
    'The address of this overlay lacks its token, #t=…. Make a token “Overlay” in the settings of the console: the whole address stands there.',
  refused: 'The token of this overlay is no longer valid.',
  notUnderstood: 'Not understood: {parameters}',
  showCode: 'Show the room code',
  hideCode: 'Hide the room code',
  waiting: 'Next game soon',
  next: 'Next up: {title}',
  over: 'Thanks for watching',
} as const;
