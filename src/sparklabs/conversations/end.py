"""Ends turns: what is written of the end in one group, and who is told of it afterwards."""

from collections.abc import Callable, Sequence
from typing import Any

from sparklabs.conversations import repository as rows
from sparklabs.conversations.announce import Announcer
from sparklabs.conversations.failed import unanswered
from sparklabs.conversations.lease import Lease
from sparklabs.conversations.messages import answer_json
from sparklabs.conversations.shapes import Header
from sparklabs.conversations.summaries import is_due
from sparklabs.conversations.take_up import Work
from sparklabs.kit import events
from sparklabs.kit.clock import Clock
from sparklabs.kit.db import Statement
from sparklabs.runtime.events import TurnEventType
from sparklabs.runtime.schemas import Finish, TurnOutcome
from sparklabs.runtime.service import TurnEnd


class TurnEnding:
    """One a process. `sum_up` has a conversation summed up from a mark on, and returns at once."""

    def __init__(self, *, clock: Clock, announcer: Announcer, sum_up: Callable[[Header, int], None]) -> None:
        self._clock = clock
        self._announcer = announcer
        self._sum_up = sum_up

    def writes(self, header: Header, lease: Lease, work: Work) -> Finish:
        """The statements that end a turn, in one group with the ledger's last rows."""

        def statements(outcome: TurnOutcome) -> Sequence[Statement]:
            now = self._clock.now()
            if outcome.reply_id is not None:
                ended = (
                    rows.answer(
                        id=outcome.reply_id,
                        conversation_id=header.id,
                        message_id=work.message_id,
                        content=outcome.text,
                        run_id=work.run_id,
                        extra=_extra(outcome),
                        now=now,
                    ),
                )
            else:
                ended = (
                    rows.lock_conversation(header.id),
                    rows.fail_message(message_id=work.message_id, problem=outcome.problem),
                )
            return (
                *ended,
                rows.release_when_done(conversation_id=header.id, token=lease.token),
                events.record(
                    tenant_id=header.tenant_id,
                    type=f"conversation.turn.{outcome.state}",
                    source=f"/agents/{header.agent_slug}",
                    subject=str(header.id),
                    data={"run_id": work.run_id, "message_id": work.message_id, "reply_id": outcome.reply_id},
                    at=now,
                ),
                *(unanswered(header, problem=outcome.problem, at=now) if outcome.state == "failed" else ()),
            )

        return statements

    def tell(self, header: Header, work: Work, end: TurnEnd) -> bool:
        """Tells watchers and callers; True when the lease was given back with the end."""
        outcome = end.outcome
        # An answer is one statement, an end without one two; giving the lease back follows.
        said, released = end.rows[0], end.rows[1 if outcome.reply_id is not None else 2]
        if outcome.reply_id is not None:
            message = answer_json(
                id=outcome.reply_id,
                conversation_id=header.id,
                seq=said[0]["seq"],
                content=outcome.text,
                run_id=work.run_id,
                extra=_extra(outcome),
                created_at=said[0]["created_at"],
            )
            self._announcer.answer(work.message_id, {"message": message})
            self._note_length(header, work, last_seq=said[0]["seq"])
            self._announcer.tell(header, TurnEventType.MESSAGE_COMPLETED, work.message_id, message=message)
            self._announcer.tell(
                header,
                TurnEventType.TURN_COMPLETED,
                work.message_id,
                run_id=str(work.run_id),
                usage={
                    "input_tokens": outcome.input_tokens,
                    "output_tokens": outcome.output_tokens,
                    "cached_tokens": outcome.cached_tokens,
                },
                cost_micros=outcome.cost_micros,
                currency=outcome.currency,
                duration_ms=outcome.duration_ms,
            )
        else:
            kind = TurnEventType.TURN_CANCELLED if outcome.state == "cancelled" else TurnEventType.TURN_FAILED
            self._announcer.answer(work.message_id, {"problem": outcome.problem})
            self._announcer.tell(header, kind, work.message_id, run_id=str(work.run_id), problem=outcome.problem)
        return bool(released)

    def _note_length(self, header: Header, work: Work, *, last_seq: int) -> None:
        """Has a job sum up what left the window; known from rows read anyway, and not waited for."""
        mark = work.surroundings["summary_seq"]
        if is_due(work.binding, last_seq=last_seq, summary_seq=mark):
            self._sum_up(header, mark)


def _extra(outcome: TurnOutcome) -> dict[str, Any] | None:
    extra: dict[str, Any] = {}
    if outcome.citations:
        extra["citations"] = [
            {"title": each.title, "source": each.source, "passage": each.passage} for each in outcome.citations
        ]
    if outcome.handoff is not None:
        extra["handoff"] = True
    return extra or None
