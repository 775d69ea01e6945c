"""Every query of the reaper, as the second role: which conversations have open messages and nobody at work on them."""

from sparklabs.conversations.repository import OPEN
from sparklabs.kit.db import Statement

ABANDONED = Statement(
    f"""
    SELECT DISTINCT i.tenant_id, i.conversation_id FROM inbox i
    JOIN conversation_leases l ON l.conversation_id = i.conversation_id
    WHERE i.{OPEN} AND (l.until < clock_timestamp()
                         OR (l.owner IS NULL AND i.created_at < clock_timestamp() - interval '1 second'))
      AND (i.not_before IS NULL OR i.not_before < clock_timestamp())
    LIMIT 500
    """
)
HOLDERS = Statement(
    f"""
    SELECT DISTINCT l.owner FROM inbox i JOIN conversation_leases l ON l.conversation_id = i.conversation_id
    WHERE i.{OPEN} AND l.owner IS NOT NULL AND l.until > clock_timestamp()
    """
)


def expire_holders(owners: list[str]) -> Statement:
    """Ends the leases of holders that are known to be dead, as far as they hold open messages."""
    return Statement(
        f"UPDATE conversation_leases SET until = clock_timestamp() WHERE owner = ANY(%s)"
        f" AND conversation_id IN (SELECT conversation_id FROM inbox WHERE {OPEN})",
        (owners,),
    )
