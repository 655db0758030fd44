export const en = {
  night: 'Tonight',
  history: 'History',
  catalogue: 'Games',
  stats: 'Stats',
  settings: 'Settings',
  views: 'Views',
  toContent: 'Skip to the content',
  shortcuts: 'Keyboard',
  shortcutsOn: 'Use these keys',
  logIn: 'Log in',
  welcome: 'For whoever hosts the night. Guests need no login.',
  key: 'Admin key or host token',
  keyHint: 'The admin key was shown in the terminal when the server started for the first time.',
  keyMissing: 'Type or paste the key first.',
  toPlay: 'I am a guest: to the phone page',
  keepsNoCookie:
    'This browser keeps no cookies, so nobody can stay logged in. Allow them for this page, then try again.',
} as const;
