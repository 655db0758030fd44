import type { Translation } from '../translate';
import type { en } from './en';

export const de: Translation<typeof en> = {
  title: 'Overlay',
  noToken:
    'In der Adresse dieses Overlays fehlt das Token, #t=…. Mach in den Einstellungen der Konsole ein Token „Overlay“: Dort steht die ganze Adresse.',
  refused: 'Das Token dieses Overlays ist abgelaufen oder widerrufen.',
  notUnderstood: 'Das versteht diese Seite nicht: {parameters}',
  showCode: 'Raumcode zeigen',
  hideCode: 'Raumcode verbergen',
  waiting: 'Gleich geht es weiter',
  next: 'Als Nächstes: {title}',
  over: 'Danke fürs Zusehen',
};
