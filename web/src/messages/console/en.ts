export const en = {
  title: 'Host',
} as const;
