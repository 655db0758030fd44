import type { Translation } from '../translate';
import type { en } from './en';

export const es: Translation<typeof en> = {
  connecting: 'Conectando …',
  reconnecting: 'Se perdió la conexión. Reintentando …',
  back: 'Conexión recuperada',
  stopped: 'Sin conexión',
  stoppedToken: 'Este enlace ya no vale. Pide uno nuevo al anfitrión.',
  stoppedOther: 'El servidor ha rechazado esta página. Recárgala.',
  reload: 'Recargar',
  tryNow: 'Intentar ahora',
  close: 'Cerrar',
  showMore: 'Mostrar {count} más',
  cancel: 'Cancelar',
  joined: { one: '{count} persona dentro', other: '{count} personas dentro' },
  joinedOfSeats: '{count} de {seats} dentro',
  nextUp: 'A continuación',
  roomCode: 'Código de sala',
  upvotes: { one: '{count} voto a favor', other: '{count} votos a favor' },
  downvotes: { one: '{count} voto en contra', other: '{count} votos en contra' },
  language: 'Idioma',
  appearance: 'Aspecto',
  appearanceSystem: 'Como el sistema',
  appearanceLight: 'Claro',
  appearanceDark: 'Oscuro',
};
