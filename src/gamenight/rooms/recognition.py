"""Which game of the catalogue a room plays. Pure."""

from collections.abc import Sequence

from gamenight.catalogue.schemas import Game


def candidates(app_tag: str, games: Sequence[Game]) -> list[Game]:
    """The games that the tag may mean: those of its title, in whichever packs; enabled ones if there are any.

    A tag says the title for sure but not always the pack: one game is sold in several, at times under one tag.
    """
    titles = {game.title for game in games if app_tag in game.app_tags}
    meant = [game for game in games if game.title in titles]
    return [game for game in meant if game.enabled] or meant
