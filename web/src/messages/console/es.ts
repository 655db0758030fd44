import type { Translation } from '../translate';
import type { en } from './en';

export const es: Translation<typeof en> = {
  night: 'Hoy',
  history: 'Historial',
  catalogue: 'Juegos',
  stats: 'Datos',
  settings: 'Ajustes',
  views: 'Vistas',
  toContent: 'Ir al contenido',
  shortcuts: 'Teclado',
  shortcutsOn: 'Usar estas teclas',
  logIn: 'Entrar',
  welcome: 'Para quien dirige la noche. Los invitados no necesitan entrar.',
  wasEnded: 'Tu sesión se ha cerrado: ha caducado o alguien la ha terminado.',
  key: 'Clave de administrador o token de anfitrión',
  keyHint: 'La clave de administrador apareció en el terminal cuando el servidor arrancó por primera vez.',
  keyMissing: 'Escribe o pega primero la clave.',
  toPlay: 'Soy un invitado: a la página del móvil',
  keepsNoCookie:
    'Este navegador no guarda cookies, así que nadie puede seguir con la sesión abierta. Permítelas en esta página e inténtalo de nuevo.',
};
