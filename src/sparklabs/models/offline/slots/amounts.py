"""Finds numbers, money and lengths of time in a sentence, in figures or in words, with the word that follows each."""

import re
from dataclasses import dataclass

_ONES = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_SCALES = {"dozen": 12, "hundred": 100, "thousand": 1000, "million": 1_000_000, "k": 1000, "m": 1_000_000,
"mn": 1_000_000,
           "lakh": 100_000, "crore": 10_000_000}  # fmt: skip
_SMALL = "|".join([*_TENS, *sorted(_ONES, key=len, reverse=True)])
WORD_NUMBER = rf"(?:(?:{_SMALL})(?:[- ](?:{_SMALL}))*)"
_FIGURE = r"\d{1,3}(?:[,\u00a0 ]\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?"
NUMBER = re.compile(
    rf"(?<![\w.,@/-])(?P<sign>-)?(?P<money>[$€£₹¥]|(?:usd|eur|gbp|inr|rs\.?) ?)?"
    rf"(?:(?P<figure>{_FIGURE})(?: ?(?P<scale>k|m|mn|dozen|hundred|thousand|million|lakh|crore)\b)?"
    rf"|(?P<words>(?:a |an )?(?:(?:{_SMALL}|and|dozen|hundred|thousand|million|couple of|single)\b[- ]?)+))"
    r"(?P<currency> ?(?:[€£$₹%]|\b(?:dollars?|euros?|pounds?|quid|rupees?|bucks|usd|eur|gbp|inr|"
    r"percent)\b))?(?![\w@/]|[-:.]\d)",
    re.IGNORECASE,
)
_LENGTH = re.compile(
    rf"\b(?P<count>(?:\d+(?:\.\d+)?|{WORD_NUMBER}|an?|half an)(?: and a half)?)[ -]?(?P<unit>hours?|hrs?|"
    rf"minutes?|mins?|h)\b",
    re.IGNORECASE,
)
_THE_ONE = re.compile(r"\b(?:the|this|that|which)\s+(?:[\w-]+\s+)?$", re.IGNORECASE)
_CURRENCY_WORD = re.compile(r"[$€£₹¥]|dollar|euro|pound|quid|rupee|buck|usd|eur|gbp|inr|rs", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NumberHit:
    """A number, where it stands, and the words beside it in lower case."""

    value: float
    span: tuple[int, int]
    money: bool
    before: str
    after: str
    in_words: bool = False
    percent: bool = False


@dataclass(frozen=True, slots=True)
class LengthHit:
    """A length of time in minutes and where it stands."""

    minutes: float
    span: tuple[int, int]


def number_of(text: str) -> float | None:
    """The number that a text is: `12`, `1,200.50`, `twenty five`, `a dozen`, `1.5k`."""
    match = NUMBER.fullmatch(text.strip())
    return _value(match) if match else None


def find_numbers(text: str) -> list[NumberHit]:
    """Every number in order; `one` alone in words is left out unless a noun follows, being mostly a pronoun."""
    hits: list[NumberHit] = []
    for match in NUMBER.finditer(text):
        value = _value(match)
        if value is None:
            continue
        before = re.findall(r"[\w']+", text[: match.start()].lower())
        after = re.findall(r"[\w']+", text[match.end() :].lower())
        money = bool(_CURRENCY_WORD.search((match["money"] or "") + (match["currency"] or "")))
        percent = bool(re.search(r"%|percent", match["currency"] or "", re.IGNORECASE))
        spelt = match["words"]
        if (
            spelt
            and spelt.strip().lower() == "one"
            and not (after and before[-1:] != ["this"] and before[-1:] != ["the"])
        ):
            continue
        if spelt and spelt.strip().lower() == "one" and _THE_ONE.search(text[: match.start()]):
            continue
        end = match.end() - (len(match[0]) - len(match[0].rstrip()))
        hits.append(
            NumberHit(
                value,
                (match.start(), end),
                money,
                before[-1] if before else "",
                " ".join(after[:3]),
                bool(spelt),
                percent,
            )
        )
    return hits


def find_lengths(text: str) -> list[LengthHit]:
    """Lengths of time: `90 minutes`, `two hours`, `an hour`, `an hour and a half`."""
    hits: list[LengthHit] = []
    for match in _LENGTH.finditer(text):
        spoken = match["count"].lower()
        half = spoken.endswith(" and a half")
        core = spoken.removesuffix(" and a half")
        count = 0.5 if core == "half an" else 1.0 if core in ("a", "an") else number_of(core)
        if count is None:
            continue
        end = match.end()
        tail = re.match(r" and a half\b", text[end:], re.IGNORECASE)
        if tail:
            half, end = True, end + tail.end()
        factor = 60 if match["unit"].lower().startswith("h") else 1
        hits.append(LengthHit((count + (0.5 if half else 0)) * factor, (match.start(), end)))
    return hits


def _value(match: re.Match[str]) -> float | None:
    if match["figure"]:
        value = _figure(match["figure"]) * _SCALES.get((match["scale"] or "").lower(), 1)
    else:
        spoken = _spoken(match["words"])
        if spoken is None:
            return None
        value = spoken
    return -value if match["sign"] else value


def _figure(text: str) -> float:
    bare = re.sub(r"[\u00a0 ]", "", text)
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", bare):
        return float(bare.replace(",", ""))
    return float(bare.replace(",", "."))


def _spoken(text: str) -> float | None:
    total = current = 0.0
    seen = False
    for word in re.split(r"[- ]+", text.strip().lower()):
        if word in _ONES or word in _TENS:
            current += _ONES.get(word, _TENS.get(word, 0))
        elif word == "couple":
            current += 2
        elif word == "single":
            current += 1
        elif word in _SCALES:
            scale = _SCALES[word]
            current = (current or 1) * scale
            if scale >= 1000:
                total, current = total + current, 0.0
        else:
            continue
        seen = True
    return total + current if seen else None
