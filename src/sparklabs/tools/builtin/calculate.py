"""`calculate`: exact arithmetic on decimal numbers, read by a small parser; never Python's eval."""

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, DecimalException, InvalidOperation
from typing import Any

from sparklabs.kit.errors import InvalidError
from sparklabs.tools.binding import AgentBinding
from sparklabs.tools.building import Rooms, make_spec
from sparklabs.tools.schemas import Tool, ToolContext, ToolDeclaration, ToolResult, ToolSpec

MOST_CHARACTERS = 300
_MOST_NODES = 120
_MOST_EXPONENT = 64
_ARITHMETIC = Context(prec=40, Emax=1000, Emin=-1000)
_PERCENT_OF = re.compile(r"([\d.]+)\s*%\s*of\s+", re.IGNORECASE)
_PERCENT = re.compile(r"([\d.]+)\s*%(?!\s*[\d(])")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{2,3}(?:\D|$))")
_PARAMETERS = {
    "type": "object",
    "properties": {
        "expression": {
            "type": "string",
            "minLength": 1,
            "maxLength": MOST_CHARACTERS,
            "description": "Numbers with + - * / // ** ( ), percent as 15%, and round(x, digits), min, max, abs.",
        }
    },
    "required": ["expression"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Calculate:
    """Works out one expression."""

    spec: ToolSpec

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolResult:  # noqa: ARG002
        value = calculate(arguments["expression"])
        return ToolResult(ok=True, content={"expression": arguments["expression"], "result": format(value, "f")})


def calculate(expression: str) -> Decimal:
    """The exact value, to 40 digits; raises `expression_invalid`."""
    text = _THOUSANDS.sub("", expression.replace("×", "*").replace("÷", "/").replace("^", "**"))
    text = _PERCENT_OF.sub(r"(\1/100)*", text)
    text = _PERCENT.sub(r"(\1/100)", text)
    try:
        tree = ast.parse(text.strip(), mode="eval")
        if sum(1 for _ in ast.walk(tree)) > _MOST_NODES:
            raise _fault("it is too long")
        value = _value(tree.body, text.strip())
        return _tidy(value)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise _fault("it is not plain arithmetic") from error
    except DecimalException as error:
        raise _fault("it divides by zero or grows beyond all bounds") from error


def _value(node: ast.expr, text: str) -> Decimal:
    match node:
        case ast.Constant(value=int() | float()) if not isinstance(node.value, bool):
            # The digits as written, not the float Python made of them.
            return _ARITHMETIC.create_decimal(ast.get_source_segment(text, node) or "")
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _ARITHMETIC.minus(_value(operand, text))
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _value(operand, text)
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _OPERATORS:
            return _OPERATORS[type(operator)](_value(left, text), _value(right, text))
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in _FUNCTIONS and args:
            return _FUNCTIONS[name](*(_value(each, text) for each in args))
        case _:
            raise _fault("only numbers, + - * / // % ** and round, min, max, abs are known")


def _power(base: Decimal, exponent: Decimal) -> Decimal:
    if abs(exponent) > _MOST_EXPONENT:
        raise InvalidOperation
    return _ARITHMETIC.power(base, exponent)


def _round(value: Decimal, digits: Decimal = Decimal(0)) -> Decimal:
    places = int(max(-20, min(20, digits)))
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP, context=_ARITHMETIC)


def _least(*values: Decimal) -> Decimal:
    return min(values)


def _most(*values: Decimal) -> Decimal:
    return max(values)


def _size(value: Decimal) -> Decimal:
    return abs(value)


_OPERATORS: dict[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: _ARITHMETIC.add,
    ast.Sub: _ARITHMETIC.subtract,
    ast.Mult: _ARITHMETIC.multiply,
    ast.Div: _ARITHMETIC.divide,
    ast.FloorDiv: _ARITHMETIC.divide_int,
    ast.Mod: _ARITHMETIC.remainder,
    ast.Pow: _power,
}
_FUNCTIONS: dict[str, Callable[..., Decimal]] = {"round": _round, "min": _least, "max": _most, "abs": _size}


def _tidy(value: Decimal) -> Decimal:
    short = _ARITHMETIC.normalize(_ARITHMETIC.plus(value))
    return short.quantize(Decimal(1)) if short == short.to_integral_value() and short.adjusted() < 38 else short


def _fault(what: str) -> InvalidError:
    return InvalidError(
        f"The expression cannot be worked out: {what}.", code="expression_invalid", field="expression",
        hint="Write it like 3 * 1299 * 1.18.",
    )  # fmt: skip


def build(declaration: ToolDeclaration, agent: AgentBinding, rooms: Rooms) -> Tool:  # noqa: ARG001
    """The tool."""
    spec = make_spec(
        declaration,
        description="Exact arithmetic: sums, percentages, discounts, taxes.",
        parameters=_PARAMETERS, side_effect="none", category="arithmetic", timeout_seconds=5, source="builtin",
        say="{expression} = {result}",
    )  # fmt: skip
    return Calculate(spec)
