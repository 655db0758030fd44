export const en = {
  title: 'On the big screen',
} as const;
