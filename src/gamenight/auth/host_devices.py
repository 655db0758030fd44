"""Devices on which a host was logged in before. To be one gives no right but to be counted apart from strangers."""

import hashlib
import hmac
import secrets

from gamenight.auth.tokens import Claims

PURPOSE = b"gamenight: a device of a host\0"
"""Before what is signed, so that no signature of anything else with the same secret counts here."""


class HostDevices:
    """Signs the names of devices, and reads what it signed. `secret` is the one that signs tokens."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def new(self, claims: Claims | None) -> str:
        """The signed name of a device on which somebody logs in: with the admin key, or with the token of these
        claims. All devices of a token have one name, or its owner could make as many as they like and guess on each."""
        name = secrets.token_hex(16) if claims is None else hashlib.sha256(claims.token_id.encode()).hexdigest()[:32]
        return f"{name}.{self._signature(name)}"

    def name_in(self, signed: str | None) -> str | None:
        """The name of the device; None for what was not signed here."""
        name, _dot, signature = (signed or "").partition(".")
        return name if hmac.compare_digest(signature.encode(), self._signature(name).encode()) else None

    def _signature(self, name: str) -> str:
        return hmac.digest(self._secret, PURPOSE + name.encode(), "sha256").hex()
