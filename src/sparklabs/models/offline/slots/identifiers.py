"""Finds order, ticket and member numbers by the schema's own pattern, or by the look of them when it has none."""

import re
from functools import lru_cache
from typing import Any

LOOKS_LIKE_ID = re.compile(
    r"(?<![\w@.])#?(?=[\w/-]*\d)[A-Za-z]{0,6}[-/]?\d[\w/-]{1,20}(?![\w@])|\b[A-Z]{2,8}-[A-Z0-9]{4,12}\b"
)
UUID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", re.IGNORECASE)


def pattern_of(schema: dict[str, Any]) -> re.Pattern[str] | None:
    """The schema's pattern as one that finds its match within a sentence, blind to case and to `APT 12` for
    `APT-12`."""
    pattern = schema.get("pattern")
    return _unanchored(pattern) if isinstance(pattern, str) and len(pattern) <= 200 else None


@lru_cache(maxsize=1024)
def _unanchored(pattern: str) -> re.Pattern[str] | None:
    core = pattern.removeprefix("^").removesuffix("$")
    core = re.sub(r"(?<![\[\\])-(?![\]?*+{])(?![^\[]*\])", r"[-\\s]?", core)
    try:
        return re.compile(rf"(?<![\w-])(?:{core})(?![\w])", re.IGNORECASE)
    except re.error:
        return None


def find_identifier(text: str, schema: dict[str, Any]) -> tuple[str, tuple[int, int]] | None:
    """The first thing in `text` that is this identifier, in the form that the schema accepts, and where it stands."""
    if schema.get("format") == "uuid":
        match = UUID.search(text)
        return (match[0].lower(), match.span()) if match else None
    pattern = pattern_of(schema)
    if pattern is None:
        match = LOOKS_LIKE_ID.search(text)
        return (match[0].lstrip("#"), match.span()) if match else None
    for match in pattern.finditer(text):
        for form in _forms(match[0]):
            if re.search(schema["pattern"], form):
                return form, match.span()
    return None


def _forms(found: str) -> tuple[str, ...]:
    hyphened = re.sub(r"\s+", "-", found)
    split = re.sub(r"(?<=[A-Za-z])(?=\d)", "-", hyphened, count=1)
    return found, found.upper(), hyphened, hyphened.upper(), split.upper(), found.lower()
