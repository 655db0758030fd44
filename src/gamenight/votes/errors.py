from gamenight.core.errors import BadRequest, Conflict, NotFound, TooManyRequests


class NothingToVoteOn(NotFound):
    code = "nothing_to_vote_on"


class SymbolNotFound(NotFound):
    code = "symbol_not_found"


class TimestampInvalid(BadRequest):
    code = "timestamp_invalid"


class TimestampInFuture(BadRequest):
    code = "timestamp_in_future"


class UsernameMissing(BadRequest):
    code = "username_missing"


class VoteRepeated(Conflict):
    code = "vote_repeated"


class TwoGames(BadRequest):
    code = "two_games"


class VotingOver(Conflict):
    code = "voting_over"


class TooManyVotes(TooManyRequests):
    code = "too_many_votes"


class ImportRunning(Conflict):
    code = "import_running"


class ChatLogNotUnderstood(BadRequest):
    code = "chat_log_not_understood"
