"""Declared tools of type `price`: what so many of an item cost, exactly, within a stated authority for discounts."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from babel.numbers import get_currency_precision, get_currency_symbol
from pydantic import Field

from sparklabs.kit.errors import ForbiddenError
from sparklabs.tools import repository
from sparklabs.tools.binding import AgentBinding, DataTable
from sparklabs.tools.building import Rooms, make_spec
from sparklabs.tools.errors import RecordAmbiguousError, RecordNotFoundError, ToolBrokenError
from sparklabs.tools.fields import to_decimal
from sparklabs.tools.ranking import query_words, score_rows, words_of
from sparklabs.tools.repository import Record
from sparklabs.tools.schemas import Tool, ToolContext, ToolDeclaration, ToolResult, ToolSpec
from sparklabs.tools.settings import ToolSettings, get_table, read_settings

MOST_AUTHORITY = Decimal("0.20")
"""No agent gives more than this away on its own, whatever its file says."""
_MICROS = Decimal(1_000_000)
_MOST_ROWS = 2000
_HUNDRED = Decimal(100)
_CLEAR_LEAD = 1.2
"""The best match is taken when every other one is this much worse."""
_LIST = re.compile(r"[,;|/]")


class PriceSettings(ToolSettings):
    """`config` of a `price` tool."""

    table: str
    item: str = Field("item", pattern=r"^[a-zA-Z_]\w{0,40}$", description="The argument's name.")
    search: tuple[str, ...] = Field((), description="Columns in which the item is looked for.")
    price: str = Field("price", description="The column with the price of one.")
    show: tuple[str, ...] = Field((), description="Further columns given back.")
    quantity: bool = True
    most_quantity: int = Field(100_000, ge=1, le=1_000_000)
    discount_authority: Decimal = Field(Decimal(0), ge=0, le=MOST_AUTHORITY, description="A share: 0.15 is 15 %.")
    currency: str = Field("USD", pattern=r"^[A-Z]{3}$")
    currency_field: str | None = None
    tax: Decimal = Field(Decimal(0), ge=0, le=1, description="A share: 0.18 is 18 %.")
    tax_included: bool = False
    unit: str | None = Field(None, description="What one is, such as `per seat and month`.")


@dataclass(frozen=True, slots=True)
class Quote:
    """Amounts of one quotation, exact in the currency's smallest unit."""

    unit_price: Decimal
    quantity: int
    subtotal: Decimal
    discount: Decimal
    tax: Decimal
    total: Decimal

    @property
    def total_micros(self) -> int:
        return int(self.total * _MICROS)


@dataclass(frozen=True, slots=True)
class CheckPrice:
    """Finds the item and works the price out."""

    spec: ToolSpec
    table: DataTable
    settings: PriceSettings
    searched: tuple[str, ...]

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolResult:
        percent = Decimal(str(arguments.get("discount_percent", 0)))
        authority = self.settings.discount_authority * _HUNDRED
        if percent > authority:
            raise ForbiddenError(
                f"A discount of {_plain(percent)} % is above what may be given here ({_plain(authority)} %).",
                code="discount_above_authority", field="discount_percent",
                hint="Offer at most that, or hand over to a person who may give more.",
            )  # fmt: skip
        row = await self._find(str(arguments[self.settings.item]), context)
        price = to_decimal(row.data.get(self.settings.price))
        if price is None:
            raise RecordNotFoundError(
                f"{self._name(row)} has no listed price.", field=self.settings.item, hint="Hand over to a person."
            )
        currency = str(row.data.get(self.settings.currency_field or "") or self.settings.currency).upper()
        made = quote(
            price, quantity=int(arguments.get("quantity", 1)), discount_percent=percent, tax_rate=self.settings.tax,
            tax_included=self.settings.tax_included, digits=get_currency_precision(currency),
        )  # fmt: skip
        return ToolResult(ok=True, content=self._content(row, made, percent, currency))

    async def _find(self, wanted: str, context: ToolContext) -> Record:
        rows = await repository.find_rows(context.db, context.tenant_id, self.table.collection, limit=_MOST_ROWS)
        exact = [row for row in rows if self._is_called(row, wanted)]
        if len(exact) == 1:
            return exact[0]
        words = query_words(wanted) or words_of(wanted)
        found = score_rows(exact or rows, words, fields=self.searched)
        if not found:
            names = ", ".join(self._name(row) for row in rows[:8])
            raise RecordNotFoundError(
                f"Nothing in {self.table.name} is called {wanted!r}.", field=self.settings.item,
                hint=f"There are: {names}." if names else "The table is empty.",
            )  # fmt: skip
        rivals = [row for score, row in found if score * _CLEAR_LEAD > found[0][0]]
        if len(rivals) > 1:
            names = ", ".join(self._name(row) for row in rivals[:5])
            raise RecordAmbiguousError(
                f"{wanted!r} may be one of: {names}.", field=self.settings.item, hint="Ask which one is meant."
            )
        return rivals[0]

    def _is_called(self, row: Record, wanted: str) -> bool:
        """Whether one of the row's names, or one of several in a list of names, is exactly this."""
        plain = words_of(wanted)
        names = [row.key, *(str(row.data.get(field) or "") for field in self.searched)]
        return any(words_of(part) == plain for name in names for part in (name, *_LIST.split(name)))

    def _name(self, row: Record) -> str:
        return str(row.data.get(self.searched[0]) or row.key)

    def _content(self, row: Record, made: Quote, percent: Decimal, currency: str) -> dict[str, Any]:
        digits = get_currency_precision(currency)

        def text(amount: Decimal) -> str:
            return f"{amount:,.{digits}f}"

        return {
            "item": self._name(row),
            "id": row.key,
            "quantity": made.quantity,
            "unit_price": text(made.unit_price),
            "subtotal": text(made.subtotal),
            "discount_percent": _plain(percent),
            "discount": text(made.discount),
            "tax": text(made.tax),
            "tax_included": self.settings.tax_included,
            "total": text(made.total),
            "total_micros": made.total_micros,
            "currency": currency,
            "total_text": f"{currency} {text(made.total)}",
            "unit": self.settings.unit,
            "sentence": self._sentence(row, made, percent, currency),
            **{name: row.data.get(name) for name in self.settings.show},
        }

    def _sentence(self, row: Record, made: Quote, percent: Decimal, currency: str) -> str:
        """The quotation as a person says it."""

        def text(amount: Decimal) -> str:
            digits = 0 if amount == amount.to_integral_value() else get_currency_precision(currency)
            return f"{get_currency_symbol(currency, locale='en_US')}{amount:,.{digits}f}"

        unit = self.settings.unit or ""
        said = f"{self._name(row)} costs {text(made.unit_price)} {unit}".strip() + "."
        period = f" a {unit.rsplit(' and ', 1)[1]}" if " and " in unit else ""
        reduced = f", {_plain(percent)} % discount included" if percent else ""
        if made.quantity > 1 or percent or made.tax:
            said += f" For {made.quantity} that comes to {text(made.total)}{period}{reduced}."
        return said


