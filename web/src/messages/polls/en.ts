export const en = {
  title: 'What’s next? You choose',
  somethingElse: 'Something else',
  secondsLeft: { one: '{count} second left', other: '{count} seconds left' },
  untilHost: 'Open until the host ends it',
  counting: 'Time’s up! Counting …',
  votes: { one: '{shown} vote', other: '{shown} votes' },
  start: 'Let the room choose',
  end: 'End the vote now',
  howOnTv: 'Tap your card on your phone',
} as const;
