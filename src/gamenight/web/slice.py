"""The pages, and what they have to know of the server."""

from gamenight.http.settings import HttpSettings
from gamenight.http.slices import Routes, Slice
from gamenight.web import files
from gamenight.web.routes import PhonePageFacts, ServerAddress, web_routes
from gamenight.web.settings import WebSettings
from gamenight.web.static import Pages


def web_slice(settings: WebSettings, http: HttpSettings, *, vote_grace_seconds: float) -> Slice:
    address = ServerAddress(http.public_url, http.host)
    facts = PhonePageFacts(settings.join_url, vote_grace_seconds)
    built = files.load()
    return Slice(
        routes=[Routes("/api", "Pages", web_routes(address, facts))],
        in_front=lambda app: Pages(app, built),
    )
