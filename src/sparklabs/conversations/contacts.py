"""Contacts: one person behind many handles, whose name and handles are sealed with a key of their own."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import psycopg
from pydantic import ValidationError

from sparklabs.conversations import contacts_repository as rows
from sparklabs.conversations.errors import ContactInvalidError, ContactNotFoundError
from sparklabs.conversations.people import names
from sparklabs.conversations.schemas import ContactIn, is_uuid
from sparklabs.kit.clock import Clock
from sparklabs.kit.crypto import Sealer
from sparklabs.kit.db import Database, Row
from sparklabs.kit.ids import new_id

LONGEST_NAME = 200
NAME_COLUMN = "contacts.name_sealed"
HANDLE_COLUMN = "contact_handles.value_sealed"
_HANDLE_PURPOSE = "contact-handle"
_INDEXED_AT_ONCE = 200
_PRIVATE_DOMAINS = frozenset({"example", "internal", "lan", "local", "localhost", "test"})


class ContactNames:
    """Opens the sealed names of contacts."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def open_name(self, tenant_id: UUID, row: Row) -> str | None:
        """The name in a row with contact_id, key_sealed and name_sealed; None when there is none or it was erased."""
        if row["name_sealed"] is None or row["key_sealed"] is None:
            return None
        key = self._sealer.open_key(row["key_sealed"], tenant_id=tenant_id, contact_id=row["contact_id"])
        return key.open(bytes(row["name_sealed"]), NAME_COLUMN)


