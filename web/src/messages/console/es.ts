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
  welcome: 'Entra para dirigir la noche. Los invitados no lo necesitan.',
  wasEnded: 'Tu sesión se ha cerrado: ha caducado o alguien la ha terminado.',
  key: 'Clave de administrador o token de anfitrión',
  keyHint: 'El terminal mostró la clave de administrador la primera vez que arrancó el servidor.',
  keyMissing: 'Escribe o pega primero la clave.',
  toPlay: 'Soy un invitado: a la página del móvil',
  keepsNoCookie:
    'Este navegador no guarda cookies, así que tu sesión no puede seguir abierta. Permítelas en esta página e inténtalo de nuevo.',
};
