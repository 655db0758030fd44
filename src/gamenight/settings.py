"""All settings together. Each slice has its own, with name, type, default and meaning, in its `settings.py`.

A setting is read from the environment as GAMENIGHT_<NAME>.
"""

import difflib
import logging
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import FieldInfo

from gamenight.auth.settings import AuthSettings
from gamenight.backups.settings import BackupSettings
from gamenight.catalogue.settings import CatalogueSettings
from gamenight.core.errors import StartError
from gamenight.core.settings import DatabaseSettings
from gamenight.http.limits import Limits
from gamenight.http.settings import HttpSettings
from gamenight.live.limits import LiveLimits
from gamenight.picker.settings import PickerSettings
from gamenight.rooms.settings import RoomSettings
from gamenight.sessions.settings import SessionSettings
from gamenight.votes.settings import VoteSettings
from gamenight.web.settings import WebSettings
from gamenight.webhooks.settings import WebhookSettings

logger = logging.getLogger(__name__)
PREFIX = "GAMENIGHT_"
SECRETS = {"admin_key", "database_url"}
BUILD_VARIABLES = {"GAMENIGHT_SKIP_PAGES"}
"""Variables that the package's build reads. A server that is started in the same shell ignores them."""
RETIRED_VARIABLES = {
    "GAMENIGHT_ALLOWED_ORIGINS": "pages of every origin may connect with a token",
}
"""Settings of other versions, with why they have no effect. A server that was set up with one still starts."""


class Settings(Struct, frozen=True, kw_only=True):
    """A command-line option goes before the environment, the environment before the default.

    A part raises StartError, with a sentence that says what to do, for values that don't fit.
    """

    http: HttpSettings = HttpSettings()
    database: DatabaseSettings = DatabaseSettings()
    auth: AuthSettings = AuthSettings()
    catalogue: CatalogueSettings = CatalogueSettings()
    sessions: SessionSettings = SessionSettings()
    picker: PickerSettings = PickerSettings()
    rooms: RoomSettings = RoomSettings()
    votes: VoteSettings = VoteSettings()
    web: WebSettings = WebSettings()
    webhooks: WebhookSettings = WebhookSettings()
    backups: BackupSettings = BackupSettings()
    limits: Limits = Limits()
    live: LiveLimits = LiveLimits()


PARTS: dict[str, type[Struct]] = {part.name: part.type for part in msgspec.structs.fields(Settings)}


def fields() -> list[FieldInfo]:
    """All settings, part by part."""
    return [field for part in PARTS.values() for field in msgspec.structs.fields(part)]


def load(environment: Mapping[str, str], **options: Any) -> Settings:
    """The settings of an environment and a command line (None where not given).

    Raises StartError, with a hint, for a name that is no setting and for a value that doesn't fit.
    """
    given = {**_of_environment(environment), **{name: value for name, value in options.items() if value is not None}}
    values = {field.name: _convert(field, given.pop(field.name)) for field in fields() if field.name in given}
    if given:
        raise TypeError(f"No settings: {', '.join(given)}")
    parts: dict[str, Any] = {
        name: part(**{field: values[field] for field in part.__struct_fields__ if field in values})
        for name, part in PARTS.items()
    }
    return Settings(**parts)


def variable_of(name: str) -> str:
    return PREFIX + name.upper()


def meaning_of(field: FieldInfo) -> str:
    """A setting's description, for the reference."""
    meta = getattr(field.type, "__metadata__", ())
    return next(str(each.description) for each in meta if isinstance(each, Meta))


def _of_environment(environment: Mapping[str, str]) -> dict[str, str]:
    variables = {variable_of(field.name): field.name for field in fields()}
    given: dict[str, str] = {}
    for variable, value in environment.items():
        if not variable.startswith(PREFIX) or variable in BUILD_VARIABLES:
            continue
        if variable in RETIRED_VARIABLES:
            logger.warning("%s has no effect: %s.", variable, RETIRED_VARIABLES[variable])
            continue
        name = variables.get(variable.upper())
        if name is None:
            raise StartError(_no_such_setting(variable, variables))
        if value:  # an empty variable is as good as none
            given[name] = value
    return given


def _convert(field: FieldInfo, value: Any) -> Any:
    try:
        return msgspec.convert(value, field.type, strict=False)
    except msgspec.ValidationError as error:
        shown = "" if field.name in SECRETS else f"={value}"
        raise StartError(
            f"{variable_of(field.name)}{shown} does not fit: {error}. It is: {meaning_of(field)}"
        ) from None


def _no_such_setting(variable: str, variables: Mapping[str, str]) -> str:
    close = difflib.get_close_matches(variable, variables, n=1)
    hint = f"Did you mean {close[0]}?" if close else "docs/reference/settings.md lists them all."
    return f"{variable} is no setting. {hint}"
