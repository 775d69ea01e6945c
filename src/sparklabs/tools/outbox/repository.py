"""Every query by which people look through the outbox."""

from psycopg import sql

from sparklabs.kit.db import Statement
from sparklabs.kit.pagination import EXACT_TOTAL_LIMIT, PageQuery


def select_messages(page: PageQuery, *, state: str | None) -> tuple[Statement, Statement]:
    """One page (and one more), and how many there are."""
    where = sql.SQL("true" if state is None else "state = %s")
    params = () if state is None else (state,)
    query = sql.SQL(
        "SELECT id, channel, recipient_sealed, subject, body, state, conversation_id, contact_id, created_at, sent_at"
        " FROM outbox_messages WHERE "
    )
    counted = sql.SQL("SELECT count(*) AS total FROM (SELECT FROM outbox_messages WHERE {} LIMIT {}) AS counted")
    return (
        Statement(query + where + page.where + page.tail, (*params, *page.params)),
        Statement(counted.format(where, sql.Literal(EXACT_TOTAL_LIMIT + 1)), params),
    )
