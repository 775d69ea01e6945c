"""`sparklabs agent ...`: the same services as the API, called on the machine itself."""

import asyncio
import getpass
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, Literal, TypeVar
from uuid import UUID

from sparklabs.agents.active import read_spec
from sparklabs.agents.entities import Intent, Published
from sparklabs.agents.importer import AGENT_DATA_CHANGED
from sparklabs.agents.publishing import Publication
from sparklabs.agents.reading import Fault, read_agent
from sparklabs.entry.ground import standing
from sparklabs.entry.wiring import Services
from sparklabs.kit.errors import InvalidError, NotFoundError
from sparklabs.kit.settings import load_settings
from sparklabs.kit.telemetry import set_up_logging

T = TypeVar("T")
Act = Callable[[Services, UUID], Awaitable[T]]


def with_services(act: Act[T]) -> T:
    """Runs `act` with this machine's services and its first tenant; starts nothing that works on its own."""
    settings = load_settings()
    set_up_logging(level="warning", form="plain")

    async def run(ground: Any) -> T:
        services = Services(settings, ground.addresses, secret_key=ground.secret_key, role="api")
        await services.start()
        try:
            owner = await services.ensure_owner()
            return await act(services, owner.tenant_id)
        finally:
            await services.stop()

    with standing(settings) as ground:
        return asyncio.run(run(ground))


def validate(files: list[Path]) -> int:
    """Prints every fault and warning; 1 when any file has a fault. Needs no database."""
    failed = 0
    for file in files:
        reading = read_agent(_read(file), file=str(file))
        for fault in reading.faults:
            print(fault)
        for warning in reading.warnings:
            print(f"warning: {warning}")
        if reading.spec is None:
            failed += 1
        else:
            print(f"{file}: valid ({len(reading.warnings)} warnings)")
    return 1 if failed else 0


def publish(file: Path, *, reason: str, live: bool) -> int:
    """Publishes a file under its name without the ending, with the data and knowledge files beside it.

    1 when a file beside it is at fault; the agent is live all the same.
    """
    source = _read(file)
    folder = file.resolve().parent

    async def act(services: Services, tenant_id: UUID) -> tuple[str, Sequence[Fault]]:
        publication = Publication(
            source=source,
            file=file.name,
            slug=file.stem,
            author=_author(),
            reason=reason,
            publish=live,
            base_dir=str(folder),
        )
        done = await services.agents.publish(tenant_id, publication)
        faults = await _load_beside(services, tenant_id, done, folder) if live else ()
        return f"{done.agent.slug}: version {done.version.number} {done.outcome.replace('_', ' ')}", faults

    told, faults = with_services(act)
    print(told)
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


async def _load_beside(services: Services, tenant_id: UUID, done: Published, folder: Path) -> Sequence[Fault]:
    loaded = await services.agent_data.load(tenant_id, done.agent.slug, read_spec(done.version), folder)
    if loaded.changed:
        changed = {"tenant_id": str(tenant_id), "agent_id": str(done.agent.id), "slug": done.agent.slug}
        await services.notices.publish(AGENT_DATA_CHANGED, changed)
    return loaded.faults


def list_agents() -> None:
    """A line for each agent."""

    async def act(services: Services, tenant_id: UUID) -> list[str]:
        lines = [f"{'AGENT':24} {'STATE':10} {'VERSION':8} NAME"]
        cursor: str | None = None
        while True:
            page = await services.agents.list(tenant_id, cursor=cursor)
            for each in page.items:
                lines.append(f"{each.slug:24} {each.status:10} {each.active_number or '-':<8} {each.name}")
            cursor = page.next_cursor
            if cursor is None:
                return lines

    print("\n".join(with_services(act)))


def diff(name: str, *, old: int | None, new: int | None) -> None:
    """A line for each change in meaning."""

    async def act(services: Services, tenant_id: UUID) -> list[str]:
        found = await services.agents.get(tenant_id, name)
        last = new or found.active_number or found.latest_version
        first = old or max(last - 1, 1)
        changes = await services.agents.difference(tenant_id, name, old=first, new=last)
        return [f"{name}: version {first} -> {last}", *(f"  {change.summary}" for change in changes)]

    lines = with_services(act)
    print("\n".join(lines if len(lines) > 1 else [*lines, "  nothing changed"]))


def rollback(name: str, *, version: int, reason: str) -> None:
    """Makes an earlier version live again."""

    async def act(services: Services, tenant_id: UUID) -> None:
        await services.agents.rollback(tenant_id, name, Intent(actor=_author(), reason=reason), number=version)

    with_services(act)
    print(f"{name}: version {version} is live")


def move(name: str, *, verb: Literal["pause", "activate", "archive"], reason: str) -> None:
    """Moves an agent through its life."""

    async def act(services: Services, tenant_id: UUID) -> str:
        moved = await getattr(services.agents, verb)(tenant_id, name, Intent(actor=_author(), reason=reason))
        return str(moved.status)

    print(f"{name}: {with_services(act)}")


def reset_password(email: str) -> str:
    """The new password of an account."""

    async def act(services: Services, tenant_id: UUID) -> str:
        del tenant_id
        return await services.identity.reset_password(email)

    return with_services(act)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError as error:
        raise NotFoundError(f"There is no file {file}.", code="file_not_found") from error
    except OSError as error:
        raise InvalidError(f"{file} cannot be read: {error.strerror}.", code="file_unreadable") from error


def _author() -> str:
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):
        return "cli"
