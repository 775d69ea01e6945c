"""Which pages may carry a chat."""

import pytest

from sparklabs.channels.web.origins import is_allowed

ALLOWED = ("https://www.acme.com", "https://*.shop.example", "http://localhost:3000", "not an origin")


@pytest.mark.parametrize(
    "origin",
    [
        "https://www.acme.com",
        "https://WWW.ACME.com",
        "https://www.acme.com:443",
        "https://eu.shop.example",
        "https://a.b.shop.example",
        "http://localhost:3000",
    ],
)
def test_an_origin_on_the_list_may(origin: str) -> None:
    assert is_allowed(origin, host="chat.example", allowed=ALLOWED)


@pytest.mark.parametrize(
    "origin",
    [
        "http://www.acme.com",
        "https://acme.com",
        "https://www.acme.com.evil.example",
        "https://evilshop.example",
        "https://shop.example",
        "http://localhost:3001",
        "https://www.acme.com:8443",
        "null",
        "",
        "https://",
        "https://www.acme.com:port",
        "file://www.acme.com",
    ],
)
def test_any_other_origin_may_not(origin: str) -> None:
    assert not is_allowed(origin, host="chat.example", allowed=ALLOWED)


def test_the_platforms_own_pages_always_may() -> None:
    assert is_allowed("http://127.0.0.1:8000", host="127.0.0.1:8000", allowed=())
    assert is_allowed("https://chat.example", host="chat.example", allowed=())
    assert not is_allowed("http://127.0.0.1:8001", host="127.0.0.1:8000", allowed=())


def test_a_star_stands_for_every_page() -> None:
    assert is_allowed("https://anything.example", host=None, allowed=("*",))
    assert is_allowed("null", host=None, allowed=("*",))


def test_a_caller_that_is_no_browser_is_not_judged_by_origin() -> None:
    assert is_allowed(None, host="chat.example", allowed=())
