/** Taking back the night's last change, from wherever the page offers it. */

import { undo } from '../../../api/night';
import { say } from '../../../components/Toasts.svelte';
import { changeInWords } from '../../../messages/changes';
import { t } from '../../../messages/night';
import { Attempts } from '../../attempts.svelte';

const attempts = new Attempts();

export function undoing(): boolean {
  return attempts.isRunning('undo');
}

export async function undoLast(sessionId: number, changeId?: number): Promise<void> {
  const undone = await attempts.run('undo', () => undo(sessionId, changeId));
  if (undone) say(`${t('undone')}: ${changeInWords(undone.change)}`);
}
