import type { Translation } from '../translate';
import type { en } from './en';

export const de: Translation<typeof en> = {
  title: 'Fernseher',
  noNight: 'Noch kein Spieleabend',
  noNightHint: 'Er beginnt, sobald der Gastgeber ihn startet.',
  choosing: 'Das erste Spiel wird gewählt',
  next: 'Was spielen wir als Nächstes?',
  justPlayed: 'Eben gespielt',
  nowPlaying: 'Jetzt läuft',
  joinNow: 'Jetzt mitspielen',
  typeCode: 'Diesen Code auf {place} eingeben',
  codeComes: 'Der Raumcode kommt gleich',
  voteHere: 'Mit dem Handy abstimmen und den Code sehen',
  nightHere: 'Der Abend auf deinem Handy',
  onlyHere: 'Handys erreichen diese Adresse noch nicht: gamenight mit --lan starten.',
  playedTonight: 'Heute gespielt',
  over: 'Danke fürs Mitspielen!',
  howWasIt: 'Wie war’s? Stimm mit dem Handy ab',
  qr: 'QR-Code: {address}',
  gamesPlayed: { one: '{count} Spiel gespielt', other: '{count} Spiele gespielt' },
  favourite: { one: 'Liebling des Abends', other: 'Lieblinge des Abends' },
};
