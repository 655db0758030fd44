import type { Translation } from '../translate';
import type { en } from './en';

export const es: Translation<typeof en> = {
  add: 'se añadió {title}',
  playing: 'empezó {title}',
  played: '{title} quedó como jugado',
  skipped: 'se saltó {title}',
  code: '{title} recibió el código de sala {code}',
  noCode: 'se quitó el código de sala de {title}',
  remove: 'se quitó {title}',
  some_add: 'se añadió un juego',
  some_status: 'se cambió un estado',
  some_code: 'se cambió un código de sala',
  some_remove: 'se quitó un juego',
  some_close: 'se terminó la noche',
};
