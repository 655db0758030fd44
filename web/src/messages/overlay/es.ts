import type { Translation } from '../translate';
import type { en } from './en';

export const es: Translation<typeof en> = {
  title: 'Overlay',
  noToken:
    'A la dirección de este overlay le falta su token, #t=…. Crea un token «Overlay» en los ajustes de la consola: allí está la dirección completa.',
  refused: 'El token de este overlay ya no vale.',
  notUnderstood: 'No se entiende: {parameters}',
  showCode: 'Mostrar el código de sala',
  hideCode: 'Ocultar el código de sala',
  waiting: 'Pronto, otro juego',
  next: 'A continuación: {title}',
  over: 'Gracias por mirar',
};
