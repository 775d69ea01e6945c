"""Finds who is speaking and how to reach them: e-mail, phone, name, company."""

import re
from dataclasses import dataclass

from sparklabs.models.offline.lexicon import word_set

EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}", re.IGNORECASE)
_DIGITS = re.compile(r"(?<![\w-])\+?\(?\d[\d ()./-]{5,}\d(?!\w)")
_CAPITAL = r"[A-ZÀ-ÖØ-ÞĀ-Ž][\w'’.-]*"
_PARTICLE = r"(?:de|da|van|von|der|la|le|bin|al|del|di)"
_NAME = rf"{_CAPITAL}(?:[ -](?:{_PARTICLE} )?{_CAPITAL}){{0,3}}"
_LOWER_NAME = r"[^\W\d_][\w'’-]+(?: [^\W\d_][\w'’-]+){0,2}"
# The cue may be in any case; the name after it must be in capitals unless the cue is plain ("my name is").
_SURE_CUE = re.compile(
    rf"\b(?i:(?:my|the|his|her|patient|patient's|full|guest)(?: full)? name(?:'s| is| is:|:)?|name(?:'s| is|"
    rf":)|i am called|"
    rf"call me|under the name(?: of)?)\s+(?P<name>{_NAME}|(?i:{_LOWER_NAME}))",
)
_CAPITAL_CUE = re.compile(
    rf"\b(?i:i am|i'm|im|this is|it's|its|here is|here's|for|patient|signed|regards|from)[,:]?\s+(?P<name>{_NAME})"
)
_BARE_PAIR = re.compile(
    rf"(?:^|[,;:.]\s*|\band )(?P<name>{_CAPITAL} (?:{_PARTICLE} )?{_CAPITAL})(?=\s*(?:[,;.]|$| here|\())"
)
_NOT_NAMES = word_set(
    "i monday tuesday wednesday thursday friday saturday sunday january february march april may june july "
    "august september "
    "october november december interested looking sorry ready fine good ok okay sure happy not here calling "
    "please hello hi "
    "hey thanks thank yes no just the a an my your our what who how when where is are can could please dear "
    "going trying then "
    "afraid wondering still also back able having unable late done new from at in on and but so email phone "
    "number it book "
    "cancel show find tomorrow today tonight am pm writing street road avenue lane"
)
_COMPANY_SUFFIX = (
    r"(?:Ltd|Limited|Inc|LLC|GmbH|Corp|Corporation|PLC|Kft|Zrt|S\.A\.|SA|AG|BV|Pvt|Co|Group|Labs|Studio|Industries)"
)
_COMPANY_CUES = (
    re.compile(rf"\b(?i:(?:my |our |the )?company(?:'s name)?(?: name)? is|company:|i work (?:for|at)|we "
               rf"are|we're)\s+(?P<name>{_NAME}(?: & {_CAPITAL})?)"),
    re.compile(rf"\b(?i:from|at|with|of|for)\s+(?P<name>(?:{_CAPITAL}[ &]+){{1,3}}{_COMPANY_SUFFIX})\b"),
    re.compile(rf"(?i:\b(?:i'm|i am|this is|it's|name is|name's))\s+{_NAME},?\s+(?i:from|at|of|"
               rf"with)\s+(?P<name>{_NAME})"),
    re.compile(rf"\b(?P<name>(?:{_CAPITAL}[ &]+){{1,3}}{_COMPANY_SUFFIX})\b"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """A value read from the text and where it stands."""

    value: str
    span: tuple[int, int]


def find_email(text: str) -> Found | None:
    """The last e-mail address of the text: with two, the later one corrects the earlier."""
    matches = list(EMAIL.finditer(text))
    return Found(matches[-1][0].rstrip("."), matches[-1].span()) if matches else None


def find_phone(text: str, region: str) -> Found | None:
    """A valid phone number in E.164 form; `region` (ISO 3166) reads numbers without a country code."""
    text = EMAIL.sub(lambda match: " " * len(match[0]), text)
    if not _DIGITS.search(text):
        return None
    import phonenumbers

    for match in phonenumbers.PhoneNumberMatcher(text, region, leniency=phonenumbers.Leniency.POSSIBLE):
        digits = re.sub(r"\D", "", match.raw_string)
        if len(digits) >= 7 and not re.fullmatch(r"20\d\d-\d\d-\d\d.*", match.raw_string):
            number = phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
            return Found(number, (match.start, match.end))
    return None


def region_of(locale: str | None) -> str:
    """The region part of a locale such as `en-IN`; the United States when it has none."""
    parts = re.split(r"[-_]", locale or "")
    return parts[1].upper() if len(parts) > 1 and len(parts[1]) == 2 else "US"


def find_person(text: str) -> Found | None:
    """A person's name after a cue ("my name is", "I'm", "for") or standing alone between commas."""
    text = EMAIL.sub(lambda match: "@" * len(match[0]), text)
    for pattern in (_SURE_CUE, _CAPITAL_CUE, _BARE_PAIR):
        for match in pattern.finditer(text):
            found = _trim_name(match["name"], match.start("name"))
            if found is not None:
                return found
    return None


def read_bare_person(text: str) -> Found | None:
    """The name in a bare reply to "what is your name?"; in capitals when the contact wrote none."""
    found = find_person(text)
    if found is not None:
        return found
    text = EMAIL.sub("", text)
    core = re.sub(
        r"(?i)^(?:hi|hello|yes|sure|ok|okay|it's|its|it is|i'm|i am|this is|well)[,\s]+", "", text.strip(" .!")
    )
    core = re.split(r"[,;.]| and (?:my|the) | \d", core, maxsplit=1)[0].strip()
    parts = core.split()
    if not 1 <= len(parts) <= 4 or any(not re.fullmatch(r"[^\W\d_][\w'’.-]*", part) for part in parts):
        return None
    if any(part.lower() in _NOT_NAMES for part in parts):
        return None
    name = _capitalised(parts)
    start = text.find(parts[0])
    return Found(name, (start, start + len(core)))


def find_company(text: str) -> Found | None:
    """A company after a cue ("from", "I work for") or with its legal form."""
    for pattern in _COMPANY_CUES:
        match = pattern.search(text)
        if match and match["name"].split()[0].lower() not in _NOT_NAMES:
            return Found(match["name"].strip(" .,"), match.span("name"))
    return None


def _trim_name(name: str, start: int) -> Found | None:
    parts = re.split(r"\s+(?:from|and|at|here|my|with|on|tomorrow|today|please)\b|[,.;]\s", name)[0].split()
    kept: list[str] = []
    for part in parts:
        if part.lower().strip(".'s") in _NOT_NAMES or re.search(r"\d|@", part):
            break
        kept.append(part)
    if not kept:
        return None
    value = _capitalised(kept).rstrip(".,")
    return Found(value, (start, start + len(" ".join(kept))))


def _capitalised(parts: list[str]) -> str:
    """Capitals where the contact wrote none at all; "van" and "de" stay as they are among capitals."""
    if any(part != part.lower() for part in parts):
        return " ".join(parts)
    return " ".join(part.capitalize() for part in parts)
