"""The command line."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from gamenight import __version__
from gamenight.core.errors import StartError

if TYPE_CHECKING:
    from gamenight.core.database import Transaction
    from gamenight.server import Service
    from gamenight.workers import Workers


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """The self-hosted companion of a party-game night."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for chatty in ("alembic", "uvicorn", "httpx"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    # It warns of each request that is no HTTP: a stranger could fill the disk with that.
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)


database_options = [
    click.option("--data-dir", help="The folder of the database."),
    click.option("--database-url", help="postgresql://... in place of the SQLite file."),
]


def with_database_options(command: Any) -> Any:
    for option in reversed(database_options):
        command = option(command)
    return command


@main.command()
@click.option("--host", help="The address to listen on; 127.0.0.1 by default.")
@click.option("--port", type=int, help="The port to listen on; 5000 by default.")
@click.option("--lan", is_flag=True, help="Listen on all interfaces, and show the address for phones as a QR code.")
@click.option("--workers", type=int, help="How many processes serve, on PostgreSQL; 1 by default.")
@with_database_options
def serve(*, lan: bool, **options: Any) -> None:
    """Serve the API and the live events."""
    from gamenight.server import open_service
    from gamenight.settings import load
    from gamenight.workers import open_workers

    if lan:
        options["host"] = options["host"] or "0.0.0.0"  # noqa: S104
    try:
        settings = load(os.environ, **options)
        with open_workers(settings) if settings.http.workers > 1 else open_service(settings) as service:
            service.run(lambda: _first_words(service, lan=lan))
    except StartError as error:
        _fail(error)


@main.command(hidden=True)
def worker() -> None:
    """One of the processes of `serve --workers`, which starts it."""
    from gamenight.workers import run_worker

    run_worker()


@main.command("admin-key")
@click.option("--reset", is_flag=True, help="Make a new key; the old one and all tokens stop working.")
@with_database_options
def admin_key(*, reset: bool, **options: Any) -> None:
    """Say where the admin key is, or make a new one."""
    from gamenight.auth import keys

    if not reset:
        click.echo("The key was shown at the first start and is kept only as a hash. --reset makes a new one.")
        return
    with _transaction(options) as transaction:
        new_key = keys.reset(transaction)
    click.echo(f"Your new admin key, shown only this once: {new_key}")
    if os.environ.get("GAMENIGHT_ADMIN_KEY"):
        click.echo("It does not count as long as GAMENIGHT_ADMIN_KEY is set: the server takes that one.", err=True)


@main.group()
def token() -> None:
    """Tokens for bots, overlays and other hosts. With SQLite stop the server first, or use its API."""


@token.command("create")
@click.option("--name", required=True, help="What it is for.")
@click.option("--scope", type=click.Choice(["admin", "host", "read", "vote"]), required=True, help="What it may do.")
@click.option("--days", type=click.IntRange(1, 3650), default=365, show_default=True, help="For how long.")
@with_database_options
def create_token(*, name: str, scope: Any, days: int, **options: Any) -> None:
    """Make a token, and show it this once."""
    from gamenight.auth import actions, keys
    from gamenight.auth.schemas import NewToken
    from gamenight.auth.tokens import Tokens

    with _transaction(options) as transaction:
        stored = actions.create_token(transaction, NewToken(name, scope, days))
        signed = Tokens(keys.token_secret(transaction)).sign_named(stored)
    click.echo(signed)


@token.command("list")
@with_database_options
def list_tokens(**options: Any) -> None:
    """List the tokens that have not expired."""
    from gamenight.auth import queries

    with _transaction(options) as transaction:
        for each in queries.named_tokens(transaction.connection):
            state = f"revoked {each.revoked_at}" if each.revoked_at else f"until {each.expires_at}"
            click.echo(f"{each.id}  {each.scope:5}  {state}  last used {each.last_used_at or 'never'}  {each.name}")


@token.command("revoke")
@click.argument("token_id", type=int)
@with_database_options
def revoke_token(*, token_id: int, **options: Any) -> None:
    """Refuse a token from now on, by its number in the list."""
    from gamenight.auth import actions

    with _transaction(options) as transaction:
        stored = actions.revoke_token(transaction, token_id)
    click.echo(f"Revoked {stored.name}.")


@main.command()
@with_database_options
def recount(**options: Any) -> None:
    """Count all votes and plays anew, say which figures were wrong, and set them right. Stop the server first."""
    from gamenight.polls import actions as polls
    from gamenight.stats import actions as stats
    from gamenight.votes.actions.recounting import recount_figures

    with _transaction(options) as transaction:
        wrong = [*recount_figures(transaction), *stats.recount(transaction), *polls.recount(transaction)]
    for each in wrong:
        click.echo(f"{each.table} {each.id}: {each.column} was {each.stored}, is {each.counted}")
    click.echo(f"{len(wrong)} figures were wrong and are right now." if wrong else "All figures are right.")


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
@with_database_options
def backup(*, file: Path | None, **options: Any) -> None:
    """Copy everything into one file, also while the server runs: into FILE, or a new one in the folder of backups."""
    from gamenight import schema
    from gamenight.backups import making
    from gamenight.backups.settings import folder_of
    from gamenight.settings import load
    from gamenight.store import open_database, refuse_missing

    try:
        settings = load(os.environ, **options)
        refuse_missing(settings)
        folder = folder_of(settings.backups, settings.database.folder)
        with open_database(settings) as database:
            made = (
                making.make_into(folder, database, schema.migrate, _copying, kept=settings.backups.backups_kept)
                if file is None
                else making.make(file, database, schema.migrate, _copying)
            )
    except StartError as error:
        _fail(error)
    except making.BackupFailed as error:
        _refuse(error)
    click.echo(f"{made} has everything, and was read back. It holds secrets: keep it as private as the database.")


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_database_options
def restore(*, file: Path, **options: Any) -> None:
    """Put a backup in the place of the database, of either kind. Stop the server first."""
    from gamenight import schema
    from gamenight.backups import making, restoring
    from gamenight.settings import load

    try:
        settings = load(os.environ, **options)
        kept = restoring.restore(file, settings.database.url, schema.migrate, _copying)
    except StartError as error:
        _fail(error)
    except making.BackupFailed as error:
        _refuse(error)
    click.echo("The backup is back. The server can be started.")
    if kept is not None:
        click.echo(f"What was there before is kept in {kept}.")


