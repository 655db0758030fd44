export const en = {
  title: 'Overlay',
  noToken:
    'This overlay needs a token. Make one for an overlay in the settings of the console, and take the address that stands there.',
  refused: 'The token of this overlay is no longer valid.',
  notUnderstood: 'Not understood: {parameters}',
  showCode: 'Show the room code',
  hideCode: 'Hide the room code',
  waiting: 'Next game soon',
  next: 'Next up: {title}',
  over: 'Thanks for watching',
} as const;
