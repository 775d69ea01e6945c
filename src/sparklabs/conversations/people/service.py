"""Contacts for the people who work with them: found, read, made and corrected; every look at a person is audited."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Literal, LiteralString
from uuid import UUID

import psycopg

from sparklabs.conversations import contacts_repository as identities
from sparklabs.conversations.contacts import (
    HANDLE_COLUMN,
    NAME_COLUMN,
    check_timezone,
    handle_hash,
    normalised_handle,
)
from sparklabs.conversations.errors import ContactInvalidError, ContactNotFoundError
from sparklabs.conversations.people import names
from sparklabs.conversations.people import repository as rows
from sparklabs.conversations.people.errors import (
    ContactChangedError,
    ContactExternalIdTakenError,
    ContactHandleTakenError,
    etag_of,
)
from sparklabs.conversations.people.reading import to_profile, to_row
from sparklabs.conversations.people.schemas import (
    ContactChangeBody,
    ContactProfile,
    ContactRow,
    HandleIn,
    NewContactBody,
)
from sparklabs.conversations.service import AgentDirectory
from sparklabs.identity import audit
from sparklabs.kit import events
from sparklabs.kit.clock import Clock
from sparklabs.kit.crypto import DataKey, Sealer
from sparklabs.kit.db import Database
from sparklabs.kit.ids import new_id
from sparklabs.kit.pagination import Page, order_of, page_query, to_page
from sparklabs.kit.web import Principal

READ = "contacts:read"
_SORTS: dict[str, LiteralString] = {
    "created_at": "c.created_at",
    "updated_at": "c.updated_at",
    "last_contact_at": rows.LAST_CONTACT,
}
_SORT_FIELDS = {"last_contact_at": "last_contact_sort"}
_CONSOLE = "console"


class PeopleService:
    """The door to contacts for the console and the API."""

    def __init__(self, db: Database, *, clock: Clock, sealer: Sealer, agents: AgentDirectory) -> None:
        self._db = db
        self._clock = clock
        self._sealer = sealer
        self._agents = agents

    async def list(
        self,
        principal: Principal,
        *,
        search: str | None,
        channel: str | None,
        agent: str | None,
        sort: str | None,
        cursor: str | None,
        limit: int,
    ) -> Page[ContactRow]:
        """A page of contacts, the newest first unless sorted otherwise.

        A search finds whole handles, external ids and ids, and beginnings of the words of a name for those who may
        read names; raises `sort_invalid`, `cursor_invalid` and the agents room's errors.
        """
        order = order_of(sort, columns=_SORTS, default="-created_at")
        page = page_query(order, cursor=cursor, limit=limit, id_column="c.id", cast="timestamptz")
        agent_id = await self._agents.identify(principal.tenant_id, agent) if agent else None
        filters = {"agent": agent_id, "channel": channel, **await self._search(principal, search)}
        found, counted = await self._db.run(principal.tenant_id, *rows.select_page(page, filters))
        shown, next_cursor, total = to_page(
            found, order=order, limit=limit, total=counted[0]["total"], sort_field=_SORT_FIELDS.get(order.name)
        )
        masked = not principal.allows(READ)
        items = [to_row(self._sealer, principal.tenant_id, dict(row), masked=masked) for row in shown]
        return Page(items=items, next_cursor=next_cursor, total=total)

    async def _search(self, principal: Principal, search: str | None) -> dict[str, Any]:
        tenant_id = principal.tenant_id
        text = (search or "").replace("\0", "").strip()
        if not text:
            return _filter(searching=False)
        [kinds] = await self._db.run(tenant_id, rows.select_handle_kinds())
        handles = _handles_meant(text, [row["kind"] for row in kinds])
        # Whoever sees names masked would learn them letter by letter.
        words = names.search_hashes(self._sealer, tenant_id, text) if principal.allows(READ) else []
        tokens = list(dict.fromkeys(words))
        return _filter(
            id=_uuid(text),
            external=text,
            kinds=[kind for kind, _ in handles],
            hashes=[handle_hash(self._sealer, tenant_id, kind, value) for kind, value in handles],
            tokens=tokens,
        )

    async def get(self, principal: Principal, contact_id: UUID, *, audited: bool = True) -> ContactProfile:
        """One contact, the look at it audited; raises ContactNotFoundError."""
        masked = not principal.allows(READ)
        [found] = await self._db.run(principal.tenant_id, rows.select_one(contact_id))
        if not found:
            raise not_found()
        if audited and not masked:
            await self._db.run(principal.tenant_id, self._line(principal, contact_id, "contact.read"))
        return to_profile(self._sealer, principal.tenant_id, found[0], masked=masked)

    async def create(self, principal: Principal, body: NewContactBody, *, id: UUID) -> ContactProfile:
        """A new contact under the id, or the one that a first try left there.

        Raises ContactInvalidError, ContactHandleTakenError and ContactExternalIdTakenError.
        """
        if not (body.name or body.handles or body.external_id):
            raise ContactInvalidError(
                "A contact needs a name, a handle or an id of yours.", field="name", hint="Fill in at least one."
            )
        contact_id, now, tenant_id = id, self._clock.now(), principal.tenant_id
        _check_zone(body.timezone)
        with suppress(ContactNotFoundError):
            return await self.get(principal, contact_id, audited=False)
        key = self._sealer.new_data_key()
        with _told_apart():
            async with self._db.tenant(tenant_id) as conn:
                await self._check_external_id(conn, contact_id, body.external_id)
                await identities.insert(
                    conn,
                    id=contact_id,
                    tenant_id=tenant_id,
                    external_id=body.external_id,
                    name_sealed=key.seal(body.name, NAME_COLUMN) if body.name else None,
                    key_sealed=self._sealer.seal_key(key, tenant_id=tenant_id, contact_id=contact_id),
                    timezone=body.timezone,
                    locale=body.locale,
                    channel=_CONSOLE if principal.kind == "account" else "api",
                    now=now,
                )
                if body.preferences:
                    await rows.set_fields(conn, contact_id, fields={"preferences": body.preferences}, now=now)
                await self._index(conn, tenant_id, contact_id, body.name)
                await self._add_handles(conn, tenant_id, contact_id, key, body.handles, locale=body.locale)
                await self._tell(conn, principal, contact_id, "created")
        return await self.get(principal, contact_id, audited=False)

    async def change(
        self, principal: Principal, contact_id: UUID, body: ContactChangeBody, *, etags: frozenset[str] | None
    ) -> ContactProfile:
        """Changes what the body sets. `etags` are those of an If-Match, None when none was sent.

        Raises ContactNotFoundError, ContactChangedError and what `create` raises.
        """
        given = {name: getattr(body, name) for name in body.model_fields_set}
        _check_zone(body.timezone)
        with _told_apart():
            async with self._db.tenant(principal.tenant_id) as conn:
                known = await rows.lock(conn, contact_id)
                if known is None or known["key_sealed"] is None:
                    raise not_found()
                if etags is not None and etag_of(known["updated_at"]) not in etags:
                    raise ContactChangedError(known["updated_at"])
                key = self._sealer.open_key(known["key_sealed"], tenant_id=principal.tenant_id, contact_id=contact_id)
                await self._check_external_id(conn, contact_id, given.get("external_id"))
                fields = {name: given[name] for name in ("external_id", "timezone", "locale") if name in given}
                if "preferences" in given:
                    fields["preferences"] = body.preferences or {}
                if "name" in given:
                    fields["name_sealed"] = key.seal(body.name, NAME_COLUMN) if body.name else None
                    await self._index(conn, principal.tenant_id, contact_id, body.name)
                await rows.set_fields(conn, contact_id, fields=fields, now=self._clock.now())
                await rows.delete_handles(conn, contact_id, body.remove_handles)
                await self._add_handles(
                    conn, principal.tenant_id, contact_id, key, body.add_handles, locale=body.locale
                )
                await self._tell(conn, principal, contact_id, "updated", changed=sorted(given))
        return await self.get(principal, contact_id, audited=False)

    async def _add_handles(
        self,
        conn: Any,
        tenant_id: UUID,
        contact_id: UUID,
        key: DataKey,
        handles: Sequence[HandleIn],
        *,
        locale: str | None,
    ) -> None:
        for at, handle in enumerate(handles):
            value = normalised_handle(handle.kind, handle.value, locale=locale)
            value_hash = handle_hash(self._sealer, tenant_id, handle.kind, value)
            await identities.insert_handle(
                conn,
                id=new_id(),
                tenant_id=tenant_id,
                contact_id=contact_id,
                kind=handle.kind,
                value_hash=value_hash,
                value_sealed=key.seal(value, HANDLE_COLUMN),
                now=self._clock.now(),
            )
            # Asked after the insert, which waits for another that adds the same handle at this moment.
            holder = await rows.find_holder(conn, kind=handle.kind, value_hash=value_hash)
            if holder is not None and holder != contact_id:
                raise ContactHandleTakenError(
                    "Another contact has this handle already.",
                    field=f"handles.{at}",
                    hint=f"It belongs to the contact {holder}: remove it there first, or use that contact.",
                )

    async def _check_external_id(self, conn: Any, contact_id: UUID, external_id: str | None) -> None:
        holder = await rows.find_by_external_id(conn, external_id) if external_id else None
        if holder is not None and holder != contact_id:
            raise _external_id_taken()

    async def _index(self, conn: Any, tenant_id: UUID, contact_id: UUID, name: str | None) -> None:
        hashes = names.index_hashes(self._sealer, tenant_id, name or "")
        await identities.index_name(
            conn, tenant_id=tenant_id, contact_id=contact_id, hashes=hashes, version=names.INDEX_VERSION
        )

    async def _tell(
        self,
        conn: Any,
        principal: Principal,
        contact_id: UUID,
        done: Literal["created", "updated"],
        *,
        changed: Sequence[str] | None = None,
    ) -> None:
        """The audit's line and the event, in the change's own transaction."""
        event = events.record(
            tenant_id=principal.tenant_id,
            type=f"contact.{done}",
            source="/contacts",
            subject=str(contact_id),
            data={},
            at=self._clock.now(),
        )
        for statement in (self._line(principal, contact_id, f"contact.{done}", changed=changed), event):
            await conn.execute(statement.sql, statement.params)

    def _line(
        self, principal: Principal, contact_id: UUID, action: str, *, changed: Sequence[str] | None = None
    ) -> Any:
        return audit.entry(
            principal.tenant_id,
            actor=principal.actor,
            action=action,
            subject=f"contact:{contact_id}",
            data={"changed": [*changed]} if changed else None,
            now=self._clock.now(),
        )


@contextmanager
def _told_apart() -> Generator[None]:
    """Of two changes at one moment that want the same id, the later is told the same as if it had come later."""
    try:
        yield
    except psycopg.errors.UniqueViolation as error:
        raise _external_id_taken() from error


def not_found() -> ContactNotFoundError:
    """The error for a contact that is not there, or not in this workspace."""
    return ContactNotFoundError("There is no such contact.", hint="It may have been erased. Look in the list.")


def _external_id_taken() -> ContactExternalIdTakenError:
    return ContactExternalIdTakenError(
        "Another contact has this external id already.", field="external_id", hint="Search for the id to find it."
    )


def _check_zone(timezone: str | None) -> None:
    if timezone is not None:
        check_timezone(timezone)


def _handles_meant(text: str, kinds: Sequence[str]) -> Sequence[tuple[str, str]]:
    """Every handle a search may mean: the text as each kind the tenant has, or as the one that it names (`kind:x`)."""
    kind, colon, rest = text.partition(":")
    meant = [(kind.strip().lower(), rest.strip())] if colon and kind.strip().lower() in kinds else []
    for candidate, value in [*meant, *((each, text) for each in kinds)]:
        try:
            meant.append((candidate, normalised_handle(candidate, value)))
        except ContactInvalidError:
            continue
    return list(dict.fromkeys(meant))


def _filter(
    *,
    searching: bool = True,
    id: UUID | None = None,
    external: str | None = None,
    kinds: Sequence[str] = (),
    hashes: Sequence[bytes] = (),
    tokens: Sequence[bytes] = (),
) -> dict[str, Any]:
    """A search as the repository's query names its parts."""
    return {
        "searching": searching, "id": id, "external": external, "kinds": [*kinds], "hashes": [*hashes],
        "tokens": [*tokens], "words": len(tokens),
    }  # fmt: skip


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
