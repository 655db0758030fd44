"""Every setting: its name, type, default and meaning. Each is read from the environment as GAMENIGHT_<NAME>."""

import difflib
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct
from platformdirs import user_data_path

from gamenight.auth.keys import weakness_of
from gamenight.core.engines import sqlite_url
from gamenight.core.errors import StartError
from gamenight.http.clients import Network
from gamenight.http.limits import Limits
from gamenight.live.limits import LiveLimits
from gamenight.picker.balanced import FACTORS, Strengths
from gamenight.picker.draws import PickerSettings

PREFIX = "GAMENIGHT_"
SECRETS = {"admin_key", "database_url"}
BUILD_VARIABLES = {"GAMENIGHT_SKIP_PAGES"}
"""Variables that the package's build reads. A server that is started in the same shell ignores them."""

T = TypeVar("T", bound=Struct)


def whole(meaning: str, *, minimum: int = 1, maximum: int = 2**31 - 1) -> Meta:
    return Meta(ge=minimum, le=maximum, description=meaning)


def above_zero(meaning: str) -> Meta:
    return Meta(gt=0, description=meaning)


def zero_or_more(meaning: str) -> Meta:
    return Meta(ge=0, description=meaning)


def within(meaning: str, minimum: float, maximum: float) -> Meta:
    return Meta(ge=minimum, le=maximum, description=meaning)


def words(meaning: str) -> Meta:
    return Meta(description=meaning)


