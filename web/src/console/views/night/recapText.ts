import type { Night } from '../../../live/messages';
import { formatDate } from '../../../messages/language.svelte';
import { t } from '../../../messages/night';
import { durationInWords } from './duration';
import { recapOf } from './recap';

/** The recap as plain text, for the chat of those who were there. */
export function recapAsText(night: Night): string {
  const { session } = night;
  const recap = recapOf(night);
  const date = formatDate(session.created_at, { dateStyle: 'full' });
  const lines = [session.notes ? `${session.notes} · ${date}` : date, ''];
  recap.played.forEach((game, place) => {
    const votes = game.upvotes + game.downvotes ? ` (+${game.upvotes} −${game.downvotes})` : '';
    lines.push(`${place + 1}. ${game.title}${votes}`);
  });
  if (recap.played.length) lines.push('');
  if (recap.favourites.length) {
    const titles = recap.favourites.map((game) => game.title).join(', ');
    lines.push(`${t('recapFavourite', { count: recap.favourites.length })} ${titles}`);
  }
  if (recap.minutes !== null) lines.push(`${t('recapDuration')}: ${durationInWords(recap.minutes)}`);
  lines.push(`${t('votes')}: ${recap.votes}`);
  return lines.join('\n');
}
