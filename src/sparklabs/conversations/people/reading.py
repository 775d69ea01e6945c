"""A contact's row as it is told: unsealed for those who may read personal data, masked for the others."""

from base64 import b64decode
from typing import Any
from uuid import UUID

from sparklabs.conversations.contacts import HANDLE_COLUMN, NAME_COLUMN
from sparklabs.conversations.masking import mask_handle, mask_name
from sparklabs.conversations.people.schemas import ContactProfile, ContactRow
from sparklabs.kit.crypto import Sealer
from sparklabs.kit.db import Row


def to_row(sealer: Sealer, tenant_id: UUID, row: Row, *, masked: bool) -> ContactRow:
    """A contact for a list."""
    fields = {name: row[name] for name in ContactRow.model_fields if name in row}
    return ContactRow(**{**fields, **identity_of(sealer, tenant_id, row, masked=masked)})


def to_profile(sealer: Sealer, tenant_id: UUID, row: Row, *, masked: bool) -> ContactProfile:
    """A contact for its page; free notes are left out for whoever may not read personal data."""
    fields = {name: row[name] for name in ContactProfile.model_fields if name in row}
    told = {**fields, **identity_of(sealer, tenant_id, row, masked=masked)}
    return ContactProfile(**({**told, "preferences": {}, "context": {}} if masked else told))


def identity_of(sealer: Sealer, tenant_id: UUID, row: Row, *, masked: bool) -> dict[str, Any]:
    """Name, external id and handles; an erased key leaves none of them."""
    if row["key_sealed"] is None:
        return {"name": None, "handles": [], "masked": masked}
    key = sealer.open_key(row["key_sealed"], tenant_id=tenant_id, contact_id=row["contact_id"])
    name = key.open(bytes(row["name_sealed"]), NAME_COLUMN) if row["name_sealed"] is not None else None
    handles: list[dict[str, Any]] = []
    for each in row["handles"]:
        value = key.open(b64decode(each["sealed"]), HANDLE_COLUMN)
        shown = mask_handle(each["kind"], value) if masked else value
        handles.append({**each, "value": shown})
    external_id = (
        mask_handle("external_id", row["external_id"]) if masked and row["external_id"] else row["external_id"]
    )
    return {
        "name": mask_name(name) if masked else name,
        "external_id": external_id,
        "handles": handles,
        "masked": masked,
    }
