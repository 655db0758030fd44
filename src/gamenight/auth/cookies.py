"""The cookies: a browser's login, the guest's device, and that a device was a host's before. No script
can read them, no other site sends them."""

from litestar.datastructures import Cookie

from gamenight.auth.errors import CsrfRefused, HttpsNeeded
from gamenight.http.address import Address, is_loopback
from gamenight.http.headers import Headers, header, headers_named

LOGIN_SECONDS = 12 * 60 * 60
"""Longer than a night. Not prolonged by use: a console that was left open is closed the next day."""
GUEST_SECONDS = 365 * 24 * 60 * 60
HOST_DEVICE_SECONDS = 365 * 24 * 60 * 60


class Cookies:
    """Makes and reads the cookies, under names that a browser guards where the server is reached by https."""

    def __init__(self, address: Address) -> None:
        self._address = address
        prefix = "__Host-" if address.is_https else ""
        self.login_cookie_name = f"{prefix}gamenight_session"
        self.guest_cookie_name = f"{prefix}gamenight_guest"
        self.host_device_cookie_name = f"{prefix}gamenight_host_device"

    def login(self, token: str) -> Cookie:
        return self._cookie(self.login_cookie_name, token, LOGIN_SECONDS)

    def no_login(self) -> Cookie:
        return self._cookie(self.login_cookie_name, "", 0)

    def guest(self, token: str) -> Cookie:
        return self._cookie(self.guest_cookie_name, token, GUEST_SECONDS)

    def host_device(self, signed: str) -> Cookie:
        return self._cookie(self.host_device_cookie_name, signed, HOST_DEVICE_SECONDS)

    def sent_host_device(self, headers: Headers) -> str | None:
        """What says that the device of a request was a host's before; whether it is true is not looked at here."""
        return _values(headers).get(self.host_device_cookie_name)

    def sent(self, headers: Headers) -> tuple[str | None, str | None]:
        """The tokens in the login's and in the guest's cookie of a request."""
        values = _values(headers)
        return values.get(self.login_cookie_name), values.get(self.guest_cookie_name)

    def sent_by_own_page(self, headers: Headers) -> tuple[str | None, str | None]:
        """The same, but nothing for a page of another origin: its browser may send the cookies, they don't count."""
        is_of_others = header(headers, b"origin") and not self.is_own_page(headers)
        return (None, None) if is_of_others else self.sent(headers)

    def refuse_other_pages(self, headers: Headers, *, by_cookie: bool) -> None:
        """Raises CsrfRefused where a page that isn't ours makes a browser write.

        With a cookie the browser has to say that the page is ours; without one it is enough that it doesn't deny it.
        """
        origin = header(headers, b"origin")
        if origin:
            is_ours = self.is_own_page(headers)
        else:
            is_ours = not by_cookie or header(headers, b"sec-fetch-site") == "same-origin"
        if not is_ours:
            raise CsrfRefused(
                "With a cookie only the server's own pages may change something. Programs send a token. "
                "Behind a proxy that changes the Host header, set GAMENIGHT_PUBLIC_URL."
            )

    def check_is_kept(self, headers: Headers) -> None:
        """Raises HttpsNeeded for a page that came by http where the cookies are for https only.

        A page of this machine itself passes: browsers take it for as safe as one by https.
        """
        origin = header(headers, b"origin").lower()
        if not self._address.is_https or not origin.startswith("http://") or is_loopback(origin[len("http://") :]):
            return
        public_url = self._address.public_url
        raise HttpsNeeded(
            f"By plain http a browser forgets at once who you are. Open {public_url} in place of this page.",
            details={"publicUrl": public_url},
        )

    def is_own_page(self, headers: Headers) -> bool:
        """Whether the browser says that the request comes from a page of this very server."""
        return self._address.is_own_origin(header(headers, b"origin"), header(headers, b"host"))

    def _cookie(self, name: str, value: str, seconds: int) -> Cookie:
        secure = self._address.is_https or None
        return Cookie(name, value=value, max_age=seconds, secure=secure, httponly=True, samesite="strict")


def _values(headers: Headers) -> dict[str, str]:
    """The cookies of a request. Read by hand: the standard library gives up at the first that it doesn't like."""
    pairs = (
        part.strip().partition("=") for cookies in headers_named(headers, b"cookie") for part in cookies.split(";")
    )
    return {name: value.strip('"') for name, _equals, value in pairs}
