"""Every query of the lists: conversations by what is asked for and what was said in them, and the channels in use."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import sql

from sparklabs.conversations.conversations_repository import CONVERSATION
from sparklabs.kit.db import Statement
from sparklabs.kit.pagination import EXACT_TOTAL_LIMIT, PageQuery

# Characters that no message shows mark the hits of a snippet.
HIT_BEGINS, HIT_ENDS = "\x02", "\x03"
_HEADLINE = f"StartSel={HIT_BEGINS}, StopSel={HIT_ENDS}, MaxWords=24, MinWords=12, ShortWord=0, MaxFragments=1"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which conversations are asked for; None leaves a filter out.

    `words` is a tsquery of the configuration `simple`; a conversation of one of `contact_ids` fits as well as one in
    which these words were said.
    """

    agent_id: UUID | None = None
    contact_id: UUID | None = None
    status: str | None = None
    channel: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    words: str | None = None
    contact_ids: Sequence[UUID] = ()


_FILTERS = (
    ("agent_id", sql.SQL("c.agent_id = %s")),
    ("contact_id", sql.SQL("c.contact_id = %s")),
    ("status", sql.SQL("c.status = %s")),
    ("channel", sql.SQL("c.channel = %s")),
    ("since", sql.SQL("c.created_at >= %s")),
    ("until", sql.SQL("c.created_at < %s")),
)
_FITTING = sql.SQL(
    "WITH fitting AS MATERIALIZED (SELECT id FROM conversations_saying(to_tsquery('simple', %s)) AS id"
    " UNION SELECT id FROM conversations WHERE contact_id = ANY(%s)) "
)


def select_conversations(wanted: Wanted, page: PageQuery) -> Statement:
    """A page of conversations; each row tells in `total` how many there are in all, counted to 10,001.

    Only the filters that are set stand in the statement, so that each finds its index.
    """
    used = [(condition, getattr(wanted, name)) for name, condition in _FILTERS if getattr(wanted, name) is not None]
    conditions = [condition for condition, _ in used]
    given: list[Any] = [value for _, value in used]
    head, asked = sql.SQL(""), list[Any]()
    if wanted.words is not None:
        conditions.append(sql.SQL("c.id IN (SELECT id FROM fitting)"))
        head, asked = _FITTING, [wanted.words, list(wanted.contact_ids)]
    where = sql.SQL(" WHERE ") + (sql.SQL(" AND ").join(conditions) if conditions else sql.SQL("TRUE"))
    counted = sql.SQL("(SELECT count(*) FROM (SELECT 1 FROM conversations c{} LIMIT {}) counted) AS total").format(
        where, sql.Literal(EXACT_TOTAL_LIMIT + 1)
    )
    # The page is cut before names are looked up: a sort without an index would carry them along for every row.
    cut = sql.SQL("(SELECT * FROM conversations c{}{}{})").format(where, page.where, page.tail)
    query = head + CONVERSATION.format(further=sql.SQL(", ") + counted, source=cut) + page.tail
    return Statement(query, (*asked, *given, *given, *page.params))


def select_hits(conversation_ids: Sequence[UUID], *, words: str) -> Statement:
    """The newest message of each conversation that has the words, with a snippet in which they are marked."""
    return Statement(
        """
        SELECT conversation_id, id AS message_id, seq, role,
               ts_headline('simple', content, to_tsquery('simple', %(words)s), %(how)s) AS snippet
        FROM (SELECT DISTINCT ON (conversation_id) conversation_id, id, seq, role, content FROM messages
              WHERE conversation_id = ANY(%(ids)s)
                AND to_tsvector('simple', left(content, 200000)) @@ to_tsquery('simple', %(words)s)
              ORDER BY conversation_id, seq DESC) newest
        """,
        {"ids": list(conversation_ids), "words": words, "how": _HEADLINE},
    )


CHANNELS = Statement(
    "SELECT channel, count(*) AS conversations FROM conversations GROUP BY channel ORDER BY conversations DESC, channel"
)
