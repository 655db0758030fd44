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
  welcome: 'Anmelden muss sich nur, wer den Abend leitet, Gäste nicht.',
  wasEnded: 'Du bist abgemeldet: Die Anmeldung ist abgelaufen, oder jemand hat sie beendet.',
  key: 'Admin-Schlüssel oder Gastgeber-Token',
  keyHint: 'Das Terminal zeigte den Admin-Schlüssel beim ersten Start des Servers.',
  keyMissing: 'Gib zuerst den Schlüssel ein.',
  toPlay: 'Ich bin Gast: zur Handy-Seite',
  keepsNoCookie:
    'Dieser Browser behält keine Cookies, darum bleibst du nicht angemeldet. Erlaube sie für diese Seite und versuch es noch einmal.',
};
