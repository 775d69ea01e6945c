"""What the system prompt says that the offline model can use: who it speaks as, and what is known of the contact."""

import re
from dataclasses import dataclass, field
from functools import lru_cache

_NAME = (
    r"(?im)^\s*(?:agent )?name\s*:\s*(?P<it>.+)$",
    r"\b(?:[Yy]ou are|[Yy]our name is|[Yy]ou're called|[Ii] am) (?P<it>[A-ZÀ-Ž][\w'-]+)(?=[,. ]|$)(?! "
    r"(?:[Aa]gent|[Aa]ssistant|[Ii]nc|[Ll]td))",
)
_COMPANY = (
    r"(?im)^\s*company(?: name)?\s*:\s*(?P<it>.+)$",
    r"\b(?:assistant|receptionist|concierge|agent|representative|rep|advisor|bot|specialist|answers|answer|work|working|works|helps?|host|desk|employee|consultant)"
    r"(?: \w+)? (?:of|for|at|from) (?P<it>(?:the )?[A-ZÀ-Ž0-9][\w&'.-]*(?: (?:[A-ZÀ-Ž0-9&][\w&'-]*|of))*)",
)
_GREETING = r"(?im)^\s*greeting\s*:\s*[\"']?(?P<it>.+?)[\"']?\s*$"
_KNOWN = re.compile(
    r"(?im)^\W*(?:known|facts?|memor(?:y|ies)|what (?:you|we) know)\b[^:\n]*:(?P<rest>[^\n]*(?:\n[ \t]*[-*][^\n]*)*)"
)
_FACT = re.compile(r"(?P<key>[\w -]{2,30}?)\s*(?::|=|\bis\b)\s*(?P<value>[^;,\n]+)")
_NOT_NAMES = frozenset("a an the our my helpful here not answering friendly an AI".lower().split())


@dataclass(frozen=True, slots=True)
class Brief:
    """The usable facts of a system prompt; `contact` by lower-case key: name, email, phone ..."""

    name: str = ""
    company: str = ""
    greeting: str = ""
    contact: dict[str, str] = field(default_factory=dict[str, str])
    known_lines: tuple[str, ...] = ()


@lru_cache(maxsize=256)
def read_brief(system: str) -> Brief:
    """Reads the prompt's plain statements; what it orders beyond them is for larger models."""
    name = _first(_NAME, system)
    greeting = re.search(_GREETING, system)
    known = tuple(line for match in _KNOWN.finditer(system) for line in _lines(match["rest"]))
    contact = {
        match["key"].strip(" -*").lower(): match["value"].strip(" .")
        for line in known
        for match in _FACT.finditer(line)
    }
    return Brief(
        name="" if name.lower() in _NOT_NAMES else name,
        company=_first(_COMPANY, system),
        greeting=greeting["it"].strip() if greeting else "",
        contact=contact,
        known_lines=known,
    )


def _lines(text: str) -> list[str]:
    return [line.strip(" -*\t") for line in re.split(r"\n|;", text) if line.strip(" -*\t")]


def _first(patterns: tuple[str, ...], text: str) -> str:
    for pattern in patterns:
        match = re.search(pattern, text)
        if match:
            return match["it"].strip(" .\"'")
    return ""
