"""What an unquoted word of YAML means here: the core rules of YAML 1.2, without the surprises of 1.1.

`no`, `12:30` and dates are text. A number that would lose something by being read (`+14155550100`, `007`, more than
18 digits, infinities) stays text too.
"""

import math
import re

_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_PHONE = re.compile(r"\+[0-9]{6,}")
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}

AMBIGUOUS_WORDS = frozenset({"yes", "no", "on", "off", "y", "n"})
"""Words that YAML 1.1 readers take for true or false."""


def resolve_plain(text: str) -> str | int | float | bool | None:
    """The value of an unquoted word."""
    if text in _NULLS:
        return None
    if text in _BOOLS:
        return _BOOLS[text]
    if len(text) > 64 or _PHONE.fullmatch(text):
        return text
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text) and not text.lstrip("+-").isdigit():
        number = float(text)
        return number if math.isfinite(number) else text
    return text