class ContactService:
    """Finds and makes contacts."""

    def __init__(self, db: Database, *, clock: Clock, sealer: Sealer) -> None:
        self._db = db
        self._clock = clock
        self._sealer = sealer

    async def find_or_create(self, tenant_id: UUID, given: ContactIn | str | None, *, channel: str) -> UUID:
        """The contact whom any of the given handles names, else a new one; new facts are added to a known contact.

        Raises ContactNotFoundError for an unknown `id` and ContactInvalidError for an address that cannot be one.
        """
        contact = _read(given)
        handles = handles_of(contact)
        if contact.timezone is not None:
            check_timezone(contact.timezone)
        for last_try in (False, True):
            try:
                return await self._find_or_create(tenant_id, contact, handles, channel=channel)
            except psycopg.errors.UniqueViolation:
                # Somebody made the same contact at the same moment; the second look finds it.
                if last_try:
                    raise
        raise AssertionError("unreachable")

    async def find_ids(self, tenant_id: UUID, text: str) -> list[UUID]:
        """The contacts whose e-mail address, phone number or own id is exactly this text."""
        told = text.strip()
        hashes = {kind: handle_hash(self._sealer, tenant_id, kind, value) for kind, value in _readings(told).items()}
        async with self._db.tenant(tenant_id) as conn:
            return await rows.find_ids(conn, external_id=told, hashes=hashes)

    async def learn_name(self, tenant_id: UUID, contact_id: UUID, name: str) -> bool:
        """Seals a name that the contact told; whether it is the contact's name now. A name on file is not replaced."""
        name = " ".join(name.split())[:LONGEST_NAME]
        async with self._db.tenant(tenant_id) as conn:
            known = await rows.lock(conn, contact_id)
            if known is None or known["key_sealed"] is None or not name:
                return False
            key = self._sealer.open_key(known["key_sealed"], tenant_id=tenant_id, contact_id=contact_id)
            if known["name_sealed"] is not None:
                return key.open(bytes(known["name_sealed"]), NAME_COLUMN).casefold() == name.casefold()
            sealed = key.seal(name, NAME_COLUMN)
            await rows.complete(
                conn, id=contact_id, name_sealed=sealed, timezone=None, locale=None, now=self._clock.now()
            )
            await self._index(conn, tenant_id, contact_id, name)
            return True

    async def index_names(self) -> int:
        """Makes every name that is not indexed yet findable, in small transactions; how many there were."""
        async with self._db.system() as conn:
            tenants = await rows.list_tenants(conn)
        return sum([await self._index_names_of(tenant_id) for tenant_id in tenants])

    async def _index_names_of(self, tenant_id: UUID) -> int:
        names_of, done = ContactNames(self._sealer), 0
        while True:
            async with self._db.tenant(tenant_id) as conn:
                found = await rows.list_unindexed(conn, version=names.INDEX_VERSION, limit=_INDEXED_AT_ONCE)
                for row in found:
                    await self._index(conn, tenant_id, row["contact_id"], names_of.open_name(tenant_id, row) or "")
            done += len(found)
            if len(found) < _INDEXED_AT_ONCE:
                return done

    async def _index(self, conn: Any, tenant_id: UUID, contact_id: UUID, name: str) -> None:
        await rows.index_name(
            conn,
            tenant_id=tenant_id,
            contact_id=contact_id,
            hashes=names.index_hashes(self._sealer, tenant_id, name),
            version=names.INDEX_VERSION,
        )

    async def create_visitor(self, tenant_id: UUID, *, name: str | None, channel: str) -> UUID:
        """A new contact of whom at most a name is known."""
        return await self.find_or_create(tenant_id, ContactIn(name=name), channel=channel)

    async def _find_or_create(
        self, tenant_id: UUID, contact: ContactIn, handles: dict[str, str], *, channel: str
    ) -> UUID:
        now = self._clock.now()
        hashes = {kind: handle_hash(self._sealer, tenant_id, kind, value) for kind, value in handles.items()}
        async with self._db.tenant(tenant_id) as conn:
            known = await rows.find(conn, id=contact.id, external_id=contact.external_id, hashes=hashes)
            if known is None:
                if contact.id is not None:
                    raise ContactNotFoundError("There is no such contact.", field="contact.id")
                return await self._create(conn, tenant_id, contact, handles, channel=channel, now=now)
            await self._complete(conn, tenant_id, known, contact, handles, now=now)
            return known["id"]

    async def _create(
        self, conn: Any, tenant_id: UUID, contact: ContactIn, handles: dict[str, str], *, channel: str, now: datetime
    ) -> UUID:
        contact_id = new_id()
        key = self._sealer.new_data_key()
        await rows.insert(
            conn,
            id=contact_id,
            tenant_id=tenant_id,
            external_id=contact.external_id,
            name_sealed=key.seal(contact.name, NAME_COLUMN) if contact.name else None,
            key_sealed=self._sealer.seal_key(key, tenant_id=tenant_id, contact_id=contact_id),
            timezone=contact.timezone,
            locale=contact.locale,
            channel=channel,
            now=now,
        )
        if contact.name:
            await self._index(conn, tenant_id, contact_id, contact.name)
        await self._add_handles(conn, tenant_id, contact_id, key, handles, now=now)
        return contact_id

    async def _complete(
        self, conn: Any, tenant_id: UUID, known: Row, contact: ContactIn, handles: dict[str, str], *, now: datetime
    ) -> None:
        if known["key_sealed"] is None:
            return
        key = self._sealer.open_key(known["key_sealed"], tenant_id=tenant_id, contact_id=known["id"])
        name_sealed = key.seal(contact.name, NAME_COLUMN) if contact.name and known["name_sealed"] is None else None
        await rows.complete(
            conn, id=known["id"], name_sealed=name_sealed, timezone=contact.timezone, locale=contact.locale, now=now
        )
        if contact.name and name_sealed is not None:
            await self._index(conn, tenant_id, known["id"], contact.name)
        await self._add_handles(conn, tenant_id, known["id"], key, handles, now=now)

    async def _add_handles(
        self, conn: Any, tenant_id: UUID, contact_id: UUID, key: Any, handles: dict[str, str], *, now: datetime
    ) -> None:
        for kind, value in handles.items():
            await rows.insert_handle(
                conn,
                id=new_id(),
                tenant_id=tenant_id,
                contact_id=contact_id,
                kind=kind,
                value_hash=handle_hash(self._sealer, tenant_id, kind, value),
                value_sealed=key.seal(value, HANDLE_COLUMN),
                now=now,
            )


