"""The working roles' names and passwords: the same in every process, and worth nothing to who knows only one."""

import pytest
from psycopg.conninfo import conninfo_to_dict

from sparklabs.kit.db import DatabaseAddresses, RoleNames
from sparklabs.kit.db.roles import role_password
from sparklabs.kit.errors import UnavailableError

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
OWNER = "postgresql://owner:owner-pw@db.example:6432/shop?sslmode=require"


def test_every_process_derives_the_same_addresses_from_the_secret_key() -> None:
    assert DatabaseAddresses.derive(OWNER, secret_key=KEY) == DatabaseAddresses.derive(OWNER, secret_key=KEY)


def test_each_role_and_each_key_has_a_password_of_its_own() -> None:
    passwords = {
        role_password(role, secret_key=key) for role in ("shop_app", "shop_system") for key in (KEY, OTHER_KEY)
    }

    assert len(passwords) == 4
    assert all(len(password) == 64 for password in passwords)


def test_the_working_addresses_keep_server_and_options_but_not_the_owners_name_or_password() -> None:
    addresses = DatabaseAddresses.derive(OWNER, secret_key=KEY)

    for role, address in ((addresses.roles.app, addresses.app), (addresses.roles.system, addresses.system)):
        known = conninfo_to_dict(address)
        assert (known["host"], known["port"], known["dbname"]) == ("db.example", "6432", "shop")
        assert (known["sslmode"], known["user"]) == ("require", role)
        assert "owner-pw" not in address


def test_roles_carry_the_databases_name_so_that_two_platforms_may_share_a_server() -> None:
    assert RoleNames.of("one") != RoleNames.of("two")


def test_addresses_are_not_printed() -> None:
    assert "owner-pw" not in repr(DatabaseAddresses.derive(OWNER, secret_key=KEY))


def test_an_address_that_cannot_be_read_says_how_to_write_it() -> None:
    with pytest.raises(UnavailableError) as caught:
        DatabaseAddresses.derive("postgresql//nonsense here", secret_key=KEY)

    assert caught.value.code == "database_address_invalid"
    assert caught.value.hint is not None
    assert "postgresql://" in caught.value.hint
