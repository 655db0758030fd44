import type { Translation } from '../translate';
import type { en } from './en';

export const de: Translation<typeof en> = {
  night: 'Heute',
  history: 'Verlauf',
  catalogue: 'Spiele',
  stats: 'Statistik',
  settings: 'Einstellungen',
  views: 'Ansichten',
  toContent: 'Zum Inhalt',
  shortcuts: 'Tastatur',
  shortcutsOn: 'Diese Tasten benutzen',
  logIn: 'Anmelden',
  welcome: 'Für alle, die den Abend leiten. Gäste brauchen keine Anmeldung.',
  wasEnded: 'Du bist abgemeldet: Die Anmeldung ist abgelaufen, oder jemand hat sie beendet.',
  key: 'Admin-Schlüssel oder Gastgeber-Token',
  keyHint: 'Der Admin-Schlüssel stand im Terminal, als der Server zum ersten Mal gestartet ist.',
  keyMissing: 'Gib zuerst den Schlüssel ein.',
  toPlay: 'Ich bin Gast: zur Handy-Seite',
  keepsNoCookie:
    'Dieser Browser behält keine Cookies, darum bleibt hier niemand angemeldet. Erlaube sie für diese Seite und versuch es noch einmal.',
};
