import type { Translation } from '../translate';
import type { en } from './en';

export const de: Translation<typeof en> = {
  title: 'Overlay',
  noToken:
    'In der Adresse dieses Overlays fehlt das Token, #t=…. Lege in den Einstellungen der Konsole ein Token „Overlay“ an: Dort steht die ganze Adresse.',
  refused: 'Das Token dieses Overlays gilt nicht mehr.',
  notUnderstood: 'Nicht verstanden: {parameters}',
  showCode: 'Raumcode zeigen',
  hideCode: 'Raumcode verbergen',
  waiting: 'Gleich geht es weiter',
  next: 'Als Nächstes: {title}',
  over: 'Danke fürs Zusehen',
};
