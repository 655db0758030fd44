/** Taking back the night's last change, from wherever the page offers it. */

import { undo, type Change } from '../../../api/night';
import { say } from '../../../components/Toasts.svelte';
import { language } from '../../../messages/language.svelte';
import { t } from '../../../messages/night';
import { Attempts } from '../../attempts.svelte';

const attempts = new Attempts();

export function undoing(): boolean {
  return attempts.isRunning('undo');
}

export async function undoLast(sessionId: number, changeId?: number): Promise<void> {
  const undone = await attempts.run('undo', () => undo(sessionId, changeId));
  if (undone) say(`${t('undone')}: ${inWords(undone.change)}`);
}

/** The server says in English what a change was; other languages have a word for its kind. */
export function inWords(change: Change): string {
  return language() === 'en' ? change.summary : t(`undo_${change.kind}`);
}
