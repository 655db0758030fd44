/** Polls, by which the room chooses what comes next, over REST: docs of each address at /api/docs. */

import type { NewPoll, OwnPollVote, Poll, PollState, PollVoteTaken } from '../wire/rest';
import { request } from './request';

export type { Poll };

const ofPoll = (sessionId: number): string => `/api/sessions/${sessionId}/voting`;

/** The poll that is open, or the last one of the session. */
export const readPoll = (sessionId: number): Promise<PollState> => request('GET', ofPoll(sessionId));
export const startPoll = (sessionId: number, poll: Partial<NewPoll>): Promise<Poll> =>
  request('POST', `${ofPoll(sessionId)}/start`, poll);
export const endPoll = (sessionId: number): Promise<Poll> => request('POST', `${ofPoll(sessionId)}/end`, {});
/** The vote of this browser's guest. */
export const voteInPoll = (sessionId: number, option: number): Promise<PollVoteTaken> =>
  request('POST', `${ofPoll(sessionId)}/votes`, { option });
export const readOwnPollVote = (sessionId: number): Promise<OwnPollVote> =>
  request('GET', `/api/guests/me/poll-vote?session_id=${sessionId}`);
