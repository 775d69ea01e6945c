"""Slugs, ETags and the life's table."""

import pytest

from sparklabs.agents.endpoints import _revisions  # pyright: ignore[reportPrivateUsage]
from sparklabs.agents.entities import LEGAL_MOVES, AgentStatus
from sparklabs.agents.errors import SlugInvalidError
from sparklabs.agents.publishing import check_slug, make_slug
from sparklabs.agents.reading import read_agent


def spec_named(name: str):
    reading = read_agent(f'version: "1.0"\nagent: {{name: "{name}", system_prompt: Hi}}\n'.encode(), file="a.yaml")
    assert reading.spec is not None
    return reading.spec


@pytest.mark.parametrize(
    ("name", "slug"), [("Nora", "nora"), ("Café Olé!", "cafe-ole"), ("  A  &  B  ", "a-b"), ("x" * 100, "x" * 63)]
)
def test_a_name_becomes_a_slug_that_is_valid(name: str, slug: str) -> None:
    assert make_slug(spec_named(name)) == check_slug(slug) == slug


def test_a_name_without_a_latin_letter_needs_a_slug_of_its_own() -> None:
    with pytest.raises(SlugInvalidError, match="माया"):
        make_slug(spec_named("माया"))


@pytest.mark.parametrize(
    ("header", "revisions"),
    [
        (None, None),
        ("*", None),
        ('"4"', {4}),
        ('"4", "5"', {4, 5}),
        ('W/"4"', set()),
        ("4", set()),
        ('"abc"', set()),
        ("", set()),
    ],
)
def test_if_match_names_revisions_and_what_is_no_strong_tag_matches_none(
    header: str | None, revisions: set[int] | None
) -> None:
    assert _revisions(header) == revisions


def test_every_state_can_be_left_and_archived_leads_only_back() -> None:
    assert set(LEGAL_MOVES) == set(AgentStatus)
    assert all(AgentStatus.ARCHIVED in moves for state, moves in LEGAL_MOVES.items() if state != "archived")
    assert AgentStatus.ACTIVE not in LEGAL_MOVES[AgentStatus.ARCHIVED]
