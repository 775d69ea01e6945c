"""Every column is classed, nothing that does not exist is, and what identifies a person cannot outlast them."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg.rows import dict_row

from sparklabs.kit.db import DatabaseAddresses

# Columns of these names identify a person wherever they stand, unless the table below says whom else they name.
IDENTIFYING = {"email", "phone", "name", "first_name", "last_name", "full_name", "address", "recipient", "value", "ip"}
NAMES_OF_THINGS = {
    "tenants.name", "api_keys.name", "secrets.name", "agents.name", "agent_gaps.name", "steps.name",
    "platform_facts.name", "platform_facts.value", "schema_migrations.name",
}  # fmt: skip
OF_STAFF = {"accounts.email", "accounts.name", "accounts.last_login_at", "refresh_tokens.user_agent"}

Owner = psycopg.Connection[dict[str, object]]


@pytest.fixture
def owner(addresses: DatabaseAddresses) -> Iterator[Owner]:
    with psycopg.connect(addresses.owner, row_factory=dict_row, autocommit=True) as conn:
        yield conn


_COLUMNS = """
    SELECT c.relname || '.' || a.attname AS name, format_type(a.atttypid, NULL) AS type
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND a.attnum > 0 AND NOT a.attisdropped AND c.relname NOT LIKE 'procrastinate\\_%'
"""
_CLASSES = "SELECT table_name || '.' || column_name AS name, class, on_erasure FROM data_classes"


def columns(owner: Owner) -> dict[str, str]:
    return {str(row["name"]): str(row["type"]) for row in owner.execute(_COLUMNS)}


def classes(owner: Owner) -> dict[str, tuple[str, str | None]]:
    return {str(row["name"]): (str(row["class"]), row["on_erasure"]) for row in owner.execute(_CLASSES)}  # type: ignore[misc]


def test_every_column_has_a_class(owner: Owner) -> None:
    unclassed = sorted(set(columns(owner)) - set(classes(owner)))

    assert unclassed == [], "Add a line for each to data_classes, in the migration that makes the column."


def test_no_class_is_given_to_a_column_that_does_not_exist(owner: Owner) -> None:
    assert sorted(set(classes(owner)) - set(columns(owner))) == []


def test_a_new_column_without_a_class_is_found(owner: Owner) -> None:
    owner.execute("ALTER TABLE contacts ADD COLUMN shoe_size int")

    assert set(columns(owner)) - set(classes(owner)) == {"contacts.shoe_size"}


def test_what_is_called_sealed_or_hashed_is_no_readable_text(owner: Owner) -> None:
    types = columns(owner)
    readable = [
        name
        for name, (_, on_erasure) in classes(owner).items()
        if on_erasure in ("sealed", "hashed") and (types[name] != "bytea" or not name.endswith(("_sealed", "_hash")))
    ]
    assert readable == []


def test_every_sealed_column_is_personal_or_secret(owner: Owner) -> None:
    known = classes(owner)

    assert [name for name in columns(owner) if name.endswith("_sealed") and known[name][0] == "internal"] == []


def test_a_column_that_names_a_person_is_personal(owner: Owner) -> None:
    known = classes(owner)
    identifying = {name for name in columns(owner) if name.split(".")[1] in IDENTIFYING} - NAMES_OF_THINGS

    assert sorted(name for name in identifying if known[name][0] != "personal") == []


def test_what_identifies_a_contact_is_sealed_hashed_or_deleted_with_them(owner: Owner) -> None:
    known = classes(owner)
    staff = {name for name, (_, on_erasure) in known.items() if on_erasure == "account"}

    assert staff == OF_STAFF, "Only members of staff are kept with their account; contacts are erased."


def test_keys_and_password_hashes_are_secret(owner: Owner) -> None:
    expected = {
        "accounts.password_hash", "refresh_tokens.token_hash", "api_keys.key_hash", "secrets.value_sealed",
        "signing_keys.private_key_sealed", "contacts.key_sealed", "visitors.secret_hash", "socket_tickets.ticket_hash",
    }  # fmt: skip
    assert {name for name, (kind, _) in classes(owner).items() if kind == "secret"} == expected


def test_a_row_of_a_contact_goes_with_the_contact_or_holds_no_identity(owner: Owner) -> None:
    """Tables that point at a contact: each either cascades or has only free text, which the erasure deletes."""
    pointing = {
        str(row["table"])
        for row in owner.execute(
            "SELECT conrelid::regclass::text AS table FROM pg_constraint"
            " WHERE contype = 'f' AND confrelid = 'contacts'::regclass AND confdeltype <> 'c'"
        )
    }
    assert pointing == {"conversations"}
