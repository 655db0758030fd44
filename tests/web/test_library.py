"""The pages' library has tests of its own, in its own language."""

import pytest

from tests.support.locks import install_development_modules
from web import build_pages


@pytest.mark.timeout(180)
def test_the_library_of_the_pages_passes_its_own_tests() -> None:
    install_development_modules()
    build_pages.quietly("npm", "run", "test")
