export const en = {
  title: 'Play',
} as const;
