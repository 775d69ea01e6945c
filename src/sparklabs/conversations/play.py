"""Plays one turn: shows the runtime what it needs to know, lets it run and has its end written and told."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sparklabs.conversations.announce import Announcer
from sparklabs.conversations.contacts import ContactNames
from sparklabs.conversations.end import TurnEnding
from sparklabs.conversations.lease import Lease
from sparklabs.conversations.shapes import Header
from sparklabs.conversations.take_up import Work
from sparklabs.conversations.window import system_prompt, to_messages, variables
from sparklabs.kit import telemetry
from sparklabs.kit.clock import Clock
from sparklabs.runtime.events import TurnEvent, TurnEventType
from sparklabs.runtime.schemas import Turn
from sparklabs.runtime.service import TurnHandle, TurnRunner


class TurnPlayer:
    """One a process; holds nothing of any one turn."""

    def __init__(
        self, *, clock: Clock, runner: TurnRunner, names: ContactNames, announcer: Announcer, ending: TurnEnding
    ) -> None:
        self._clock = clock
        self._runner = runner
        self._names = names
        self._announcer = announcer
        self._ending = ending

    async def play(self, header: Header, lease: Lease, handle: TurnHandle, work: Work) -> bool:
        """One turn to its end; True when the lease was given back with it."""
        turn = self._turn(header, lease, work, self._clock.now())
        self._announcer.tell(
            header,
            TurnEventType.TURN_STARTED,
            work.message_id,
            run_id=str(work.run_id),
            agent_version=work.binding.version_number,
        )

        def emit(event: TurnEvent) -> None:
            self._announcer.pass_on(header, event)

        finish = self._ending.writes(header, lease, work)
        with telemetry.context(run_id=str(work.run_id)):
            end = await self._runner.run(turn, emit=emit, finish=finish, handle=handle)
        return self._ending.tell(header, work, end)

    def _turn(self, header: Header, lease: Lease, work: Work, now: datetime) -> Turn:
        seen = work.surroundings
        name = self._names.open_name(header.tenant_id, seen)
        timezone = seen["timezone"] or work.binding.timezone
        values = variables(seen, contact_name=name, channel=header.shown_channel, now=now, timezone=timezone)
        return Turn(
            tenant_id=header.tenant_id,
            run_id=work.run_id,
            message_id=work.message_id,
            conversation_id=header.id,
            contact_id=header.contact_id,
            channel=header.shown_channel,
            binding=work.binding,
            history=to_messages(work.window, work.calls),
            system_prompt=system_prompt(work.binding.render_system(values), values),
            fence=lease.fence(header.id),
            now=now.astimezone(ZoneInfo(timezone)),
            prompt={
                "window": [work.window[0]["seq"], work.window[-1]["seq"]] if work.window else [],
                "memories": [memory["id"] for memory in seen["memories"] or ()],
                "calls": sorted({str(call["run_id"]) for call in work.calls}),
                "at": now.isoformat(timespec="seconds"),
            },
            recorded=work.recorded,
        )