class Settings(Struct, frozen=True, kw_only=True):
    """The settings. A command-line option goes before the environment, the environment before the default."""

    host: Annotated[str, words("The address to listen on.")] = "127.0.0.1"
    port: Annotated[int, whole("The port to listen on; 0 takes a free one.", minimum=0, maximum=65535)] = 5000
    data_dir: Annotated[str | None, words("The folder of the database; by default where the platform keeps data.")] = (
        None
    )
    database_url: Annotated[
        str | None, words("postgresql://user:password@host/name for PostgreSQL in place of the one SQLite file.")
    ] = None
    admin_key: Annotated[
        str | None, words("The admin key, in place of the one that is made at the first start; 12 characters or more.")
    ] = None
    public_url: Annotated[
        str | None, words("The address that browsers reach the server by, such as https://games.example.org.")
    ] = None
    allowed_origins: Annotated[
        str, words("Origins, separated by commas, whose pages may connect besides those served here.")
    ] = ""
    trusted_proxies: Annotated[
        str, words("Networks, separated by commas, of reverse proxies whose X-Forwarded-For is believed.")
    ] = ""

    rooms_url: Annotated[str, words("The room service, where the games' rooms are looked up.")] = (
        "https://ecast.jackboxgames.com"
    )
    rooms_hosts: Annotated[
        str,
        words("Hosts, separated by commas, that the room service may name besides its own: host, host:port, *.domain."),
    ] = "*.jackboxgames.com"
    join_url: Annotated[str, words("The page where players type a room's code; phones have a link to it.")] = (
        "https://jackbox.tv"
    )
    rooms_follow: Annotated[bool, words("Whether a room is followed as soon as a game has its code.")] = True
    rooms_probe_seconds: Annotated[float, above_zero("Seconds between two looks at who has joined a room.")] = 20
    rooms_status_seconds: Annotated[float, above_zero("Seconds between two `game.status` events of a room.")] = 20

    vote_grace_seconds: Annotated[
        float, zero_or_more("Seconds after its end in which a game can still be voted on; a skipped one can't.")
    ] = 20
    vote_events_each: Annotated[
        float,
        zero_or_more(
            "Votes a second up to which each has a `vote.received` of its own; more are told together, four times a "
            "second. 0 tells them together always."
        ),
    ] = 20

    guest_votes_per_minute: Annotated[
        float, above_zero("Votes a minute of all the phones of one address, which may be a whole household.")
    ] = 600
    bot_votes_per_second: Annotated[float, above_zero("Votes a second with one token that is not a guest's.")] = 2000

    picker_factors_off: Annotated[
        str,
        words("Factors of the balanced draw, separated by commas, that don't count unless a request asks for them."),
    ] = ""
    picker_recency: Annotated[
        float, within("How much of its weight a game of the last night loses; 1 leaves it out.", 0, 1)
    ] = 0.9
    picker_recency_nights: Annotated[
        float, within("In how many nights about two thirds of that come back.", 0.1, 100)
    ] = 1.5
    picker_tonight: Annotated[
        float, within("How much the last game loses where repeats in a night have to be allowed.", 0, 0.99)
    ] = 0.9
    picker_taste: Annotated[float, within("How many times its weight a game has that all like.", 1, 100)] = 4
    picker_novelty: Annotated[float, within("How many times its weight a game has that was never played.", 1, 100)] = (
        1.5
    )
    picker_variety: Annotated[
        float, within("How much a game loses that is of the type of the night's last one.", 0, 0.99)
    ] = 0.6
    picker_cap: Annotated[float, within("The largest share of the odds of one game; 1 for no limit.", 0.05, 1)] = 0.35

    readers: Annotated[int, whole("Connections that read.", maximum=64)] = 2
    waiting_limit: Annotated[int, whole("How many writes, and reads, may wait; one more is answered 503.")] = 4096
    answer_timeout: Annotated[float, above_zero("Seconds to wait for the database before answering 503.")] = 15
    events_days: Annotated[float, above_zero("Days for which events are kept for clients that resume.")] = 7
    events_kept: Annotated[int, whole("The newest events that are kept however old they are.")] = 100_000

    body_bytes: Annotated[int, whole("Bytes of a request's body.")] = 64 * 1024
    import_bytes: Annotated[int, whole("Bytes of a CSV import's body.")] = 5 * 1024 * 1024
    stream_bytes: Annotated[int, whole("Bytes of a chat log that is imported.")] = 256 * 1024 * 1024
    import_rows: Annotated[int, whole("Rows of a CSV import.")] = 20_000
    header_bytes: Annotated[int, whole("Bytes of a request's head.")] = 16 * 1024
    url_bytes: Annotated[int, whole("Bytes of a request's address.")] = 4096
    query_parameters: Annotated[int, whole("Parameters in a request's address.")] = 64
    json_depth: Annotated[int, whole("Levels of arrays and objects within one another.")] = 32
    header_seconds: Annotated[float, above_zero("Seconds for a request's head to arrive.")] = 10
    body_seconds: Annotated[float, above_zero("Seconds for a request's body to arrive.")] = 30
    requests: Annotated[int, whole("Requests at once.")] = 512
    reads_per_second: Annotated[float, above_zero("Reads a second of one address, after a burst.")] = 50
    reads_burst: Annotated[int, whole("Reads of one address at once.")] = 200

    auth_seconds: Annotated[float, above_zero("Seconds for a live client to authenticate.")] = 10
    heartbeat_seconds: Annotated[float, above_zero("Seconds between the server's pings to a live client.")] = 25
    heartbeat_timeout: Annotated[float, above_zero("Seconds for a live client to answer a ping.")] = 20
    stalled_seconds: Annotated[
        float, above_zero("Seconds after which a connection is cut whose peer takes nothing (TCP_USER_TIMEOUT).")
    ] = 30
    message_bytes: Annotated[int, whole("Bytes of a live client's message.")] = 16 * 1024
    messages_per_minute: Annotated[int, whole("Messages of a live client in a minute, after a burst.")] = 120
    messages_burst: Annotated[int, whole("Messages of a live client at once.")] = 30
    buffer_bytes: Annotated[int, whole("Bytes that may wait for a slow live client.")] = 256 * 1024
    drain_seconds: Annotated[float, above_zero("Seconds for a live client to take a part of a replay.")] = 10
    subscriptions: Annotated[int, whole("Sessions that one live client may follow.")] = 64
    sockets: Annotated[int, whole("Live clients at once.")] = 18_000
    sockets_per_client: Annotated[int, whole("Live clients of one address.")] = 200
    sockets_per_token: Annotated[int, whole("Live clients of one token.")] = 20

    @property
    def url(self) -> str:
        """The database's address."""
        if self.database_url is not None:
            return self.database_url
        folder = Path(self.data_dir) if self.data_dir else user_data_path("gamenight", appauthor=False)
        return sqlite_url(folder.expanduser().absolute() / "gamenight.db")

    @property
    def origins(self) -> frozenset[str]:
        return frozenset(_split(self.allowed_origins))

    @property
    def proxies(self) -> list[Network]:
        return [ip_network(each) for each in _split(self.trusted_proxies)]

    @property
    def room_hosts(self) -> list[str]:
        return _split(self.rooms_hosts)

    @property
    def picker_settings(self) -> PickerSettings:
        """How the balanced draw weighs."""
        strengths = Strengths(**{name: getattr(self, f"picker_{name}") for name in Strengths.__struct_fields__})
        return PickerSettings(strengths, frozenset(_split(self.picker_factors_off)))

    @property
    def limits(self) -> Limits:
        return _part(self, Limits)

    @property
    def live_limits(self) -> LiveLimits:
        return _part(self, LiveLimits)


