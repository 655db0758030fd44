/** Longer titles are set smaller. */
export const LONG_TITLE = 18;