def quote(
    unit_price: Decimal,
    *,
    quantity: int,
    discount_percent: Decimal = Decimal(0),
    tax_rate: Decimal = Decimal(0),
    tax_included: bool = False,
    digits: int = 2,
) -> Quote:
    """The amounts, each rounded half up to the currency's digits; tax is on the discounted sum."""
    smallest = Decimal(1).scaleb(-digits)

    def rounded(amount: Decimal) -> Decimal:
        return amount.quantize(smallest, rounding=ROUND_HALF_UP)

    subtotal = rounded(unit_price * quantity)
    discount = rounded(subtotal * discount_percent / _HUNDRED)
    net = subtotal - discount
    tax = rounded(net - net / (1 + tax_rate)) if tax_included else rounded(net * tax_rate)
    return Quote(unit_price, quantity, subtotal, discount, tax, net if tax_included else net + tax)


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def build(declaration: ToolDeclaration, agent: AgentBinding, rooms: Rooms) -> Tool:  # noqa: ARG001
    """The tool; raises `tool_broken` when the table has no such price."""
    settings = read_settings(PriceSettings, declaration)
    table = get_table(settings.table, declaration, agent)
    columns = {field.name for field in table.fields}
    for name in (settings.price, *settings.search):
        if columns and name not in columns:
            raise ToolBrokenError(
                f"The tool {declaration.name!r} names the column {name!r}, which {table.name!r} does not have.",
                field="config", hint=f"It has: {', '.join(sorted(columns))}.",
            )  # fmt: skip
    searched = (
        settings.search or tuple(name for name in ("name", "title", table.key) if name in columns) or (table.key,)
    )
    properties: dict[str, Any] = {
        settings.item: {"type": "string", "description": "Its name or number.", "minLength": 1, "maxLength": 200}
    }
    if settings.quantity:
        properties["quantity"] = {
            "type": "integer", "minimum": 1, "maximum": settings.most_quantity, "default": 1,
            "description": "How many.",
        }  # fmt: skip
    if settings.discount_authority:
        properties["discount_percent"] = {
            "type": "number", "minimum": 0, "maximum": 100,
            "description": f"Discount in percent; up to {_plain(settings.discount_authority * 100)} may be given.",
        }  # fmt: skip
    spec = make_spec(
        declaration,
        description=f"The exact price of something in {table.name.replace('_', ' ')}.",
        parameters={
            "type": "object", "properties": properties, "required": [settings.item], "additionalProperties": False,
        },
        side_effect="none", category="data", timeout_seconds=10, say="{sentence}",
    )  # fmt: skip
    return CheckPrice(spec, table, settings, searched)
