"""The zones that logs and their senders name."""

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Final

from gamenight.core.zones import named_zone
from gamenight.votes.exports.faults import LogInvalid

_HOURS: Final = {
    **{"UTC": (0.0,), "GMT": (0.0,), "UCT": (0.0,), "Z": (0.0,)},
    **{"WET": (0.0,), "WEST": (1.0,), "CET": (1.0,), "CEST": (2.0,), "MEZ": (1.0,), "MESZ": (2.0,)},
    **{"EET": (2.0,), "EEST": (3.0,), "MSK": (3.0,), "BST": (1.0, 6.0), "IST": (5.5, 1.0, 2.0), "IDT": (3.0,)},
    **{"EST": (-5.0,), "EDT": (-4.0,), "CST": (-6.0, 8.0, -5.0), "CDT": (-5.0, -4.0), "MST": (-7.0,), "MDT": (-6.0,)},
    **{"PST": (-8.0,), "PDT": (-7.0,), "AKST": (-9.0,), "AKDT": (-8.0,), "HST": (-10.0,)},
    **{"AST": (-4.0, 3.0), "ADT": (-3.0,), "NST": (-3.5,), "NDT": (-2.5,), "BRT": (-3.0,), "ART": (-3.0,)},
    **{"JST": (9.0,), "KST": (9.0,), "SGT": (8.0,), "HKT": (8.0,), "AWST": (8.0,)},
    **{"ACST": (9.5,), "ACDT": (10.5,), "AEST": (10.0,), "AEDT": (11.0,), "NZST": (12.0,), "NZDT": (13.0,)},
    "SAST": (2.0,),
}
"""The hours east of UTC of the names that clients write; of some names there are several."""


def zone_of_file(name: str | tzinfo, at: datetime, said: tzinfo | None) -> tzinfo:
    """The zone that a log names, at a local time.

    `said` is the one that its sender names: it is taken where it agrees with the log, since it knows when the clocks
    change, or where the log's own is no name that we know. Raises LogInvalid where it is neither.
    """
    offsets = _offsets_of(name, at)
    if said is not None and (not offsets or _offset(said, at) in offsets):
        return said
    if len(offsets) == 1:
        return _whole_zone(name, offsets[0])
    told = "is known by several offsets" if offsets else "is no zone that is known"
    raise LogInvalid(
        "zone_unknown",
        f"the log names the time zone {name}, which {told}. Say the zone as timeZone, as Europe/Berlin.",
        zone=str(name),
    )


def _offsets_of(name: str | tzinfo, at: datetime) -> list[timedelta]:
    if isinstance(name, tzinfo):
        return [_offset(name, at)]
    if name in _HOURS:
        return [timedelta(hours=hours) for hours in _HOURS[name]]
    if "/" not in name:
        return []
    try:
        return [_offset(named_zone(name), at)]
    except ValueError:
        return []


def _whole_zone(name: str | tzinfo, offset: timedelta) -> tzinfo:
    """The zone by its rules where a log names those, else its offset."""
    if isinstance(name, tzinfo):
        return name
    if "/" in name:
        return named_zone(name)
    return timezone(offset, name) if offset else UTC


def _offset(zone: tzinfo, at: datetime) -> timedelta:
    return zone.utcoffset(at.replace(tzinfo=None)) or timedelta(0)
