"""JSON values from rows and from the wire, narrowed to the types the code works with."""

from typing import Any, cast


def as_object(value: Any) -> dict[str, Any]:
    """The value when it is a JSON object, else an empty one."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def as_objects(value: Any) -> list[dict[str, Any]]:
    """The objects of a JSON array, else none."""
    return [as_object(each) for each in cast("list[Any]", value)] if isinstance(value, list) else []
