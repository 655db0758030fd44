"""What an import of a chat log did, or would do, on the wire."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field

from gamenight.votes.chat_logs import Survey
from gamenight.votes.exports import ChatLogFault, Report
from gamenight.votes.imports import ImportedVotes, StrayVote
from gamenight.votes.passed_over import PassedOver
from gamenight.votes.rules import WhyOnNone
from gamenight.votes.staging import Staged

SHOWN = 3
"""So many examples are told."""


class VotesOnNoGame(Struct):
    """How many votes fell on no game, by reason, and the first of them."""

    count: int = 0
    reasons: dict[WhyOnNone, int] = field(default_factory=dict)
    examples: list[StrayVote] = field(default_factory=list)

    def note(self, vote: StrayVote) -> None:
        self.count += 1
        self.reasons[vote.reason] = self.reasons.get(vote.reason, 0) + 1
        if len(self.examples) < SHOWN:
            self.examples.append(vote)


class NotUnderstoodEntry(Struct, frozen=True):
    """A line or an entry that was not understood, by its number; `sentence` tells what `reason` is."""

    number: int
    text: str
    reason: ChatLogFault
    sentence: str


class NotUnderstoodEntries(Struct, frozen=True):
    """How many lines, or entries, there were, how many of them were not understood, and the first of these."""

    unit: Literal["entry", "line"]
    of: int
    count: int
    examples: list[NotUnderstoodEntry]


class LogAssumptions(Struct, frozen=True, rename="camel"):
    """How a log was read.

    `time_zone` is that of the times that tell no offset, null where all do; `time_zone_from` who said so: the file, the
    request, or nobody (`default`: UTC). `utc_offset` is its offset at the first of them, in minutes. `day` is the date
    of the first line, where it was found by when the night was. `stream_start` is what times were counted from.
    `repeated_hour`: some times are of an hour that came twice, and were told apart by the order of the lines.
    `windows_1252_lines` were no UTF-8.
    """

    format: str
    time_zone: str | None
    time_zone_from: Literal["file", "request", "default"] | None
    utc_offset: int | None
    day: str | None
    stream_start: str | None
    repeated_hour: bool
    windows_1252_lines: int


class ChatImported(Struct, frozen=True, rename="camel"):
    """The result of an import, or with `dry_run` what it would be. The votes are those of its new messages, counted by
    game."""

    message: str
    messages_imported: int
    duplicates_skipped: int
    votes_processed: int
    votes_by_game: Mapping[str, ImportedVotes]
    dry_run: bool
    messages_read: int
    votes_on_no_game: VotesOnNoGame
    passed_over: PassedOver
    not_understood: NotUnderstoodEntries
    assumed: LogAssumptions


def answer(
    survey: Survey, staged: Staged, by_game: Mapping[str, ImportedVotes], stray: VotesOnNoGame, *, dry_run: bool
) -> ChatImported:
    """The answer of an import of a log that was surveyed and staged."""
    return ChatImported(
        message=_message(survey, staged, dry_run=dry_run),
        messages_imported=staged.imported,
        duplicates_skipped=staged.duplicates,
        votes_processed=staged.votes,
        votes_by_game=by_game,
        dry_run=dry_run,
        messages_read=survey.report.messages,
        votes_on_no_game=stray,
        passed_over=staged.passed_over,
        not_understood=_not_understood(survey.report),
        assumed=_assumed(survey),
    )


def _message(survey: Survey, staged: Staged, *, dry_run: bool) -> str:
    known = f", {staged.duplicates} known already" if staged.duplicates else ""
    lost = survey.report.not_understood
    unclear = f" {lost} of {survey.report.entries} were not understood." if lost else ""
    verb = "would be imported" if dry_run else "imported"
    return f"{staged.imported} messages {verb}{known}; {staged.votes} votes in them.{unclear}"


def _not_understood(report: Report) -> NotUnderstoodEntries:
    examples = [
        NotUnderstoodEntry(each.number, each.text, each.reason, each.sentence) for each in report.first_not_understood
    ]
    return NotUnderstoodEntries(report.unit, report.entries, report.not_understood, examples)


def _assumed(survey: Survey) -> LogAssumptions:
    report = survey.report
    return LogAssumptions(
        format=report.format,
        time_zone=report.zone,
        time_zone_from=report.zone_from,
        utc_offset=report.utc_offset,
        day=None if survey.day is None else survey.day.isoformat(),
        stream_start=report.stream_start,
        repeated_hour=report.repeated_hour,
        windows_1252_lines=report.windows_1252_lines,
    )
