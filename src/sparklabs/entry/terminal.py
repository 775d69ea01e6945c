"""`sparklabs chat`: a conversation with an agent in the terminal, streamed as it is said."""

import asyncio
import sys
from uuid import UUID

from sparklabs.conversations.schemas import ContactIn
from sparklabs.conversations.shapes import Header
from sparklabs.entry.agent_files import with_services
from sparklabs.entry.wiring import Services
from sparklabs.kit.ids import new_id
from sparklabs.runtime.events import TurnEvent, TurnEventType


def chat(agent: str, *, message: str | None) -> int:
    """Returns the exit code: 1 when a turn failed."""

    async def act(services: Services, tenant_id: UUID) -> int:
        opened = await services.conversations.create(
            tenant_id, agent=agent, channel="cli", contact=ContactIn(external_id=f"cli:{new_id()}")
        )
        header = await services.conversations.find_header(tenant_id, opened.id)
        if header is None:
            return 1
        if message is not None:
            return await _turn(services, header, message)
        print(f"Talking to {opened.agent_name}. Empty line or Ctrl-D ends.")
        return await _loop(services, header)

    return with_services(act)


async def _loop(services: Services, header: Header) -> int:
    code = 0
    while True:
        try:
            text = (await asyncio.to_thread(input, "you> ")).strip()
        except EOFError:
            return code
        if not text:
            return code
        code = await _turn(services, header, text)


async def _turn(services: Services, header: Header, text: str) -> int:
    subscription = await services.turns.watch_here(header)
    try:
        accepted = await services.turns.accept(header, content=text)
        streamed = ""
        async for event in services.turns.follow(header, accepted, subscription):
            if event is not None:
                streamed = _show(event, streamed)
                if event.type is TurnEventType.TURN_FAILED:
                    print(
                        f"\nerror {event.data['problem']['code']}: {event.data['problem']['detail']}", file=sys.stderr
                    )
                    return 1
        return 0
    finally:
        services.turns.unwatch(subscription)


def _show(event: TurnEvent, streamed: str) -> str:
    match event.type:
        case TurnEventType.TEXT_DELTA:
            sys.stdout.write(event.data["text"])
            sys.stdout.flush()
            return streamed + event.data["text"]
        case TurnEventType.TOOL_STARTED:
            sys.stdout.write(f"\n  · {event.data['name']}\n")
            return ""
        case TurnEventType.TURN_RESTARTED:
            sys.stdout.write("\n")
            return ""
        case TurnEventType.MESSAGE_COMPLETED:
            content = event.data["message"]["content"]
            print("" if streamed.strip() == content.strip() else content)
            return streamed
        case _:
            return streamed
