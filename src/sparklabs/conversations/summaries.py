"""Rolling summaries: when one is due, who writes it and where it is put; its wording is summary_text.py's matter."""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

from sparklabs.conversations import summaries_repository as rows
from sparklabs.conversations.shapes import Bindings, Header
from sparklabs.conversations.summary_text import Stretch, bounded, extract, prompt_of
from sparklabs.kit.clock import Clock
from sparklabs.kit.db import Database, Row
from sparklabs.kit.errors import SparkError
from sparklabs.models.schemas import ChatRequest, Completion
from sparklabs.models.service import ChatModels
from sparklabs.runtime.schemas import Binding
from sparklabs.runtime.single import SingleRun, ask_once, record

logger = logging.getLogger(__name__)

MOST_MESSAGES_AT_ONCE = 60
MOST_MESSAGES_AHEAD = 10
MOST_ANSWER_TOKENS = 2_000
ASK_AGAIN_SECONDS = 60
_REMEMBERED = 10_000


class _Words(NamedTuple):
    text: str
    made_by: str
    completion: Completion | None


def is_due(binding: Binding, *, last_seq: int, summary_seq: int) -> bool:
    """Whether a message that the summary does not cover has left the window."""
    return binding.summarises and last_seq - summary_seq > binding.window_messages


def reach(*, last_seq: int, summary_seq: int, window: int) -> int:
    """The number up to which to sum up now.

    It runs ahead into the older half of the window, so that the next one is due only some messages later and nothing
    is ever both out of the window and not yet in the summary.
    """
    ahead = min(MOST_MESSAGES_AHEAD, window // 2)
    return min(last_seq - window + ahead, summary_seq + MOST_MESSAGES_AT_ONCE)


class AskedSummaries:
    """What this process has asked for lately: while a summary is written, every turn would ask for it again."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._asked: OrderedDict[UUID, tuple[int, float]] = OrderedDict()

    def is_new(self, conversation_id: UUID, *, summary_seq: int) -> bool:
        """Whether to ask, which notes that it was done; what did not move the mark in a minute is asked for anew."""
        now = self._clock()
        mark, at = self._asked.get(conversation_id, (-1, now))
        if mark == summary_seq and now - at < ASK_AGAIN_SECONDS:
            return False
        self._asked[conversation_id] = (summary_seq, now)
        self._asked.move_to_end(conversation_id)
        if len(self._asked) > _REMEMBERED:
            self._asked.popitem(last=False)
        return True


class SummaryService:
    """Sums up a conversation; called by a job, never within a turn."""

    def __init__(self, db: Database, *, clock: Clock, models: ChatModels, bindings: Bindings) -> None:
        self._db = db
        self._clock = clock
        self._models = models
        self._bindings = bindings

    async def summarise(self, header: Header) -> bool:
        """Sums up until nothing is due; False when nothing was, or when another did it first.

        Safe to run twice and on several workers at once: whoever moves the mark first wins.
        """
        done = False
        while await self._summarise_once(header):
            done = True
        return done

    async def _summarise_once(self, header: Header) -> bool:
        [found] = await self._db.run(header.tenant_id, rows.select_state(header.id))
        if not found:
            return False
        state = found[0]
        binding = await header.bind(self._bindings)
        if not is_due(binding, last_seq=state["last_seq"], summary_seq=state["summary_seq"]):
            return False
        upto = reach(last_seq=state["last_seq"], summary_seq=state["summary_seq"], window=binding.window_messages)
        started_at = self._clock.now()
        stretch = await self.load(header, earlier=state["summary"], after=state["summary_seq"], upto=upto)
        words = await self._words(header.tenant_id, binding, stretch)
        run = SingleRun(
            kind="summary",
            binding=binding,
            conversation_id=header.id,
            prompt={"summed_up": [state["summary_seq"] + 1, upto]},
            output={"summary": words.text},
            made_by=words.made_by,
            completion=words.completion,
            started_at=started_at,
            ended_at=self._clock.now(),
        )
        return await self._put(header, run, state=state, upto=upto, text=words.text)

    async def load(self, header: Header, *, earlier: str | None, after: int, upto: int) -> Stretch:
        """What is to be summed up: the messages and results of a stretch, and the summary of what came before it."""
        messages, results = await self._db.run(
            header.tenant_id,
            rows.select_stretch(conversation_id=header.id, after=after, upto=upto),
            rows.select_results(conversation_id=header.id, after=after, upto=upto),
        )
        return Stretch(earlier or "", messages, results)

    async def prompt_of_run(self, header: Header, run: Row) -> Sequence[dict[str, str]]:
        """The prompt of a recorded summary, rebuilt from what it refers to."""
        first, upto = run["prompt"]["summed_up"]
        [before] = await self._db.run(
            header.tenant_id, rows.select_earlier_summary(conversation_id=header.id, before=run["id"])
        )
        earlier = before[0]["summary"] if before else None
        stretch = await self.load(header, earlier=earlier, after=first - 1, upto=upto)
        return [{"role": each.type, "content": each.text} for each in prompt_of(stretch)]

    async def _put(self, header: Header, run: SingleRun, *, state: Row, upto: int, text: str) -> bool:
        moving = rows.move(conversation_id=header.id, old_seq=state["summary_seq"], new_seq=upto, summary=text)
        async with self._db.tenant(header.tenant_id) as conn:
            moved = await (await conn.execute(*moving)).fetchone() is not None
            if not moved and await (await conn.execute(*rows.hold(header.id))).fetchone() is None:
                # The person was erased meanwhile: what it cost stays, and nothing that was said.
                run = replace(run, conversation_id=None, prompt={}, output={})
            for statement in record(run, tenant_id=header.tenant_id, used=moved):
                await conn.execute(*statement)
        return moved

    async def _words(self, tenant_id: UUID, binding: Binding, stretch: Stretch) -> _Words:
        """The agent's model sums up; the offline model cannot, and then an extract of our own stands in."""
        if self._models.is_offline(binding.models):
            return _Words(extract(stretch), "extract", None)
        request = ChatRequest(
            models=binding.models,
            messages=prompt_of(stretch),
            temperature=binding.temperature,
            max_tokens=MOST_ANSWER_TOKENS,
            timeout_seconds=binding.timeout_seconds,
            tenant_id=tenant_id,
            now=self._clock.now(),
            locale=binding.locale,
        )
        try:
            completion = await ask_once(self._models, request)
        except SparkError as error:
            logger.warning("A summary could not be asked for; an extract stands in.", extra={"code": error.code})
            return _Words(extract(stretch), "extract", None)
        text = bounded(completion.message.text)
        if completion.provider == "offline" or not text:
            return _Words(extract(stretch), "extract", completion)
        return _Words(text, completion.model, completion)
