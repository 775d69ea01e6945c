"""What stands beside an agent file: its data tables go into records, its Markdown into the agent's knowledge."""

import asyncio
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path, PurePosixPath
from typing import Any, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from sparklabs.agents.folder import (
    UnreadableFileError,
    find_beside,
    hash_bytes,
    make_fault,
    read_settled,
    sign,
)
from sparklabs.agents.reading import Fault
from sparklabs.agents.schema import AgentFile, DataTable
from sparklabs.kit.clock import Clock, SystemClock
from sparklabs.kit.errors import SparkError
from sparklabs.knowledge.schemas import Document
from sparklabs.knowledge.service import Knowledge
from sparklabs.tools.binding import DataField
from sparklabs.tools.datafiles import MOST_BYTES, read_rows
from sparklabs.tools.records import RecordStore, collection_of

MOST_DOCUMENTS = 2000
_RELATIVE = re.compile(r"(?P<sign>[+-])(?P<days>\d{1,4})d(?:\s+(?P<time>[0-2]\d:[0-5]\d))?")
_DOCUMENT_ENDINGS = frozenset({".md", ".markdown", ".txt"})


class DataLoader(Protocol):
    """What the importer needs of this module."""

    async def load(self, tenant_id: UUID, slug: str, spec: AgentFile, folder: Path) -> "Loaded": ...

    def sign(self, spec: AgentFile, folder: Path) -> object: ...


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of it; a file with a fault leaves what was there before."""

    changed: bool
    faults: tuple[Fault, ...]


class AgentData:
    """Loads data and knowledge files; what is in already costs one look at its hash."""

    def __init__(self, records: RecordStore, knowledge: Knowledge, *, clock: Clock | None = None) -> None:
        self._records = records
        self._knowledge = knowledge
        self._clock = clock or SystemClock()

    def sign(self, spec: AgentFile, folder: Path) -> object:
        """Something that is equal as long as no file changed, none came or went and the day is the same."""
        files = [table.file for table in spec.data if table.file]
        files += [str(path.relative_to(folder)) for path in _find_documents(spec, folder)]
        return self._today(spec), tuple((name, sign(folder / name)) for name in files)

    async def load(self, tenant_id: UUID, slug: str, spec: AgentFile, folder: Path) -> Loaded:
        """Brings records and knowledge in line with the files; never raises for what a file holds."""
        faults: list[Fault] = []
        changed = False
        for table in spec.data:
            if table.file is None:
                continue
            try:
                changed |= await self._load_table(tenant_id, slug, spec, table, folder)
            except UnreadableFileError as error:
                faults.append(error.fault)
            except SparkError as error:
                faults.append(make_fault(table.file, error.code, error.detail, error.hint or "Mend the file."))
        try:
            documents, unread = await _read_documents(spec, folder)
            faults += unread
            if not unread:
                report = await self._knowledge.ingest(tenant_id, slug, documents)
                changed |= bool(report.added or report.changed or report.removed)
        except SparkError as error:
            faults.append(make_fault(error.field or slug, error.code, error.detail, error.hint or "Mend the file."))
        return Loaded(changed, tuple(faults))

    async def _load_table(self, tenant_id: UUID, slug: str, spec: AgentFile, table: DataTable, folder: Path) -> bool:
        name = table.file or ""
        content, _ = await read_settled(folder, find_beside(folder, name), most_bytes=MOST_BYTES)
        fields = [DataField(each.name, each.type, each.description) for each in table.fields]
        rows = await asyncio.to_thread(read_rows, content, file=name, fields=fields)
        today = self._today(spec)
        dated = date_rows(rows, today)
        as_of = today.isoformat() if dated is not rows else ""
        shape = f"{table.key}\n{[each.model_dump() for each in table.fields]}\n{as_of}\n"
        report = await self._records.import_records(
            tenant_id,
            collection=collection_of(slug, table.name),
            rows=dated,
            key=table.key,
            file=name,
            content_hash=hash_bytes(shape.encode() + content),
        )
        return not report.skipped

    def _today(self, spec: AgentFile) -> date:
        return self._clock.now().astimezone(ZoneInfo(spec.conversation.timezone or "UTC")).date()


def date_rows(rows: Sequence[Mapping[str, Any]], today: date) -> Sequence[Mapping[str, Any]]:
    """The rows with `+3d` and `-1d 10:30` as dates and times counted from today; the very same ones without any."""
    found = False
    dated: list[Mapping[str, Any]] = []
    for row in rows:
        changed = {name: moved for name, value in row.items() if (moved := _date(value, today)) is not None}
        found |= bool(changed)
        dated.append({**row, **changed})
    return dated if found else rows


def _date(value: Any, today: date) -> str | None:
    match = _RELATIVE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        return None
    day = today + timedelta(days=int(match["sign"] + match["days"]))
    return f"{day.isoformat()}T{match['time']}" if match["time"] else day.isoformat()


def _find_documents(spec: AgentFile, folder: Path) -> Iterator[Path]:
    """The knowledge files that exist, each once, in the order of their names within a pattern."""
    seen: set[Path] = set()
    for pattern in spec.knowledge.files:
        given = PurePosixPath(pattern)
        if given.is_absolute() or ".." in given.parts:
            continue
        for path in sorted(folder.glob(pattern)):
            if path not in seen and path.suffix.lower() in _DOCUMENT_ENDINGS and not path.name.startswith("."):
                seen.add(path)
                yield path


async def _read_documents(spec: AgentFile, folder: Path) -> tuple[list[Document], list[Fault]]:
    documents: list[Document] = []
    faults: list[Fault] = []
    paths = await asyncio.to_thread(lambda: list(_find_documents(spec, folder)))
    if spec.knowledge.files and not paths:
        patterns = ", ".join(spec.knowledge.files)
        faults.append(make_fault(patterns, "knowledge_empty", "No file fits.", "Check the names under `knowledge`."))
    for path in paths[:MOST_DOCUMENTS]:
        name = path.relative_to(folder).as_posix()
        try:
            content, _ = await read_settled(folder, path, most_bytes=MOST_BYTES)
            documents.append(Document(path=name, text=content.decode("utf-8-sig")))
        except UnreadableFileError as error:
            faults.append(error.fault)
        except UnicodeDecodeError:
            faults.append(make_fault(name, "wrong_encoding", "The file is not UTF-8.", "Save it as UTF-8."))
    return documents, faults
