/** Why a vote or a name was not taken, where a phone says more than other pages would. */

import { ApiError } from '../api/request';
import { sayError } from '../messages/errors';
import { t } from '../messages/phone';

const SAID = {
  no_connection: 'noConnection',
  nothing_to_vote_on: 'nothingToVoteOn',
  too_many_requests: 'tooFast',
  vote_repeated: 'tooFast',
  voting_over: 'votingOver',
} as const;

export function sentenceOf(error: unknown): string {
  if (!(error instanceof ApiError)) throw error;
  const key = error.code in SAID ? SAID[error.code as keyof typeof SAID] : null;
  return key ? t(key) : sayError(error);
}
