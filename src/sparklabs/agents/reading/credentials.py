"""The security level: a credential that stands in the file itself, found by known patterns, by key and by entropy.

`${NAME}` names a secret of the tenant and is always right. Words such as `max_tokens` are no credentials.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator

from sparklabs.agents.reading.faults import Finding, Path
from sparklabs.agents.reading.tree import Mapping, Scalar, walk_scalars

SECRET_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")

# Every repeat is bounded: the texts are not trusted, and a pattern must not cost more than its length.
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("a private key", r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,4}PRIVATE KEY(?: BLOCK)?-----"),
        ("an OpenAI or Anthropic key", r"\bsk-(?=[A-Za-z_-]{0,99}[0-9])[A-Za-z0-9_-]{16}"),
        ("a Stripe key", r"\b(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{10}|\bwhsec_[A-Za-z0-9+/=]{16}"),
        ("an AWS access key", r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b"),
        ("a GitHub token", r"\bgh[pousr]_[A-Za-z0-9]{20}|\bgithub_pat_[A-Za-z0-9_]{20}"),
        ("a GitLab token", r"\bglpat-[A-Za-z0-9_-]{16}"),
        ("a Slack token", r"\bxox[abeoprs]-[A-Za-z0-9-]{10}|\bxapp-[0-9]-[A-Za-z0-9-]{10}"),
        ("a Slack webhook", r"https://hooks\.slack\.com/services/T[A-Za-z0-9_]{1,40}/B[A-Za-z0-9_]{1,40}/[A-Za-z0-9_]"),
        ("a signed token (JWT)", r"\beyJ[A-Za-z0-9_-]{8,999}\.eyJ[A-Za-z0-9_-]{8}"),
        ("a Google key", r"\bAIza[A-Za-z0-9_-]{35}|\bya29\.[A-Za-z0-9_-]{20}|\bGOCSPX-[A-Za-z0-9_-]{20}"),
        ("a Twilio key", r"\bSK[0-9a-f]{32}\b"),
        ("a SendGrid key", r"\bSG\.[A-Za-z0-9_-]{16,99}\.[A-Za-z0-9_-]{16}"),
        ("a Razorpay key", r"\brzp_(?:live|test)_[A-Za-z0-9]{10}"),
        ("a Telegram bot token", r"\b[0-9]{8,10}:AA[A-Za-z0-9_-]{33}\b"),
        ("a HubSpot token", r"\bpat-(?:na|eu)[0-9]-[0-9a-f]{8}-[0-9a-f-]{20}"),
        ("a Hugging Face token", r"\bhf_[A-Za-z0-9]{30}"),
        ("an npm token", r"\bnpm_[A-Za-z0-9]{30}"),
        ("a password in an address", r"\b[a-z][a-z0-9+.-]{0,20}://[^\s/:@]{0,99}:(?!\$\{)[^\s/:@]{1,99}@"),
        ("a bearer token", r"\b[Bb]earer\s{1,9}(?=[A-Za-z._~+/-]{0,99}[0-9])[A-Za-z0-9._~+/-]{20}"),
    )
)

_STRONG = frozenset(
    {
        "password", "passwd", "passphrase", "pwd", "secret", "api_key", "apikey", "secret_key", "private_key",
        "access_key", "auth_token", "access_token", "refresh_token", "bearer_token", "bot_token", "client_secret",
        "signing_key", "encryption_key", "api_token", "connection_string", "app_secret", "webhook_secret",
        "secret_access_key", "service_role_key",
    }
)  # fmt: skip
_STRONG_ENDINGS = ("_password", "_secret", "_api_key", "_apikey", "_secret_key", "_private_key", "_auth_token",
                   "_access_token", "_passphrase")  # fmt: skip
_WEAK = frozenset({"token", "key", "credential", "credentials", "auth", "authorization", "pin", "dsn", "sid"})
_WEAK_ENDINGS = ("_token", "_key", "_credential", "_credentials", "_authorization")
_NAMES_ONLY = frozenset({"credentials_secret", "secret_name", "secret_ref", "token_type", "key_name"})
_SNAKE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[\s.-]+")
_JSON_SCHEMA_KEYS = frozenset({"parameters", "result", "output_schema"})


def find_credentials(tree: Mapping) -> list[Finding]:
    """Every literal credential; the value itself is never repeated in a message."""
    return [finding for path, scalar in _walk_texts(tree) if (finding := _check(path, scalar))]


def _walk_texts(tree: Mapping) -> Iterator[tuple[Path, Scalar]]:
    for path, scalar in walk_scalars(tree):
        if isinstance(scalar.value, str | int | float) and not isinstance(scalar.value, bool):
            yield path, scalar


def _check(path: Path, scalar: Scalar) -> Finding | None:
    what = next((name for name, pattern in _PATTERNS if pattern.search(scalar.text)), None)
    if what is None and not _JSON_SCHEMA_KEYS & set(path):
        what = _judge_by_key(path, scalar)
    if what is None:
        return None
    key = next((part for part in reversed(path) if isinstance(part, str)), "secret")
    name = _SNAKE.sub("_", key).upper()
    return Finding(
        "security",
        "literal_credential",
        path,
        f"This looks like {what} written into the file.",
        f"Store it as a secret and write ${{{name}}} here; if it was shared, renew it.",
    )


def _judge_by_key(path: Path, scalar: Scalar) -> str | None:
    """A value under a key that is named like a credential; weak names need a value that looks random."""
    key = next((part for part in reversed(path) if isinstance(part, str)), "")
    key = _SNAKE.sub("_", key).lower()
    rest = SECRET_REFERENCE.sub("", scalar.text).strip()
    if key in _NAMES_ONLY or not rest or rest.lower() in {"bearer", "basic", "token"}:
        return None
    if key in _STRONG or key.endswith(_STRONG_ENDINGS):
        return "a credential"
    weak = key in _WEAK or key.endswith(_WEAK_ENDINGS)
    if weak and isinstance(scalar.value, str) and looks_random(rest):
        return "a credential"
    return None


def looks_random(text: str) -> bool:
    """Whether a text has the entropy of a generated key: long, one word, and mixed as words never are."""
    if not 16 <= len(text) <= 4096 or re.search(r"\s", text):
        return False
    counts = Counter(text)
    bits = -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values())
    kinds = sum(bool(re.search(kind, text)) for kind in ("[a-z]", "[A-Z]", "[0-9]"))
    if re.fullmatch(r"[0-9a-fA-F]{24,}", text):
        return bits > 3.0
    return (
        kinds >= 2
        and bits > 3.3
        and bool(re.search("[0-9]", text))
        and not re.fullmatch(r"[a-z]+(?:[_-][a-z0-9]+)+", text)
    )
