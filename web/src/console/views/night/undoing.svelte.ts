/** Taking back the night's last change, from wherever the page offers it. */

import { readChanges, undo, type Change } from '../../../api/night';
import { say } from '../../../components/Toasts.svelte';
import type { SessionGame } from '../../../live/messages';
import { changeInWords } from '../../../messages/changes';
import { t } from '../../../messages/night';
import { Attempts } from '../../attempts.svelte';

const attempts = new Attempts();

export function undoing(): boolean {
  return attempts.isRunning('undo');
}

/** Says what was done with a game just now, and offers to take back that: not what another host has done since. */
export async function offerUndo(text: string, { session_id, title }: SessionGame, kind: Change['kind']): Promise<void> {
  const last = await readChanges(session_id).then(
    ([change]) => (change?.kind === kind && change.title === title ? change : undefined),
    () => undefined,
  );
  say(text, 'done', last && { label: t('undo'), run: () => void undoLast(session_id, last.id) });
}

export async function undoLast(sessionId: number, changeId?: number): Promise<void> {
  const undone = await attempts.run('undo', () => undo(sessionId, changeId));
  if (undone) say(`${t('undone')}: ${changeInWords(undone.change)}`);
}