def handle_hash(sealer: Sealer, tenant_id: UUID, kind: str, value: str) -> bytes:
    """What a handle is found by."""
    return sealer.blind_index(_HANDLE_PURPOSE, tenant_id, f"{kind}:{value}")


def normalised_handle(kind: str, value: str, *, locale: str | None = None) -> str:
    """A handle as it is compared; raises ContactInvalidError for an e-mail address or number that cannot be one."""
    if kind == "email":
        return _email(value)
    return _phone(value, locale) if kind == "phone" else value.strip()


def _read(given: ContactIn | str | None) -> ContactIn:
    """A bare string is an e-mail address, a phone number, a contact's id or the caller's own id, in this order."""
    if given is None:
        return ContactIn()
    if isinstance(given, ContactIn):
        return given
    text = given.strip()
    try:
        if "@" in text:
            return ContactIn(email=text)
        if text.startswith("+"):
            return ContactIn(phone=text)
        return (ContactIn(id=UUID(text)) if is_uuid(text) else ContactIn(external_id=text)) if text else ContactIn()
    except ValidationError as error:
        raise ContactInvalidError(
            f"This names nobody: {error.errors()[0]['msg']}.",
            field="contact",
            hint="Give an e-mail address, a phone number, a contact's id or your own id of at most 200 characters.",
        ) from error


def handles_of(contact: ContactIn) -> dict[str, str]:
    """Every handle of a contact by kind, as it is compared; raises ContactInvalidError."""
    handles = {kind.strip().lower(): value.strip() for kind, value in contact.handles.items() if value.strip()}
    if contact.email:
        handles["email"] = _email(contact.email)
    if contact.phone:
        handles["phone"] = _phone(contact.phone, contact.locale)
    return handles


def _readings(text: str) -> dict[str, str]:
    """The text as an e-mail address and a phone number in the form in which they are kept, where it can be one."""
    found: dict[str, str] = {}
    for kind, read in (("email", _email), ("phone", _phone)):
        try:
            found[kind] = read(text)
        except ContactInvalidError:
            continue
    return found


def _email(value: str) -> str:
    from email_validator import EmailNotValidError, validate_email

    # Names of private networks and of tests are addresses too; the library refuses them unless they look public.
    address, public = value.strip(), ".com"
    private = address.rpartition("@")[2].rpartition(".")[2].lower() in _PRIVATE_DOMAINS
    try:
        checked = validate_email(address + public if private else address, check_deliverability=False).normalized
        return (checked.removesuffix(public) if private else checked).lower()
    except EmailNotValidError as error:
        raise ContactInvalidError(
            f"This is not an e-mail address: {error}", field="contact.email", hint="Write it as name@example.com."
        ) from error


def _phone(value: str, locale: str | None = None) -> str:
    """E.164 where the country is known from the number or the locale, else the digits as they were told."""
    import phonenumbers

    region = (locale or "").replace("_", "-").rpartition("-")[2].upper()
    try:
        parsed = phonenumbers.parse(value, region if region in phonenumbers.SUPPORTED_REGIONS else None)
    except phonenumbers.NumberParseException as error:
        digits = "".join(each for each in value if each.isdecimal())
        if error.error_type == error.INVALID_COUNTRY_CODE and 3 <= len(digits) <= 15 and value.lstrip()[:1] != "+":
            return digits
        raise ContactInvalidError(
            "This is not a phone number.", field="contact.phone", hint="Write it with country code, as +442079460018."
        ) from error
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def check_timezone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ContactInvalidError(
            f"{name!r} is no time zone.", field="contact.timezone", hint="Use an IANA name, such as Europe/London."
        ) from error
