"""Numbers, contact data, ids and choices out of plain English."""

import pytest

from sparklabs.models.offline.slots.amounts import find_lengths, find_numbers, number_of
from sparklabs.models.offline.slots.contact import find_company, find_email, find_person, find_phone, read_bare_person
from sparklabs.models.offline.slots.identifiers import find_identifier
from sparklabs.models.offline.slots.options import find_option, says_no, says_yes
from sparklabs.models.offline.slots.validation import example_of


@pytest.mark.parametrize(
    ("text", "value"),
    [("12", 12), ("1,200.50", 1200.5), ("1.5k", 1500), ("twenty five", 25), ("a hundred", 100), ("two dozen", 24),
     ("two hundred and fifty", 250), ("3 million", 3_000_000), ("€150", 150), ("hello", None)],
)  # fmt: skip
def test_numbers_are_read_in_figures_and_words(text: str, value: float | None) -> None:
    assert number_of(text) == value


def test_money_is_told_from_counts() -> None:
    assert [(hit.value, hit.money) for hit in find_numbers("5 desks under 300 euros")] == [(5, False), (300, True)]


@pytest.mark.parametrize(
    ("text", "minutes"), [("an hour and a half", 90), ("90 minutes", 90), ("half an hour", 30), ("2 hrs", 120)]
)
def test_lengths_of_time_are_read_in_minutes(text: str, minutes: float) -> None:
    assert [hit.minutes for hit in find_lengths(text)] == [minutes]


def test_the_later_of_two_addresses_counts() -> None:
    found = find_email("it's ann@x.com, no sorry, ann@y.com")
    assert found is not None
    assert found.value == "ann@y.com"


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [
        ("call 020 7946 0123", "GB", "+442079460123"),
        ("98220 12345", "IN", "+919822012345"),
        ("+36 30 123 4567", "US", "+36301234567"),
    ],
)
def test_phone_numbers_are_read_by_region(text: str, region: str, number: str) -> None:
    found = find_phone(text, region)
    assert found is not None
    assert found.value == number


def test_dates_and_order_numbers_are_no_phones() -> None:
    assert find_phone("on 2026-03-11 order NW-12345", "US") is None


@pytest.mark.parametrize(
    ("text", "name"),
    [("My name is Anna Kovács", "Anna Kovács"), ("I'm Tom Hill, tom@hill.uk", "Tom Hill"),
     ("my name is eva long", "Eva Long"),
     ("I'm looking for a desk", None), ("I'm sorry", None), ("this is Ludwig van Beethoven", "Ludwig van Beethoven")],
)  # fmt: skip
def test_names_stand_after_their_cues(text: str, name: str | None) -> None:
    found = find_person(text)
    assert (found.value if found else None) == name


def test_a_bare_reply_is_a_name_in_capitals() -> None:
    found = read_bare_person("anna kovács")
    assert found is not None
    assert found.value == "Anna Kovács"


def test_a_company_is_known_by_cue_or_legal_form() -> None:
    found = find_company("I'm Eva Long from Blue Ocean Ltd")
    assert found is not None
    assert found.value == "Blue Ocean Ltd"


@pytest.mark.parametrize("said", ["APT-1234", "apt-1234", "APT 1234", "apt1234"])
def test_ids_are_brought_to_the_form_of_the_schema(said: str) -> None:
    found = find_identifier(f"please cancel {said} today", {"pattern": r"^APT-\d{4}$"})
    assert found is not None
    assert found[0] == "APT-1234"


def test_an_id_of_another_form_is_not_taken() -> None:
    assert find_identifier("cancel APT-12", {"pattern": r"^APT-\d{4}$"}) is None


def test_a_question_can_show_the_form_of_an_id() -> None:
    assert example_of(r"^APT-\d{4}$") == "APT-1234"
    assert example_of(r"^(a|b)+$") is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("the dentist please", "dental"),
        ("a heart specialist", "cardiology"),
        ("skin", "dermatology"),
        ("a cup of tea", None),
    ],
)
def test_choices_are_known_by_word_stem_or_meaning(text: str, value: str | None) -> None:
    found = find_option(text, ["dental", "dermatology", "cardiology"], asked=False)
    assert (found[0] if found else None) == value


@pytest.mark.parametrize("text", ["yes", "Yes please", "go ahead", "ok", "that's right"])
def test_a_plain_yes_is_a_yes(text: str) -> None:
    assert says_yes(text)


@pytest.mark.parametrize("text", ["yes but not today", "ok wait", "no", "don't", "is it?", "yes, change the date"])
def test_a_qualified_yes_is_none(text: str) -> None:
    assert not says_yes(text)


def test_no_problem_is_no_refusal() -> None:
    assert says_no("no thanks")
    assert not says_no("no problem")
