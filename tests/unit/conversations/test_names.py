"""What a sealed name can be found by, and what of a person is shown to those who may not read personal data."""

import pytest

from sparklabs.conversations.masking import mask_handle, mask_name
from sparklabs.conversations.people.names import (
    LONGEST_PREFIX,
    beginnings_of,
    index_hashes,
    search_hashes,
    words_of,
)
from sparklabs.kit.crypto import Sealer
from sparklabs.kit.ids import new_id
from tests.conftest import SECRET_KEY


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Ada Lovelace", ["ada", "lovelace"]),
        ("  José  ÁNGEL ", ["jose", "angel"]),
        ("O'Brien-Smith", ["o", "brien", "smith"]),
        ("STRASSE Straße", ["strasse"]),
        ("李 小龙", ["李", "小龙"]),
        ("!!!", []),
    ],
)
def test_a_name_is_read_word_by_word_without_case_and_accents(name: str, words: list[str]) -> None:
    assert words_of(name) == words


def test_a_word_is_found_by_its_beginnings_of_two_letters_and_more() -> None:
    assert beginnings_of("Ada O") == {"ad", "ada", "o"}


def test_very_long_words_and_names_stay_small() -> None:
    assert max(map(len, beginnings_of("x" * 500))) == LONGEST_PREFIX
    assert len(beginnings_of(" ".join(f"word{number:03}" for number in range(100)))) < 100


def test_what_is_searched_is_among_what_is_stored_in_the_same_workspace_only() -> None:
    sealer, tenant_id, other_id = Sealer(SECRET_KEY), new_id(), new_id()
    stored = set(index_hashes(sealer, tenant_id, "Ada Lovelace"))
    assert set(search_hashes(sealer, tenant_id, "LOVE ad")) <= stored
    assert not set(search_hashes(sealer, other_id, "ada")) & stored
    assert not set(search_hashes(sealer, tenant_id, "x" * 500)) & stored


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("email", "ada@example.com", "a•••@•••.com"),
        ("phone", "+442079460018", "•••18"),
        ("telegram", "@ada", "•••"),
    ],
)
def test_a_masked_handle_is_recognised_and_not_learned(kind: str, value: str, shown: str) -> None:
    assert mask_handle(kind, value) == shown


def test_a_masked_name_keeps_its_first_letters() -> None:
    assert mask_name("Ada King Lovelace") == "A••• K••• L•••"
    assert mask_name(None) is None