def load(environment: Mapping[str, str], **options: Any) -> Settings:
    """The settings of an environment and a command line (None where not given).

    Raises StartError, with a hint, for a name that is no setting and for a value that doesn't fit.
    """
    names = {field.name for field in msgspec.structs.fields(Settings)}
    given: dict[str, Any] = {}
    for variable, value in environment.items():
        if variable.startswith(PREFIX) and variable not in BUILD_VARIABLES:
            name = variable.removeprefix(PREFIX).lower()
            if name not in names:
                raise StartError(_no_such_setting(variable, names))
            if value:  # an empty variable is as good as none
                given[name] = value
    given |= {name: value for name, value in options.items() if value is not None}
    values = {name: _convert(name, value) for name, value in given.items()}
    settings = Settings(**values)
    _check(settings)
    return settings


def variable_of(name: str) -> str:
    return PREFIX + name.upper()


def meaning_of(field: msgspec.structs.FieldInfo) -> str:
    """A setting's description, for the reference."""
    meta = getattr(field.type, "__metadata__", ())
    return next(str(each.description) for each in meta if isinstance(each, Meta))


def _convert(name: str, value: Any) -> Any:
    field = next(field for field in msgspec.structs.fields(Settings) if field.name == name)
    try:
        return msgspec.convert(value, field.type, strict=False)
    except msgspec.ValidationError as error:
        shown = "" if name in SECRETS else f"={value}"
        raise StartError(f"{variable_of(name)}{shown} does not fit: {error}. It is: {meaning_of(field)}") from None


def _check(settings: Settings) -> None:
    weakness = None if settings.admin_key is None else weakness_of(settings.admin_key)
    if weakness is not None:
        raise StartError(f"GAMENIGHT_ADMIN_KEY is too easy to guess: {weakness}. Choose another.")
    try:
        settings.proxies  # noqa: B018
    except ValueError as error:
        raise StartError(f"GAMENIGHT_TRUSTED_PROXIES: {error}. Write networks such as 10.0.0.0/8.") from None
    if not _is_plain_address(settings.rooms_url):
        raise StartError("GAMENIGHT_ROOMS_URL has to be a plain address such as https://host or http://host:port.")
    if not _is_page(settings.join_url):
        raise StartError("GAMENIGHT_JOIN_URL has to be the address of a page, such as https://jackbox.tv.")
    if settings.public_url is not None and not _is_plain_address(settings.public_url):
        raise StartError("GAMENIGHT_PUBLIC_URL has to be a plain address such as https://games.example.org.")
    unknown = settings.picker_settings.factors_off - set(FACTORS)
    if unknown:
        raise StartError(
            f"GAMENIGHT_PICKER_FACTORS_OFF: {', '.join(sorted(unknown))} is no factor. There are {', '.join(FACTORS)}."
        )
    url = settings.database_url
    if url is not None and not url.startswith(("postgresql://", "postgresql+psycopg://", "sqlite:///")):
        raise StartError("GAMENIGHT_DATABASE_URL has to begin with postgresql:// (or sqlite:///).")


def _is_page(url: str) -> bool:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018, raises for what is no port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.username and url.isprintable()


def _is_plain_address(url: str) -> bool:
    if not _is_page(url):
        return False
    parts = urlsplit(url)
    return not (parts.path.strip("/") or parts.query or parts.fragment)


def _no_such_setting(variable: str, names: set[str]) -> str:
    close = difflib.get_close_matches(variable, map(variable_of, names), n=1)
    hint = f"Did you mean {close[0]}?" if close else "docs/reference/settings.md lists them all."
    return f"{variable} is no setting. {hint}"


def _split(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]


def _part(settings: Settings, part: type[T]) -> T:
    return part(**{field.name: getattr(settings, field.name) for field in msgspec.structs.fields(part)})
