import type { Translation } from '../translate';
import type { en } from './en';

export const es: Translation<typeof en> = {
  title: 'Overlay',
  noToken:
    'Este overlay necesita un token. Crea uno para un overlay en los ajustes de la consola y usa la dirección que aparece allí.',
  refused: 'El token de este overlay ya no vale.',
  notUnderstood: 'No se entiende: {parameters}',
  showCode: 'Mostrar el código de sala',
  hideCode: 'Ocultar el código de sala',
  waiting: 'Pronto, otro juego',
  next: 'A continuación: {title}',
  over: 'Gracias por mirar',
};
