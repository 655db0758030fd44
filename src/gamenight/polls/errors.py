from gamenight.core.errors import BadRequest, Conflict, NotFound


class PollRunning(Conflict):
    code = "poll_running"


class NoPoll(NotFound):
    code = "no_poll"


class PollOver(Conflict):
    code = "poll_over"


class NoSuchOption(BadRequest):
    code = "no_such_option"


class OneChoice(BadRequest):
    code = "one_choice"


class NotEnding(Conflict):
    code = "poll_not_ending"


class NothingSelected(NotFound):
    code = "nothing_selected"
