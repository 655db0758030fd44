/** The votes of this browser's guest, as the server keeps them. */

import { request } from '../api/request';
import type { NewVote, OwnVotes } from '../wire/rest';
import type { Direction } from './ballot.svelte';

/** Raises ApiError. */
export function castVote(sessionGameId: number, vote: Direction | null): Promise<unknown> {
  return request('POST', '/api/votes/live', { sessionGameId, vote: vote ?? 'unvote' } satisfies NewVote);
}

/** What this guest has said on a night that counts. Raises ApiError. */
export async function readOwnVotes(sessionId: number): Promise<[number, Direction][]> {
  const { votes } = await request<OwnVotes>('GET', `/api/guests/me/votes?session_id=${sessionId}`);
  return votes.map((each) => [each.session_game_id, each.vote]);
}
