"""The public chat page as a document."""

import re
from dataclasses import replace

import pytest

from sparklabs.channels.web.page import chat_page, missing_page, page_language
from sparklabs.channels.web.schemas import AgentCard

CARD = AgentCard(
    slug="acme", name="Maya", company="Acme", about="Helps.", greeting="Hi", languages=("en", "hi"), model_label=None
)


def test_nothing_an_agent_says_of_itself_becomes_markup() -> None:
    hostile = '"><script>alert(1)</script>'
    card = replace(CARD, name=hostile, company=hostile, about=hostile, title=hostile, model_label=hostile)
    html = chat_page(card, key=hostile, accept_language=None).html
    assert html.count("<script") == 1
    assert "alert(1)</script>" not in html


def test_the_one_script_carries_a_fresh_nonce_of_the_policy() -> None:
    first, second = (chat_page(CARD, key="pk_1", accept_language=None) for _ in range(2))
    nonce = re.search(r'<script nonce="([^"]+)"', first.html)
    assert nonce is not None
    assert f"'nonce-{nonce[1]}'" in first.headers["Content-Security-Policy"]
    assert nonce[1] not in second.html
    assert "unsafe" not in first.headers["Content-Security-Policy"]


def test_the_missing_page_allows_no_script_at_all() -> None:
    assert "script-src 'none'" in missing_page("de").headers["Content-Security-Policy"]
    assert '<html lang="de">' in missing_page("de").html


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("hi-IN,hi;q=0.9,en;q=0.5", "hi"),
        ("fr, en;q=0.2", "en"),
        ("en;q=0.1, hi;q=0.7", "hi"),
        ("ja", "en"),
        (None, "en"),
        ("*;q=x,,;", "en"),
    ],
)
def test_the_page_speaks_the_first_language_asked_for_that_the_agent_has(asked: str | None, given: str) -> None:
    assert page_language(asked, offered=("en", "hi")) == given
