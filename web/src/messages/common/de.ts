import type { Translation } from '../translate';
import type { en } from './en';

export const de: Translation<typeof en> = {
  connecting: 'Verbinden …',
  reconnecting: 'Verbindung weg. Neuer Versuch …',
  back: 'Wieder verbunden',
  stopped: 'Nicht verbunden',
  stoppedToken: 'Dieser Link gilt nicht mehr. Bitte den Gastgeber um einen neuen.',
  stoppedOther: 'Der Server hat diese Seite abgewiesen. Lade sie neu.',
  reload: 'Neu laden',
  tryNow: 'Jetzt versuchen',
  close: 'Schließen',
  showMore: '{count} weitere zeigen',
  cancel: 'Abbrechen',
  joined: { one: '{count} Person dabei', other: '{count} Personen dabei' },
  joinedOfSeats: '{count} von {seats} dabei',
  nextUp: 'Als Nächstes',
  roomCode: 'Raumcode',
  upvotes: { one: '{count} Stimme dafür', other: '{count} Stimmen dafür' },
  downvotes: { one: '{count} Stimme dagegen', other: '{count} Stimmen dagegen' },
  language: 'Sprache',
  appearance: 'Aussehen',
  appearanceSystem: 'Wie das System',
  appearanceLight: 'Hell',
  appearanceDark: 'Dunkel',
};
