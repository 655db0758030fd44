"""What is looked at in answers, and the names of the cookies that come with them."""

import httpx

LOGIN, GUEST, HOST_DEVICE = "gamenight_session", "gamenight_guest", "gamenight_host_device"


def code(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


def refused(response: httpx.Response, status: int, code: str) -> None:
    """Whoever reads the answer gets a sentence and a code, as JSON."""
    assert response.status_code == status, response.text[:300]
    assert response.headers["content-type"] == "application/json"
    assert response.json()["code"] == code
    assert response.json()["error"]
    has_security_headers(response)


def has_security_headers(response: httpx.Response) -> None:
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "no-referrer"
    assert response.headers["cross-origin-opener-policy"] == "same-origin"
    assert response.headers["cross-origin-resource-policy"] == "same-origin"
    assert "cache-control" in response.headers
    assert "server" not in response.headers
