import type { Translation } from '../translate';
import type { en } from './en';

export const es: Translation<typeof en> = {
  title: 'Tele',
  noNight: 'Aún no hay noche de juegos',
  noNightHint: 'Empieza en cuanto el anfitrión la inicie.',
  choosing: 'Se está eligiendo el primer juego',
  next: '¿A qué jugamos ahora?',
  justPlayed: 'Recién jugado',
  nowPlaying: 'Jugando ahora',
  joinNow: 'Únete ahora',
  typeCode: 'Escribe este código en {place}',
  codeComes: 'El código de sala llega enseguida',
  voteHere: 'Vota y mira el código en tu móvil',
  nightHere: 'La noche en tu móvil',
  onlyHere: 'Los móviles aún no llegan a esta dirección: inicia gamenight con --lan.',
  playedTonight: 'Jugado esta noche',
  over: '¡Gracias por jugar!',
  howWasIt: '¿Qué tal? Vota con tu móvil',
  qr: 'Código QR: {address}',
  gamesPlayed: { one: '{count} juego jugado', other: '{count} juegos jugados' },
  favourite: { one: 'Favorito de la noche', other: 'Favoritos de la noche' },
};
