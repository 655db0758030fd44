import type { Translation } from '../translate';
import type { en } from './en';

export const de: Translation<typeof en> = {
  add: '{title} wurde hinzugefügt',
  playing: '{title} wurde gestartet',
  played: '{title} gilt als gespielt',
  skipped: '{title} wurde übersprungen',
  code: '{title} bekam den Raumcode {code}',
  noCode: 'der Raumcode von {title} wurde entfernt',
  remove: '{title} wurde entfernt',
  some_add: 'ein Spiel wurde hinzugefügt',
  some_status: 'ein Status wurde geändert',
  some_code: 'ein Raumcode wurde geändert',
  some_remove: 'ein Spiel wurde entfernt',
  some_close: 'der Abend wurde beendet',
};
