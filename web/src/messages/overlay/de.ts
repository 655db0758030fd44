import type { Translation } from '../translate';
import type { en } from './en';

export const de: Translation<typeof en> = {
  title: 'Overlay',
  noToken: 'Dieses Overlay braucht ein Token: Hänge #t= und ein Lese-Token an die Adresse.',
  refused: 'Das Token dieses Overlays gilt nicht mehr.',
  notUnderstood: 'Nicht verstanden: {parameters}',
  showCode: 'Raumcode zeigen',
  hideCode: 'Raumcode verbergen',
  waiting: 'Gleich geht es weiter',
  next: 'Als Nächstes: {title}',
  over: 'Danke fürs Zusehen',
};
