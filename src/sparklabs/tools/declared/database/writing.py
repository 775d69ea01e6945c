"""The writing side of a `database` tool: create a row once, change one row that is in the right state."""

import hashlib
from dataclasses import dataclass
from typing import Any

from sparklabs.tools import repository
from sparklabs.tools.binding import DataTable
from sparklabs.tools.declared.database.reading import (
    field_of,
    fixed_conditions,
    match_conditions,
    match_names,
    not_found,
    show,
)
from sparklabs.tools.declared.database.settings import DatabaseSettings
from sparklabs.tools.errors import RecordAmbiguousError, RecordExistsError, RecordNotAvailableError
from sparklabs.tools.fields import field_schema
from sparklabs.tools.repository import Change, Record
from sparklabs.tools.schemas import ToolContext, ToolResult, ToolSpec
from sparklabs.tools.settings import filled

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True, slots=True)
class RowMaker:
    """Create: one new row a call, however often the call is repeated."""

    spec: ToolSpec
    table: DataTable
    settings: DatabaseSettings

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolResult:
        given = {**self.settings.defaults, **arguments}
        fixed = {name: filled(value, context) for name, value in self.settings.set.items()}
        natural = given.get(self.table.key)
        for length in (6, 12):
            key = str(natural) if natural is not None else short_id(context.call_key, length, self.settings.id_prefix)
            made = await self._insert(key, {self.table.key: natural or key, **given, **fixed}, context)
            if made is not None:
                return ToolResult(ok=True, content=self._shown(made, given))
            twin = await self._find_twin(key if natural is not None else None, given, context)
            if twin is not None:
                return await self._meet(twin, {**arguments, **fixed}, given, context)
        raise RecordExistsError(f"No free number was found in {self.table.name}.", hint="Try again.")

    async def _insert(self, key: str, data: dict[str, Any], context: ToolContext) -> Record | None:
        unique = match_conditions(self.settings.unique, self.table, data)
        return await repository.insert_row(
            context.db, context.tenant_id, self.table.collection,
            key=key, data=data, unique=unique, call_key=context.call_key, now=context.now,
        )  # fmt: skip

    async def _find_twin(self, key: str | None, given: dict[str, Any], context: ToolContext) -> Record | None:
        names = (self.table.key,) if key is not None else self.settings.unique
        conditions = match_conditions(names, self.table, given)
        if not conditions:
            return None
        rows = await repository.find_rows(
            context.db, context.tenant_id, self.table.collection, conditions=conditions, limit=1
        )
        return rows[0] if rows else None

    async def _meet(
        self, twin: Record, changes: dict[str, Any], given: dict[str, Any], context: ToolContext
    ) -> ToolResult:
        if self.settings.on_duplicate == "refuse":
            names = self.settings.unique or (self.table.key,)
            label = " and ".join(name.replace("_", " ") for name in names)
            raise RecordExistsError(
                f"There is already an entry in {self.table.name} with this {label}.", field=names[0],
                hint=self.settings.otherwise or "Nothing was added.",
            )  # fmt: skip
        if self.settings.on_duplicate == "update":
            change = Change(
                [repository.Condition(self.table.key, twin.data.get(self.table.key, twin.key))], [], changes
            )
            twin = await repository.update_row(
                context.db, context.tenant_id, self.table.collection, change,
                call_key=context.call_key, now=context.now,
            ) or twin  # fmt: skip
        return ToolResult(ok=True, content={**self._shown(twin, given), "existed": True})

    def _shown(self, row: Record, given: dict[str, Any]) -> dict[str, Any]:
        return show(row, self.settings.returns or tuple(given), self.table)


@dataclass(frozen=True, slots=True)
class RowChanger:
    """Update: one row, only in the right state; of two calls at once exactly one wins."""

    spec: ToolSpec
    table: DataTable
    settings: DatabaseSettings

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolResult:
        names = match_names(self.settings, self.table)
        written = {name: value for name, value in arguments.items() if name not in names}
        fixed = {name: filled(value, context) for name, value in self.settings.set.items()}
        match = [
            *match_conditions(names, self.table, arguments),
            *fixed_conditions(self.settings.where, self.table, context),
        ]
        change = Change(
            match,
            fixed_conditions(self.settings.when, self.table, context),
            {**self.settings.defaults, **written, **fixed},
            first=self.settings.several == "first",
        )
        row = await repository.update_row(
            context.db, context.tenant_id, self.table.collection, change, call_key=context.call_key, now=context.now
        )
        if row is None:
            raise await self._explain(change, names, arguments, context)
        returned = self.settings.returns or tuple(dict.fromkeys((*names, *written, *self.settings.set)))
        return ToolResult(ok=True, content=show(row, returned, self.table))

    async def _explain(
        self, change: Change, names: tuple[str, ...], arguments: dict[str, Any], context: ToolContext
    ) -> Exception:
        rows = await repository.find_rows(
            context.db, context.tenant_id, self.table.collection, conditions=change.match, limit=20
        )
        fitting = await repository.find_rows(
            context.db, context.tenant_id, self.table.collection, conditions=[*change.match, *change.when], limit=20
        )
        if len(fitting) > 1:
            return RecordAmbiguousError(
                f"{len(fitting)} entries in {self.table.name} fit; it is not clear which one is meant.",
                field=self.table.key, hint=f"Ask for the {self.table.key.replace('_', ' ')}.",
            )  # fmt: skip
        if not rows:
            return not_found(names, self.table, arguments)
        state = ", ".join(f"{name} is {rows[0].data.get(name)}" for name in self.settings.when)
        return RecordNotAvailableError(
            self.settings.otherwise or f"This cannot be done now: {state}.",
            field=next(iter(self.settings.when), None),
            hint="Nothing was changed. Offer another choice.",
        )


def write_parameters(settings: DatabaseSettings, table: DataTable, *, update: bool) -> dict[str, Any]:
    """The arguments of a create or an update."""
    fixed = {*settings.set}
    names = settings.fields
    if names is None:
        names = () if update else tuple(field.name for field in table.fields if field.name != table.key)
    found = match_names(settings, table) if update else ()
    wanted = [*found, *(name for name in names if name not in fixed and name not in found)]
    closed = {name: field_schema(field_of(table, name), closed=name not in found) for name in wanted}
    required = [*found, *(name for name in settings.required if name not in found)]
    return {"type": "object", "properties": closed, "required": required, "additionalProperties": False}


def short_id(call_key: str, length: int, prefix: str = "") -> str:
    """A short code that people can read out; the same call always gets the same one."""
    number = int.from_bytes(hashlib.sha256(call_key.encode()).digest()[:16])
    code = ""
    for _ in range(length):
        number, place = divmod(number, len(_ALPHABET))
        code += _ALPHABET[place]
    return f"{prefix}-{code}" if prefix else code
