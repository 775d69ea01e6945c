"""Slugs near one that does not exist, for "did you mean"."""

from rapidfuzz import fuzz, process

from sparklabs.agents import repository
from sparklabs.kit.db.pool import Connection


async def find_near_slugs(conn: Connection, slug: str) -> list[str]:
    """Up to three slugs of the tenant that look like this one, the nearest first."""
    found = process.extract(
        slug.lower(), await repository.list_slugs(conn), scorer=fuzz.ratio, limit=3, score_cutoff=60
    )
    return [name for name, _score, _index in found]
