"""Which pages may carry a chat: origins (RFC 6454) against an agent's list; nothing here knows HTTP frameworks."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

_HOST = re.compile(r"(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]|[0-9a-f:.]+")
_DEFAULT_PORTS = {"http": 80, "https": 443}


def is_allowed(origin: str | None, *, host: str | None, allowed: Iterable[str]) -> bool:
    """Whether a browser's page of this origin may use the chat.

    `host` is the request's own Host header: the platform's own pages are always allowed. A request without an Origin is
    not a foreign page's script (browsers always send it there), and whoever is not a browser could write any.
    """
    if origin is None:
        return True
    rules = [rule.strip().lower().rstrip("/") for rule in allowed]
    if "*" in rules:
        return True
    parsed = _split(origin.lower())
    if parsed is None:
        return False
    scheme, name, port = parsed
    if host is not None and _split(f"{scheme}://{host.lower()}") == parsed:
        return True
    return any(_matches(rule, scheme=scheme, name=name, port=port) for rule in rules)


def read_origin(text: str) -> str | None:
    """An entry of a list as it is kept: `https://shop.example`, `https://*.shop.example` or `*`; None for no origin."""
    rule = text.strip().lower().rstrip("/")
    if rule == "*":
        return rule
    parsed = _split(rule)
    if parsed is None or not _HOST.fullmatch(parsed[1]) or rule.count("/") != 2:
        return None
    return rule


def _matches(rule: str, *, scheme: str, name: str, port: int | None) -> bool:
    """A rule is an origin; `https://*.acme.com` stands for every host below acme.com, not for acme.com itself."""
    wanted = _split(rule)
    if wanted is None or (wanted[0], wanted[2]) != (scheme, port):
        return False
    return name.endswith(wanted[1][1:]) if wanted[1].startswith("*.") else name == wanted[1]


def _split(origin: str) -> tuple[str, str, int | None] | None:
    try:
        parts = urlsplit(origin)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        return None
    return parts.scheme, parts.hostname, port or _DEFAULT_PORTS[parts.scheme]
