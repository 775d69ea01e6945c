"""What callers of conversations may write: contacts in many shapes, metadata in bounds, Accept headers with weights."""

from typing import Any

import pytest
from pydantic import ValidationError

from sparklabs.conversations.contacts import _email, _phone  # pyright: ignore[reportPrivateUsage]
from sparklabs.conversations.errors import ContactInvalidError
from sparklabs.conversations.schemas import ContactIn, ConversationIn
from sparklabs.conversations.streams import is_wanted


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("text/event-stream", True),
        ("TEXT/Event-Stream", True),
        ("application/json, text/event-stream", True),
        ("text/event-stream;q=0", False),
        ("application/json, text/event-stream;q=0.1", False),
        ("application/json;q=0.1, text/event-stream;q=0.9", True),
        ("*/*", False),
        ("", False),
        ("garbage,,;;q=x", False),
    ],
)
def test_events_are_streamed_when_the_caller_weighs_them_highest(accept: str, wanted: bool) -> None:
    assert is_wanted(accept) is wanted


def test_a_further_key_of_a_contact_is_a_handle_of_that_kind() -> None:
    contact = ContactIn.model_validate({"name": "Ada", "telegram": "@ada", "handles": {"matrix": "@ada:here"}})
    assert contact.handles == {"telegram": "@ada", "matrix": "@ada:here"}


@pytest.mark.parametrize("wrong", [{"telegram": 5}, {"telegram": "x" * 400}, {"two words": "x"}, {"handles": []}])
def test_what_cannot_be_a_handle_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ContactIn.model_validate(wrong)


def test_an_id_that_is_not_ours_is_the_callers_own() -> None:
    assert ContactIn.model_validate({"id": "user-42"}).external_id == "user-42"
    known = ContactIn.model_validate({"id": "01a1faaa-7eee-7473-b60a-863fd026a7e2"})
    assert known.external_id is None and known.id is not None


@pytest.mark.parametrize("address", ["ada@shop.example", "Ada@x.test", "bob@mail.corp.local", "root@localhost"])
def test_addresses_of_private_networks_and_tests_are_addresses(address: str) -> None:
    assert _email(address) == address.lower()


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(ContactInvalidError):
        _email("a b@localhost")


@pytest.mark.parametrize(
    ("number", "locale", "kept"),
    [
        ("+44 20 7946 0018", None, "+442079460018"),
        ("020 7946 0018", "en-GB", "+442079460018"),
        ("020 7946 0018", None, "02079460018"),
        ("555-0100", "xx", "5550100"),
    ],
)
def test_a_number_without_its_country_is_kept_as_digits(number: str, locale: str | None, kept: str) -> None:
    assert _phone(number, locale) == kept


@pytest.mark.parametrize("number", ["abc", "+0", "call me", "12"])
def test_what_is_no_number_is_refused(number: str) -> None:
    with pytest.raises(ContactInvalidError):
        _phone(number, None)


def test_metadata_is_bounded() -> None:
    with pytest.raises(ValidationError):
        ConversationIn.model_validate({"agent_id": "a", "metadata": {"a": "x" * 20_000}})
