"""How the actors of the audit and of version histories are called, for people to read."""

from collections.abc import Collection
from uuid import UUID

from sparklabs.identity import names_repository as repository
from sparklabs.kit.db import Database


async def names_of(db: Database, tenant_id: UUID, actors: Collection[str]) -> dict[str, str]:
    """Names by actor (`account:ID`, `api_key:ID`); whoever is no member, and anything else, is left out.

    An account without a name is called by its e-mail address.
    """
    names: dict[str, str] = {}
    if accounts := _ids(actors, "account"):
        for row in await repository.list_members(db, tenant_id, accounts):
            names[f"account:{row['id']}"] = row["name"] or row["email"]
    if keys := _ids(actors, "api_key"):
        for row in await repository.list_keys(db, tenant_id, keys):
            names[f"api_key:{row['id']}"] = row["name"]
    return names


def _ids(actors: Collection[str], kind: str) -> list[UUID]:
    found: set[UUID] = set()
    for actor in actors:
        name, _, id = actor.partition(":")
        if name == kind:
            try:
                found.add(UUID(id))
            except ValueError:
                continue
    return sorted(found)
