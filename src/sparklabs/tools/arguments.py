"""Arguments of a call: cautiously coerced to the tool's JSON Schema, then checked against it; nothing is run here."""

from collections.abc import Mapping
from functools import partial
from typing import Any, cast

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import SchemaError, ValidationError

from sparklabs.tools.binding import FieldType
from sparklabs.tools.errors import ArgumentsInvalidError, ToolBrokenError, nearest
from sparklabs.tools.fields import fits

Schema = Mapping[str, Any]
_FORMATS: dict[str, FieldType] = {
    "date": "date", "time": "time", "date-time": "datetime", "email": "email", "phone": "phone",
}  # fmt: skip
_EXAMPLE = {
    "date": "2026-03-31", "time": "14:30", "date-time": "2026-03-31T14:30", "email": "name@example.com",
    "phone": "+91 98765 43210", "uri": "https://example.com",
}  # fmt: skip
_WORDS_TRUE, _WORDS_FALSE = {"true", "yes", "1"}, {"false", "no", "0"}
_MOST_FAULTS = 5


def _checker() -> FormatChecker:
    checker = FormatChecker(formats=())
    for name, kind in _FORMATS.items():
        checker.checkers[name] = (partial(_text_fits, kind=kind), ())
    return checker


def _text_fits(value: object, *, kind: FieldType) -> bool:
    return not isinstance(value, str) or fits(value, kind)


_CHECKER = _checker()


def compile_schema(schema: Schema, *, name: str) -> Draft202012Validator:
    """A validator for a tool's parameters; raises `tool_broken` for a schema that is none."""
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        path = "/".join(str(part) for part in error.path)
        raise ToolBrokenError(
            f"The parameters of the tool {name!r} are no JSON Schema: {error.message}",
            field=f"parameters/{path}" if path else "parameters",
        ) from error
    if schema.get("type", "object") != "object":
        raise ToolBrokenError(
            f"The parameters of the tool {name!r} must be an object.", field="parameters/type",
            hint='Write {"type": "object", "properties": {...}}.',
        )  # fmt: skip
    return Draft202012Validator(schema, format_checker=_CHECKER)


def read_arguments(validator: Draft202012Validator, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments as the tool wants them; raises `tool_arguments_invalid` naming the field and the cure."""
    schema = cast(Schema, validator.schema)
    given = _coerce_object(dict(arguments), schema)
    faults = sorted(validator.iter_errors(given), key=lambda fault: list(map(str, fault.path)))  # pyright: ignore
    if faults:
        entries = [_describe(fault) for fault in faults[:_MOST_FAULTS]]
        raise ArgumentsInvalidError(
            " ".join(entry["detail"] for entry in entries), field=entries[0]["field"], faults=entries,
            hint="Ask for what is missing or wrong, then call again.",
        )  # fmt: skip
    return given


def _coerce_object(given: dict[str, Any], schema: Schema) -> dict[str, Any]:
    properties: dict[str, Schema] = schema.get("properties") or {}
    by_plain_name = {_plain(name): name for name in properties}
    result: dict[str, Any] = {}
    for name, value in given.items():
        target = name if name in properties else by_plain_name.get(_plain(name), name)
        if value is None and not _allows(properties.get(target, {}), "null"):
            continue
        result[target] = _coerce(value, properties[target]) if target in properties else value
    for name, part in properties.items():
        if name not in result and "default" in part:
            result[name] = part["default"]
    return result


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def _allows(schema: Schema, kind: str) -> bool:
    types = schema.get("type")
    return types is None or types == kind or (isinstance(types, list) and kind in types)


def _coerce(value: Any, schema: Schema) -> Any:
    kinds: Any = schema.get("type")
    if isinstance(kinds, str):
        value = _coerce_to(value, kinds, schema)
    if isinstance(value, str):
        value = value.strip()
        for allowed in cast(list[Any], schema.get("enum") or []):
            if isinstance(allowed, str) and _plain(allowed).replace(" ", "") == _plain(value).replace(" ", ""):
                return allowed
    return value


def _coerce_to(value: Any, kind: str, schema: Schema) -> Any:
    match kind:
        case "integer" | "number":
            return _to_number(value, kind)
        case "boolean" if isinstance(value, str | int):
            word = str(value).strip().lower()
            return True if word in _WORDS_TRUE else False if word in _WORDS_FALSE else value
        case "string" if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        case "array":
            items = cast(Schema, schema.get("items") or {})
            many = cast(list[Any], value) if isinstance(value, list) else [value]
            return [_coerce(each, items) for each in many]
        case "object" if isinstance(value, dict):
            return _coerce_object(cast(dict[str, Any], value), schema)
        case _:
            return value


def _to_number(value: Any, kind: str) -> Any:
    if isinstance(value, str):
        try:
            value = float(text) if "." in (text := value.strip()) else int(text)
        except ValueError:
            return value
    if kind == "integer" and isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _describe(fault: ValidationError) -> dict[str, Any]:
    path = "/".join(str(part) for part in fault.path)
    label = path or "arguments"
    match fault.validator:
        case "required":
            present = cast(dict[str, Any], fault.instance)
            name = next(each for each in cast(list[str], fault.validator_value) if each not in present)
            path = f"{path}/{name}" if path else name
            detail = f"{path} is missing."
        case "additionalProperties":
            known: dict[str, Any] = cast(Schema, fault.schema).get("properties") or {}
            name = next(each for each in cast(dict[str, Any], fault.instance) if each not in known)
            near = nearest(name, known)
            path = f"{path}/{name}" if path else name
            detail = f"{path} is not an argument of this tool." + (f" Did you mean {near}?" if near else "")
        case "enum":
            allowed = ", ".join(str(each) for each in cast(list[Any], fault.validator_value))
            detail = f"{label} must be one of: {allowed}."
        case "format":
            form = str(fault.validator_value)
            detail = f"{label} must be a valid {form}, such as {_EXAMPLE.get(form, form)}."
        case "type":
            detail = f"{label} must be of type {fault.validator_value}."
        case _:
            detail = f"{label}: {fault.message[:200]}."
    return {"field": path, "detail": detail, "code": f"argument_{fault.validator}"}
