/** Taking back the night's last change, from wherever the page offers it. */

import { readChanges, undo } from '../../../api/night';
import { say } from '../../../components/Toasts.svelte';
import { changeInWords } from '../../../messages/changes';
import { t } from '../../../messages/night';
import { Attempts } from '../../attempts.svelte';

const attempts = new Attempts();

export function undoing(): boolean {
  return attempts.isRunning('undo');
}

/** Says what was done just now, and offers to take back that and nothing else. */
export async function offerUndo(text: string, sessionId: number): Promise<void> {
  const last = await readChanges(sessionId).then(
    ([change]) => change,
    () => undefined,
  );
  say(text, 'done', last && { label: t('undo'), run: () => void undoLast(sessionId, last.id) });
}

export async function undoLast(sessionId: number, changeId?: number): Promise<void> {
  const undone = await attempts.run('undo', () => undo(sessionId, changeId));
  if (undone) say(`${t('undone')}: ${changeInWords(undone.change)}`);
}
