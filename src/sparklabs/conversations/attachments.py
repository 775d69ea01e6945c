"""Files sent with messages: accepted or refused by the agent's policy, stored once, given back only as downloads."""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO, NamedTuple, Protocol
from uuid import UUID

from sparklabs.conversations import files_repository as rows
from sparklabs.conversations.schemas import FileOut
from sparklabs.conversations.shapes import Header
from sparklabs.kit.clock import Clock
from sparklabs.kit.db import Database
from sparklabs.kit.errors import ForbiddenError, InvalidError, NotFoundError
from sparklabs.kit.files import FileStore
from sparklabs.kit.ids import new_id

LONGEST_NAME = 200


class AttachmentPolicy(NamedTuple):
    """What an agent file says of attachments; `types` are content types, `image/*` for a whole kind."""

    accept: bool
    types: tuple[str, ...]
    most_bytes: int


class Policies(Protocol):
    """Where an agent's present policy comes from."""

    async def attachment_policy(self, tenant_id: UUID, agent_id: UUID) -> AttachmentPolicy: ...


class AttachmentService:
    """Stores and gives back the files of conversations."""

    def __init__(self, db: Database, *, clock: Clock, store: FileStore, policies: Policies) -> None:
        self._db = db
        self._clock = clock
        self._store = store
        self._policies = policies

    async def store(
        self, header: Header, *, upload: BinaryIO, name: str | None, content_type: str | None, by: str
    ) -> FileOut:
        """Stores an upload; raises `attachments_refused`, `file_type_refused`, `file_too_large`, `file_empty`."""
        policy = await self._policies.attachment_policy(header.tenant_id, header.agent_id)
        kind = (content_type or "application/octet-stream").partition(";")[0].strip().lower()
        if not policy.accept:
            raise ForbiddenError("This agent takes no attachments.", code="attachments_refused")
        if not any(_matches(kind, allowed) for allowed in policy.types):
            raise InvalidError(
                f"Files of type {kind} are not accepted.",
                code="file_type_refused",
                field="file",
                hint=f"Accepted: {', '.join(policy.types)}.",
            )
        id = new_id()
        stored = await asyncio.to_thread(self._store.write, str(id), upload, most_bytes=policy.most_bytes)
        if stored.size == 0:
            raise InvalidError("The file is empty.", code="file_empty", field="file")
        shown = _plain_name(name)
        await self._db.run(
            header.tenant_id,
            rows.insert(
                id=id,
                tenant_id=header.tenant_id,
                conversation_id=header.id,
                name=shown,
                content_type=kind,
                size=stored.size,
                sha256=stored.sha256,
                storage_key=str(id),
                created_by=by,
                now=self._clock.now(),
            ),
        )
        return FileOut(id=id, name=shown, content_type=kind, size=stored.size)

    async def of_message(self, header: Header, ids: Sequence[UUID]) -> list[dict[str, Any]]:
        """What a message keeps of its files, in the order given; raises `file_not_found`."""
        [found] = await self._db.run(header.tenant_id, rows.select(conversation_id=header.id, ids=list(ids)))
        by_id = {row["id"]: row for row in found}
        missing = [str(id) for id in ids if id not in by_id]
        if missing:
            raise InvalidError(
                f"There is no file {missing[0]} in this conversation.",
                code="file_not_found",
                field="attachments",
                hint="Upload it to this conversation first.",
            )
        return [
            {
                "id": str(id),
                "name": by_id[id]["name"],
                "content_type": by_id[id]["content_type"],
                "size": by_id[id]["size"],
            }
            for id in ids
        ]

    async def open(self, header: Header, file_id: UUID) -> tuple[str, str, int, Iterator[bytes]]:
        """Name, content type, size and contents of a file of this conversation."""
        [found] = await self._db.run(header.tenant_id, rows.select(conversation_id=header.id, ids=[file_id]))
        if not found:
            raise NotFoundError("There is no such file in this conversation.", code="file_not_found")
        row = found[0]
        return row["name"], row["content_type"], row["size"], self._store.read(row["storage_key"])


def _matches(kind: str, allowed: str) -> bool:
    return allowed in ("*/*", kind) or (allowed.endswith("/*") and kind.startswith(allowed[:-1]))


def _plain_name(name: str | None) -> str:
    """A file name without folders or control characters."""
    last = (name or "").replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in last if letter.isprintable()).strip()[:LONGEST_NAME] or "file"
