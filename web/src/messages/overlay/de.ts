import type { Translation } from '../translate';
import type { en } from './en';

export const de: Translation<typeof en> = {
  title: 'Overlay',
  noToken:
    'Dieses Overlay braucht ein Token. Lege in den Einstellungen der Konsole eines für ein Overlay an und nimm die Adresse, die dort steht.',
  refused: 'Das Token dieses Overlays gilt nicht mehr.',
  notUnderstood: 'Nicht verstanden: {parameters}',
  showCode: 'Raumcode zeigen',
  hideCode: 'Raumcode verbergen',
  waiting: 'Gleich geht es weiter',
  next: 'Als Nächstes: {title}',
  over: 'Danke fürs Zusehen',
};
