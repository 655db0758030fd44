"""Builds the pages while the package is built: who installs a wheel needs no Node."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).resolve().parent))

from web import build_pages


class PagesHook(BuildHookInterface[Any]):
    def dependencies(self) -> list[str]:
        """Node, but only where there is something to build."""
        return [build_pages.NODE] if self._has_work() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if not self._has_work():
            return
        try:
            build_pages.build()
        except build_pages.BuildError as error:
            raise SystemExit(
                f"{error}\nWithout the npm registry, install with {build_pages.SKIP}=1 for a server without pages."
            ) from None

    def _has_work(self) -> bool:
        return not build_pages.is_skipped() and build_pages.is_stale()
