"""Turns the rows of the queries into figures, series and breakdowns, with nothing left out where nothing happened."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sparklabs.insight.analytics.repository import FIRST_BUCKET
from sparklabs.insight.analytics.schemas import (
    AgentLine,
    Bucket,
    ChannelLine,
    CostFigure,
    Figure,
    Figures,
    Number,
    Playground,
    Spent,
)
from sparklabs.kit.db import Row

MOST_LINES = 10
_NOTHING: Row = defaultdict(int)


@dataclass(frozen=True, slots=True)
class Rows:
    """What the queries of one scope found."""

    conversations: list[Row]
    messages: list[Row]
    turns: list[Row]
    times: list[Row]
    handoffs: list[Row]
    agents: list[Row]


@dataclass(frozen=True, slots=True)
class Track:
    """One quantity: its value in the period before, and in each bucket of this one."""

    previous: Any
    buckets: list[Any]

    @property
    def total(self) -> Any:
        return sum(self.buckets)

    def figure(self) -> Figure:
        return Figure(value=self.total, previous=self.previous, series=self.buckets)


class Reading:
    """The rows of one window with `size` buckets."""

    def __init__(self, rows: Rows, *, size: int) -> None:
        self._rows = rows
        self._size = size
        self._turns = [row for row in rows.turns if row["bucket"] is not None]

    # ── along the buckets ────────────────────────────────────────────────────────────────────────────────────────
    def track(self, rows: Iterable[Row], column: str, *, missing: Any = 0) -> Track:
        """The column by bucket; several rows of a bucket (one a currency) are added."""
        found: dict[int, Any] = {}
        for row in rows:
            if row["bucket"] is not None and row[column] is not None:
                found[row["bucket"]] = found.get(row["bucket"], 0) + row[column]
        buckets = [found.get(FIRST_BUCKET + number, missing) for number in range(self._size)]
        return Track(found.get(1, missing), buckets)

    def conversations(self) -> Track:
        return self.track(self._rows.conversations, "conversations")

    def turns(self, column: str) -> Track:
        return self.track(self._turns, column)

    def cost(self) -> dict[str, Track]:
        """By currency, where anything was spent; the largest first."""
        tracks = {
            currency: self.track([row for row in self._turns if row["currency"] == currency], "cost_micros")
            for currency in sorted({row["currency"] for row in self._turns})
        }
        spent = {currency: track for currency, track in tracks.items() if track.total or track.previous}
        return dict(sorted(spent.items(), key=lambda item: -item[1].total))

    def figures(self) -> Figures:
        answered, failed = self.turns("answered"), self.turns("failed")
        conversations = self.conversations()
        return Figures(
            conversations=conversations.figure(),
            messages=self.track(self._rows.messages, "messages").figure(),
            contacts=self._by_period(self._rows.messages, lambda row: row["contacts"], missing=0),
            answered_turns=answered.figure(),
            failed_turns=failed.figure(),
            success_rate=_rate(answered, failed, whole=lambda part, rest: part + rest),
            median_answer_ms=self._by_period(self._rows.times, lambda row: row["percentiles"][0]),
            p95_answer_ms=self._by_period(self._rows.times, lambda row: row["percentiles"][1]),
            tokens_in=self.turns("tokens_in").figure(),
            tokens_out=self.turns("tokens_out").figure(),
            handoffs=self.track(self._rows.handoffs, "handoffs").figure(),
            handoff_rate=_rate(
                self.track(self._rows.conversations, "handed"), conversations, whole=lambda _, opened: opened
            ),
            cost=[
                CostFigure(currency=currency, value=track.total, previous=track.previous, series=track.buckets)
                for currency, track in self.cost().items()
            ],
        )

    def _by_period(self, rows: list[Row], read: Callable[[Row], Number], *, missing: Number | None = None) -> Figure:
        """A figure that does not add up over its buckets and was therefore asked for the whole periods as well."""
        whole = {row["now"]: read(row) for row in rows if row["now"] is not None}
        read_rows = [{"bucket": row["bucket"], "read": read(row)} for row in rows if row["bucket"] is not None]
        series = self.track(read_rows, "read", missing=missing).buckets
        return Figure(value=whole.get(True, missing), previous=whole.get(False, missing), series=series)

    def buckets(self, starts: Iterable[Any]) -> list[Bucket]:
        conversations = self.conversations().buckets
        answered, failed = self.turns("answered").buckets, self.turns("failed").buckets
        tokens_in, tokens_out = self.turns("tokens_in").buckets, self.turns("tokens_out").buckets
        cost = self.cost()
        return [
            Bucket(
                start=start,
                conversations=conversations[at],
                turns=answered[at] + failed[at],
                failed=failed[at],
                tokens=tokens_in[at] + tokens_out[at],
                cost=spent({currency: track.buckets[at] for currency, track in cost.items()}),
            )
            for at, start in enumerate(starts)
        ]

    # ── breakdowns of the window ─────────────────────────────────────────────────────────────────────────────────
    def by_agent(self) -> list[AgentLine]:
        """The agents that did anything, the busiest first."""
        opened = _keyed(self._rows.conversations, "agent_id")
        handed = _keyed(self._rows.handoffs, "agent_id")
        turns = _grouped(self._rows.turns, "agent_id")
        lines = [
            AgentLine(
                agent_id=agent["id"],
                slug=agent["slug"],
                name=agent["name"],
                conversations=opened.get(agent["id"], _NOTHING)["now_conversations"],
                answered_turns=sum(row["now_answered"] for row in turns[agent["id"]]),
                failed_turns=sum(row["now_failed"] for row in turns[agent["id"]]),
                handoffs=handed.get(agent["id"], _NOTHING)["now_handoffs"],
                cost=spent({row["currency"]: row["now_cost_micros"] for row in turns[agent["id"]]}),
            )
            for agent in self._rows.agents
        ]
        busy = [line for line in lines if line.conversations or line.answered_turns or line.failed_turns or line.cost]
        busy.sort(key=lambda line: (-line.conversations, -line.answered_turns, line.slug))
        return busy[:MOST_LINES]

    def by_channel(self) -> list[ChannelLine]:
        """The channels that were used, the busiest first."""
        opened = _keyed(self._rows.conversations, "channel")
        turns = _grouped(self._rows.turns, "channel")
        lines = [
            ChannelLine(
                channel=channel,
                conversations=opened.get(channel, _NOTHING)["now_conversations"],
                answered_turns=sum(row["now_answered"] for row in turns[channel]),
                failed_turns=sum(row["now_failed"] for row in turns[channel]),
            )
            for channel in {*opened, *turns}
        ]
        used = [line for line in lines if line.conversations or line.answered_turns or line.failed_turns]
        used.sort(key=lambda line: (-line.conversations, -line.answered_turns, line.channel))
        return used[:MOST_LINES]

    def playground(self) -> Playground:
        channels = [row for row in self._rows.turns if row["channel"] is not None]
        costs: dict[str, int] = {row["currency"]: 0 for row in channels}
        for row in channels:
            costs[row["currency"]] += row["trial_cost_micros"]
        return Playground(
            conversations=sum(row["trials"] for row in self._rows.conversations if row["channel"] is not None),
            answered_turns=sum(row["trials"] for row in channels),
            cost=spent(costs),
        )


def spent(micros_by_currency: Mapping[str, int]) -> list[Spent]:
    """Amounts that are not nothing."""
    return [Spent(currency=currency, micros=micros) for currency, micros in micros_by_currency.items() if micros]


def _rate(part: Track, rest: Track, *, whole: Callable[[Any, Any], Any]) -> Figure:
    """A part of a whole, null where the whole is nothing; never more than everything."""

    def divide(some: Any, other: Any) -> float | None:
        of = whole(some, other)
        return min(1.0, some / of) if of else None

    series = [divide(some, other) for some, other in zip(part.buckets, rest.buckets, strict=True)]
    return Figure(value=divide(part.total, rest.total), previous=divide(part.previous, rest.previous), series=series)


def _keyed(rows: list[Row], column: str) -> dict[Any, Row]:
    return {row[column]: row for row in rows if row[column] is not None}


def _grouped(rows: list[Row], column: str) -> defaultdict[Any, list[Row]]:
    groups: defaultdict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        if row[column] is not None:
            groups[row[column]].append(row)
    return groups
