"""Which game of the catalogue a room plays. Pure."""

from collections.abc import Sequence

from gamenight.catalogue.schemas import Game


def candidates(app_tag: str, games: Sequence[Game]) -> list[Game]:
    """The games that the tag may mean: those of its title, in whichever packs; enabled ones if there are any."""
    meant = _editions(app_tag, games)
    return [game for game in meant if game.enabled] or meant


def other_game(app_tag: str, game_id: int, games: Sequence[Game]) -> str | None:
    """The game that the room plays, where it is not this one: its title, or the tag where no title is known.

    A game without tags may be any that is not known.
    """
    meant = _editions(app_tag, games)
    if any(game.id == game_id for game in meant):
        return None
    if meant:
        return candidates(app_tag, games)[0].title
    return app_tag if any(game.id == game_id and game.app_tags for game in games) else None


def _editions(app_tag: str, games: Sequence[Game]) -> list[Game]:
    """A tag says the title for sure but not always the pack: one game is sold in several, at times under one tag."""
    titles = {game.title for game in games if app_tag in game.app_tags}
    return [game for game in games if game.title in titles]
