"""Arguments: what is coerced, what is refused and how the fault reads."""

from typing import Any

import pytest

from sparklabs.tools.arguments import compile_schema, read_arguments
from sparklabs.tools.errors import ArgumentsInvalidError, ToolBrokenError

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "count": {"type": "integer", "minimum": 1},
        "price": {"type": "number"},
        "urgent": {"type": "boolean"},
        "order_id": {"type": "string"},
        "kind": {"type": "string", "enum": ["Phone call", "visit"]},
        "email": {"type": "string", "format": "email"},
        "date": {"type": "string", "format": "date"},
        "time": {"type": "string", "format": "time"},
        "phone": {"type": "string", "format": "phone"},
        "tags": {"type": "array", "items": {"type": "integer"}},
        "size": {"type": "integer", "default": 5},
    },
    "required": ["count"],
    "additionalProperties": False,
}
VALIDATOR = compile_schema(SCHEMA, name="t")


def _refused(**arguments: Any) -> ArgumentsInvalidError:
    with pytest.raises(ArgumentsInvalidError) as caught:
        read_arguments(VALIDATOR, arguments)
    return caught.value


def test_values_that_plainly_mean_another_type_are_coerced() -> None:
    given = {"count": "3", "price": "2.50", "urgent": "yes", "order_id": 1001, "kind": "phone CALL", "tags": "7"}
    assert read_arguments(VALIDATOR, given) == {
        "count": 3, "price": 2.5, "urgent": True, "order_id": "1001", "kind": "Phone call", "tags": [7], "size": 5,
    }  # fmt: skip


def test_names_in_another_spelling_and_nulls_are_mended() -> None:
    assert read_arguments(VALIDATOR, {"Count": 1, "orderId": "a", "price": None}) == {
        "count": 1, "order_id": "a", "size": 5,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "field", "code"),
    [
        ({}, "count", "argument_required"),
        ({"count": "three"}, "count", "argument_type"),
        ({"count": 1.5}, "count", "argument_type"),
        ({"count": 0}, "count", "argument_minimum"),
        ({"count": True}, "count", "argument_type"),
        ({"count": 1, "kind": "mail"}, "kind", "argument_enum"),
        ({"count": 1, "email": "ann@"}, "email", "argument_format"),
        ({"count": 1, "date": "2026-02-30"}, "date", "argument_format"),
        ({"count": 1, "date": "tomorrow"}, "date", "argument_format"),
        ({"count": 1, "time": "25:00"}, "time", "argument_format"),
        ({"count": 1, "phone": "12"}, "phone", "argument_format"),
        ({"count": 1, "colour": "red"}, "colour", "argument_additionalProperties"),
        ({"count": 1, "tags": ["x"]}, "tags/0", "argument_type"),
    ],
)
def test_a_fault_names_its_field_and_carries_a_code(arguments: dict[str, Any], field: str, code: str) -> None:
    error = _refused(**arguments)
    assert (error.code, error.field, error.faults[0]["code"]) == ("tool_arguments_invalid", field, code)


def test_an_unknown_argument_is_answered_with_the_nearest_one() -> None:
    assert "Did you mean price?" in _refused(count=1, prise=3).detail


def test_all_faults_come_at_once() -> None:
    assert [each["field"] for each in _refused(email="x", time="9").faults] == ["count", "email", "time"]


@pytest.mark.parametrize("schema", [{"type": "objekt"}, {"type": "array"}, {"properties": {"a": {"type": 3}}}])
def test_parameters_that_are_no_object_schema_are_refused(schema: dict[str, Any]) -> None:
    with pytest.raises(ToolBrokenError):
        compile_schema(schema, name="t")
