"""Says in plain words why a value does not fit its parameter's schema."""

import re
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from sparklabs.models.offline.slots.kinds import Kind, Parameter


def find_fault(parameter: Parameter, value: Any) -> str | None:
    """The first thing wrong with `value`, as a sentence without a capital and a stop; None when it fits."""
    schema = {name: rule for name, rule in parameter.schema.items() if name != "format"}
    if parameter.kind is Kind.OBJECT:
        schema.pop("required", None)
    validator: Any = Draft202012Validator(schema)
    faults: list[ValidationError] = list(validator.iter_errors(value))
    if not faults:
        return _find_format_fault(parameter, value)
    return _explain(parameter, faults[0])


def is_complete(parameter: Parameter, value: Any) -> bool:
    """Whether an object has all its required parts; other values always have."""
    required: list[str] = parameter.schema.get("required") or []
    return parameter.kind is not Kind.OBJECT or all(name in value for name in required)


def _find_format_fault(parameter: Parameter, value: Any) -> str | None:
    if parameter.kind is Kind.EMAIL and not FormatChecker().conforms(value, "email"):
        return "that is not a complete e-mail address"
    return None


def _explain(parameter: Parameter, fault: ValidationError) -> str:
    rule, limit = str(fault.validator), fault.validator_value
    subject = f"the {parameter.words}"
    sentences = {
        "minimum": f"{subject} must be at least {limit}",
        "exclusiveMinimum": f"{subject} must be more than {limit}",
        "maximum": f"{subject} must be at most {limit}",
        "exclusiveMaximum": f"{subject} must be less than {limit}",
        "multipleOf": f"{subject} must be a multiple of {limit}",
        "minLength": f"{subject} must have at least {limit} characters",
        "maxLength": f"{subject} may have at most {limit} characters",
        "minItems": f"{subject} must name at least {limit}",
        "maxItems": f"{subject} may name at most {limit}",
        "pattern": f"{subject} has another form" + _shape(str(limit) if rule == "pattern" else ""),
        "enum": "that is none of the choices",
        "type": f"{subject} must be of another kind",
    }
    return sentences.get(rule, f"{subject} does not fit")


def _shape(pattern: str) -> str:
    example = example_of(pattern)
    return f", such as {example}" if example else ""


def example_of(pattern: str) -> str | None:
    """A made-up value for a simple pattern, so that a question can show the form: `^APT-\\d{4}$` gives APT-1234."""
    core = pattern.removeprefix("^").removesuffix("$")
    counter = iter("123456789" * 6)
    letters = iter("ABCDEFGHIJ" * 6)
    result = ""
    token = re.compile(
        r"(\\d|\[0-9\]|\[A-Z\]|\[a-zA-Z\]|\[A-Za-z\]|[A-Za-z0-9 _/#-]|\\-)(?:\{(\d+)(?:,\d*)?\}|(\+|\?|\*))?"
    )
    position = 0
    while position < len(core):
        match = token.match(core, position)
        if match is None:
            return None
        count = int(match[2] or (3 if match[3] == "+" else 1))
        for _ in range(count):
            part = match[1]
            if part in ("\\d", "[0-9]"):
                result += next(counter)
            elif part.startswith("["):
                result += next(letters)
            else:
                result += part.removeprefix("\\")
        position = match.end()
    return result or None
