import type { Change } from '../../wire/rest';
import { translator } from '../language.svelte';
import { de } from './de';
import { en } from './en';
import { es } from './es';

const t = translator(en, de, es);

export function changeInWords({ kind, title, status, room_code: code }: Change): string {
  // An older version has kept no title; a night that was closed has none.
  if (title === null || kind === 'close') return t(`some_${kind}`);
  if (kind === 'status') return status === null ? t('some_status') : t(status, { title });
  if (kind === 'code') return code === null ? t('noCode', { title }) : t('code', { title, code });
  return t(kind, { title });
}
