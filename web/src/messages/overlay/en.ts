export const en = {
  title: 'Overlay',
} as const;
