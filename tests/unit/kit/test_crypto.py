"""Sealing: what is sealed for one place opens there only, and nothing shows a key."""

from uuid import uuid4

import pytest

from sparklabs.kit.crypto import DataKey, SealedValueError, Sealer
from sparklabs.kit.secret_key import SecretKeyError

KEY = bytes(range(32))
TENANT, OTHER_TENANT = uuid4(), uuid4()


@pytest.fixture
def sealer() -> Sealer:
    return Sealer(KEY)


def test_a_sealed_value_opens_with_the_same_key_in_another_process(sealer: Sealer) -> None:
    sealed = sealer.seal(b"hush", purpose="p", tenant_id=TENANT, about="t.c:1")
    assert b"hush" not in sealed
    assert Sealer(KEY).open(sealed, purpose="p", tenant_id=TENANT, about="t.c:1") == b"hush"


def test_the_same_value_is_never_sealed_to_the_same_bytes(sealer: Sealer) -> None:
    assert len({sealer.seal(b"x", purpose="p", tenant_id=None, about="a") for _ in range(50)}) == 50


@pytest.mark.parametrize(
    "place",
    [
        {"purpose": "q", "tenant_id": TENANT, "about": "t.c:1"},
        {"purpose": "p", "tenant_id": OTHER_TENANT, "about": "t.c:1"},
        {"purpose": "p", "tenant_id": None, "about": "t.c:1"},
        {"purpose": "p", "tenant_id": TENANT, "about": "t.c:2"},
    ],
)
def test_a_sealed_value_does_not_open_in_another_place(sealer: Sealer, place: dict[str, object]) -> None:
    sealed = sealer.seal(b"hush", purpose="p", tenant_id=TENANT, about="t.c:1")
    with pytest.raises(SealedValueError):
        sealer.open(sealed, **place)  # type: ignore[arg-type]


def test_a_sealed_value_does_not_open_with_another_secret_key(sealer: Sealer) -> None:
    sealed = sealer.seal(b"hush", purpose="p", tenant_id=TENANT, about="a")
    with pytest.raises(SealedValueError):
        Sealer(b"x" * 32).open(sealed, purpose="p", tenant_id=TENANT, about="a")


def test_every_changed_byte_and_every_cut_is_noticed(sealer: Sealer) -> None:
    sealed = sealer.seal(b"hush", purpose="p", tenant_id=None, about="a")
    for position in range(len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 1
        with pytest.raises(SealedValueError):
            sealer.open(bytes(changed), purpose="p", tenant_id=None, about="a")
        with pytest.raises(SealedValueError):
            sealer.open(sealed[:position], purpose="p", tenant_id=None, about="a")


def test_a_blind_index_is_stable_and_differs_by_purpose_tenant_value_and_key(sealer: Sealer) -> None:
    index = sealer.blind_index("p", TENANT, "a@b.c")
    assert index == Sealer(KEY).blind_index("p", TENANT, "a@b.c")
    others = {
        sealer.blind_index("q", TENANT, "a@b.c"),
        sealer.blind_index("p", OTHER_TENANT, "a@b.c"),
        sealer.blind_index("p", None, "a@b.c"),
        sealer.blind_index("p", TENANT, "a@b.d"),
        Sealer(b"x" * 32).blind_index("p", TENANT, "a@b.c"),
    }
    assert len(index) == 32 and len(others) == 5 and index not in others


def test_a_contacts_key_opens_what_it_sealed_in_that_column_only(sealer: Sealer) -> None:
    contact_id = uuid4()
    key = sealer.new_data_key()
    stored = sealer.seal_key(key, tenant_id=TENANT, contact_id=contact_id)
    name = key.seal("Asha राव", "contacts.name_sealed")
    opened = Sealer(KEY).open_key(stored, tenant_id=TENANT, contact_id=contact_id)
    assert opened.open(name, "contacts.name_sealed") == "Asha राव"
    with pytest.raises(SealedValueError):
        opened.open(name, "contact_handles.value_sealed")
    with pytest.raises(SealedValueError):
        sealer.new_data_key().open(name, "contacts.name_sealed")


def test_a_contacts_key_cannot_be_moved_to_another_contact_or_tenant(sealer: Sealer) -> None:
    contact_id = uuid4()
    stored = sealer.seal_key(sealer.new_data_key(), tenant_id=TENANT, contact_id=contact_id)
    sealer.open_key(stored, tenant_id=TENANT, contact_id=contact_id)
    with pytest.raises(SealedValueError):
        sealer.open_key(stored, tenant_id=TENANT, contact_id=uuid4())
    with pytest.raises(SealedValueError):
        sealer.open_key(stored, tenant_id=OTHER_TENANT, contact_id=contact_id)


def test_the_cache_of_contacts_keys_stays_within_its_size() -> None:
    sealer = Sealer(KEY, cached_data_keys=2)
    stored = {uuid4(): sealer.new_data_key() for _ in range(5)}
    sealed = {who: sealer.seal_key(key, tenant_id=TENANT, contact_id=who) for who, key in stored.items()}
    for _ in range(2):
        for who, value in sealed.items():
            opened = sealer.open_key(value, tenant_id=TENANT, contact_id=who)
            assert opened.open(stored[who].seal("x", "c"), "c") == "x"
    assert len(sealer._data_keys) == 2  # pyright: ignore[reportPrivateUsage]


def test_a_short_secret_key_is_refused() -> None:
    with pytest.raises(SecretKeyError):
        Sealer(b"short")


def test_no_key_shows_in_a_repr(sealer: Sealer) -> None:
    assert repr(sealer) == "Sealer(...)" and repr(DataKey(KEY)) == "DataKey(...)"
