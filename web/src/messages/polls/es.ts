import type { Translation } from '../translate';
import type { en } from './en';

export const es: Translation<typeof en> = {
  title: '¿Qué viene ahora? Elegid vosotros',
  somethingElse: 'Otra cosa',
  secondsLeft: { one: 'Queda {count} segundo', other: 'Quedan {count} segundos' },
  untilHost: 'Abierta hasta que el anfitrión la termine',
  counting: '¡Tiempo! Contando …',
  votes: { one: '{shown} voto', other: '{shown} votos' },
  start: 'Que elija la sala',
  end: 'Terminar la votación',
  howOnTv: 'Toca tu carta en el móvil',
};
