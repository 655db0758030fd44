"""yt-dlp's `live_chat.json`: a line of JSON for each thing that happened in the live chat of YouTube."""

from collections.abc import Iterator

import msgspec
from msgspec import Struct

from gamenight.votes.exports.chat_format import ChatFormat, Reading
from gamenight.votes.exports.checks import checked, checked_removal, not_understood
from gamenight.votes.exports.entries import Entry, Place
from gamenight.votes.exports.faults import EntryInvalid, LogInvalid
from gamenight.votes.exports.source import Head, Source

LINE_BYTES = 1024 * 1024
_OWN = frozenset({"replayChatItemAction", "addChatItemAction", "videoOffsetTimeMsec"})


class _Emoji(Struct, rename="camel"):
    emoji_id: str = ""
    shortcuts: list[str] = []
    is_custom_emoji: bool = False

    @property
    def text(self) -> str:
        """The character, or for a channel's own picture its name between colons."""
        return (self.shortcuts[0] if self.shortcuts else "") if self.is_custom_emoji else self.emoji_id


class _Run(Struct):
    text: str = ""
    emoji: _Emoji | None = None


class _Runs(Struct, rename="camel"):
    runs: list[_Run] = []
    simple_text: str = ""

    @property
    def text(self) -> str:
        return self.simple_text or "".join(run.emoji.text if run.emoji else run.text for run in self.runs)


class _Message(Struct, rename="camel"):
    """A message, one that somebody paid for, or a member's of so many months, who may add some words."""

    timestamp_usec: str | None = None
    id: str | None = None
    author_name: _Runs | None = None
    author_external_channel_id: str | None = None
    message: _Runs | None = None


class _Item(Struct):
    text: _Message | None = msgspec.field(default=None, name="liveChatTextMessageRenderer")
    paid: _Message | None = msgspec.field(default=None, name="liveChatPaidMessageRenderer")
    member: _Message | None = msgspec.field(default=None, name="liveChatMembershipItemRenderer")


class _Target(Struct, rename="camel"):
    target_item_id: str | None = None
    external_channel_id: str | None = None
    item: _Item | None = None
    replacement_item: _Item | None = None


class _Action(Struct, rename="camel"):
    add_chat_item_action: _Target | None = None
    replace_chat_item_action: _Target | None = None
    mark_chat_item_as_deleted_action: _Target | None = None
    remove_chat_item_action: _Target | None = None
    mark_chat_items_by_author_as_deleted_action: _Target | None = None
    remove_chat_item_by_author_action: _Target | None = None


class _Replayed(Struct):
    actions: list[_Action] = []


class _Line(_Action):
    replay_chat_item_action: _Replayed | None = None


_decoder = msgspec.json.Decoder(_Line)


def _read(source: Source, reading: Reading) -> Iterator[Entry]:
    reading.report.unit = "line"
    for place, line in source.lines(LINE_BYTES):
        if not line.strip():
            continue
        try:
            yield from _entries(line, place, reading)
        except EntryInvalid as error:
            yield not_understood(place, line, error)
        except LogInvalid as error:
            raise error.at(place) from None


def _entries(line: str, place: Place, reading: Reading) -> Iterator[Entry]:
    """What a line tells; a removal has no time of its own, and happened after the message before it."""
    try:
        read = _decoder.decode(line)
    except (msgspec.DecodeError, RecursionError):
        raise EntryInvalid("not_json", "this is no JSON of yt-dlp's.") from None
    for action in [read, *(read.replay_chat_item_action.actions if read.replay_chat_item_action else [])]:
        for said in _messages(action):
            yield _message(said, place, reading)
        last, removed = reading.times.last_moment, _removed(action)
        if last is not None and removed is not None:
            ids = {"message_id": removed.target_item_id, "user_id": removed.external_channel_id}
            yield checked_removal(place, last, **ids)


def _messages(action: _Action) -> Iterator[_Message]:
    added, replaced = action.add_chat_item_action, action.replace_chat_item_action
    for item in (added.item if added else None, replaced.replacement_item if replaced else None):
        if item is not None:
            yield from (each for each in (item.text, item.paid, item.member) if each is not None and each.message)


def _message(said: _Message, place: Place, reading: Reading) -> Entry:
    moment = reading.times.of(said.timestamp_usec)
    name = said.author_name.text if said.author_name else None
    text = said.message.text if said.message else ""
    return checked(place, moment, name, text, user_id=said.author_external_channel_id, message_id=said.id)


def _removed(action: _Action) -> _Target | None:
    return (
        action.mark_chat_item_as_deleted_action
        or action.remove_chat_item_action
        or action.mark_chat_items_by_author_as_deleted_action
        or action.remove_chat_item_by_author_action
    )


def _recognise(head: Head) -> float:
    return 1 if head.json_paths & _OWN else 0


FORMAT = ChatFormat(
    name="youtube-live-chat",
    what="yt-dlp's `live_chat.json`",
    recognised_by="lines of JSON with `replayChatItemAction` or `addChatItemAction`",
    endings=(".json", ".jsonl"),
    read=_read,
    recognise=_recognise,
)
