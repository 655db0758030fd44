"""The self-hosted companion of a party-game night."""

from importlib.metadata import version

__version__ = version("gamenight")
