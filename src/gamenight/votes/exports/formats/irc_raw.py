"""The lines of the IRC protocol with the tags of IRCv3, as justlog's `raw` and bots keep them.

The time is in a tag: Twitch's `tmi-sent-ts`, or `time` of IRCv3.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from gamenight.votes.exports.line_log import Line, NewName, Passed, Said, TakenBack, line_format
from gamenight.votes.exports.stamps import EXACT, Stamp

_LINE = re.compile(
    r"(?:@(?P<tags>\S+) )?:(?P<nick>[^\s!@]+)(?:[!@]\S*)? (?P<command>[A-Z]+|\d{3})(?P<middle>(?: [^:\s]\S*)*)"
    r"(?: :(?P<text>.*))?$"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ESCAPED = re.compile(r"\\(.?)")
_MEANS = {":": ";", "s": " ", "r": "\r", "n": "\n"}


class _Sent(NamedTuple):
    tags: dict[str, str]
    nick: str
    middle: list[str]
    text: str


def parse(line: str) -> Line | None:
    found = _LINE.match(line)
    if found is None:
        return None
    tags = dict(_tag(each) for each in (found["tags"] or "").split(";"))
    stamp = _stamp(tags)
    if stamp is None:
        return Passed() if found["command"] not in ("PRIVMSG", "USERNOTICE") else None
    sent = _Sent(tags, found["nick"], found["middle"].split(), found["text"] or "")
    return _PARSERS.get(found["command"], _passed)(stamp, sent)


def _privmsg(stamp: Stamp, sent: _Sent) -> Line:
    if sent.text.startswith("\x01"):
        return Passed(stamp)
    tags = sent.tags
    message_id = tags.get("id") or tags.get("msgid")
    return Said(stamp, sent.nick, sent.text, tags.get("user-id"), message_id, tags.get("display-name"))


def _usernotice(stamp: Stamp, sent: _Sent) -> Line:
    """What somebody wrote who subscribes anew, say."""
    if not sent.text or "login" not in sent.tags:
        return Passed(stamp)
    return Said(stamp, sent.tags["login"], sent.text, sent.tags.get("user-id"), sent.tags.get("id"))


def _clearmsg(stamp: Stamp, sent: _Sent) -> Line:
    return TakenBack(stamp, sent.tags.get("login"), sent.text, sent.tags.get("target-msg-id"))


def _clearchat(stamp: Stamp, sent: _Sent) -> Line:
    """Somebody was silenced, or everything was cleared."""
    return TakenBack(stamp, sent.text or None, user_id=sent.tags.get("target-user-id"))


def _nick(stamp: Stamp, sent: _Sent) -> Line:
    return NewName(stamp, sent.nick, sent.text or "".join(sent.middle))


def _passed(stamp: Stamp, _sent: _Sent) -> Line:
    return Passed(stamp)


_PARSERS = {
    "PRIVMSG": _privmsg,
    "USERNOTICE": _usernotice,
    "CLEARMSG": _clearmsg,
    "CLEARCHAT": _clearchat,
    "NICK": _nick,
}


def _tag(written: str) -> tuple[str, str]:
    name, _, value = written.partition("=")
    return name, _ESCAPED.sub(lambda found: _MEANS.get(found[1], found[1]), value)


def _stamp(tags: dict[str, str]) -> Stamp | None:
    """The time of a line; raises ValueError for one that can't be."""
    if sent := tags.get("tmi-sent-ts") or tags.get("rm-received-ts"):
        try:
            at = _EPOCH + timedelta(milliseconds=int(sent))
        except OverflowError:
            raise ValueError(sent) from None
    elif sent := tags.get("time"):
        at = datetime.fromisoformat(sent).astimezone(UTC)
    else:
        return None
    return Stamp(at.time(), EXACT, at.date(), offset=UTC)


FORMAT = line_format(
    "irc-raw",
    parse,
    what="lines of the IRC protocol with tags: justlog's `raw`, rustlog, bots",
    recognised_by="`@...tmi-sent-ts=...` before `:name!name@host PRIVMSG #channel :text`",
)