@main.command()
@click.option("--port", type=click.IntRange(0, 65535), default=5000, show_default=True, help="0 takes a free one.")
@click.option("--lan", is_flag=True, help="Listen on all interfaces, and show the address for phones as a QR code.")
@click.option("--speed", type=click.FloatRange(0.1, 100), default=1.0, show_default=True, help="2 is twice as fast.")
def demo(*, port: int, lan: bool, speed: float) -> None:
    """A night that plays itself, on a database that is thrown away."""
    from gamenight.demo import command

    try:
        command.run(
            host="0.0.0.0" if lan else "127.0.0.1",  # noqa: S104
            port=port,
            speed=speed,
            say=click.echo,
            welcome=lambda service, key: _welcome(service, lan=lan, key=key),
        )
    except StartError as error:
        _fail(error)


@main.command("fake-rooms")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=5050, show_default=True, help="0 takes a free one.")
@click.option("--speed", type=click.FloatRange(0.01, 1000), default=1.0, show_default=True, help="2 is twice as fast.")
@click.option("--script", "script_name", default="night", show_default=True, help="A script's name, or a JSON file.")
@click.option("--fault", help="What is wrong with the service, by its name.")
@click.option("--list", "listing", is_flag=True, help="Name the scripts and the faults, and end.")
def fake_rooms(*, host: str, port: int, speed: float, script_name: str, fault: str | None, listing: bool) -> None:
    """For developers: a room service on this machine whose rooms play a script."""
    from gamenight.fake_rooms import command

    if listing:
        click.echo(command.listing())
        return
    try:
        command.run(host=host, port=port, script=script_name, fault=fault, speed=speed, say=click.echo)
    except StartError as error:
        _fail(error)


@contextmanager
def _transaction(options: dict[str, Any]) -> Iterator["Transaction"]:
    """A transaction on the database that is there, for a command; ends the program where something is refused."""
    from gamenight.core.errors import GamenightError
    from gamenight.settings import load
    from gamenight.store import open_store, refuse_missing

    try:
        settings = load(os.environ, **options)
        refuse_missing(settings)
        with open_store(settings) as database, database.transaction() as transaction:
            yield transaction
    except StartError as error:
        _fail(error)
    except GamenightError as error:
        _refuse(error.sentence)


def _copying(table: str, rows: int) -> None:
    click.echo(f"{table}: {rows} rows", err=True)


def _first_words(service: "Service | Workers", *, lan: bool) -> None:
    if service.new_admin_key is not None:
        click.echo(f"Your admin key, shown only this once: {service.new_admin_key}")
    _welcome(service, lan=lan, key=service.new_admin_key)


def _welcome(service: "Service | Workers", *, lan: bool, key: str | None) -> None:
    """Say where the server is. With a key, which is shown this once, also how to log in without typing it."""
    from gamenight.web.local_address import local_address

    address = local_address(service.listens_on, service.port)
    here = address.url
    if address.stranger is not None:
        click.echo(
            f"Another program answers on {address.stranger}, and http://localhost:{service.port} may lead to it. "
            f"Open {here}, or choose another port with --port."
        )
    if key is not None:
        click.echo(f"Begin here, already logged in: {_login_address(here, key)}")
    click.echo(f"gamenight is at {here} (API reference: {here}/api/docs). Ctrl+C stops it.")
    if lan:
        _show_lan_address(service.port, key)


def _login_address(address: str, key: str) -> str:
    # In the fragment, which no log and no other server ever gets to see.
    return f"{address}/#key={key}"


def _refuse(sentence: object) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(1)


def _fail(error: StartError) -> NoReturn:
    click.echo(f"gamenight can't start: {error}", err=True)
    sys.exit(1)


def _show_lan_address(port: int, key: str | None) -> None:
    from gamenight.web.address import lan_address

    address = lan_address()
    if address is None:
        click.echo("This machine has no address that phones could reach.")
        return
    url = f"http://{address}:{port}"
    click.echo(f"On your network: {url}")
    if key is not None:
        login = _login_address(url, key)
        _show_code(f"For the host's phone, already logged in; show it to nobody: {login}", login)
    _show_code(f"For all phones: {url}/play", f"{url}/play")


def _show_code(words: str, address: str) -> None:
    import segno

    click.echo(words)
    segno.make(address).terminal(compact=True)
