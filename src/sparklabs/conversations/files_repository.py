"""Every query of the files of conversations."""

from datetime import datetime
from uuid import UUID

from sparklabs.kit.db import Statement


def insert(
    *,
    id: UUID,
    tenant_id: UUID,
    conversation_id: UUID,
    name: str,
    content_type: str,
    size: int,
    sha256: bytes,
    storage_key: str,
    created_by: str,
    now: datetime,
) -> Statement:
    return Statement(
        "INSERT INTO files (id, tenant_id, conversation_id, name, content_type, size, sha256, storage_key, created_by,"
        " created_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (id, tenant_id, conversation_id, name, content_type, size, sha256, storage_key, created_by, now),
    )


def select(*, conversation_id: UUID, ids: list[UUID]) -> Statement:
    return Statement(
        "SELECT id, name, content_type, size, storage_key FROM files WHERE conversation_id = %s AND id = ANY(%s)",
        (conversation_id, ids),
    )
