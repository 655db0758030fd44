import type { Translation } from '../translate';
import type { en } from './en';

export const de: Translation<typeof en> = {
  title: 'Was kommt als Nächstes? Ihr wählt',
  somethingElse: 'Etwas anderes',
  secondsLeft: { one: 'Noch {count} Sekunde', other: 'Noch {count} Sekunden' },
  untilHost: 'Offen, bis der Gastgeber sie beendet',
  counting: 'Schluss! Es wird gezählt …',
  votes: { one: '{shown} Stimme', other: '{shown} Stimmen' },
  start: 'Alle abstimmen lassen',
  end: 'Abstimmung jetzt beenden',
  howOnTv: 'Tippt eure Karte auf dem Handy an',
};
