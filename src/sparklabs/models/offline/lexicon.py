"""The English words the offline model leans on: verb families, function words, stems; no behaviour of a dialogue."""

import re
from functools import lru_cache


def word_set(text: str) -> frozenset[str]:
    """The words of a list written as one text."""
    return frozenset(text.split())


# One family per kind of deed. A word may stand in several; the first form is the family's name.
VERB_FAMILIES: dict[str, frozenset[str]] = {
    name: frozenset(words.split())
    for name, words in {
        "book": "book booking reserve reservation schedule arrange appointment fix visit see arrange set-up",
        "cancel": "cancel cancellation call-off scrap drop delete remove withdraw annul",
        "move": "move reschedule shift postpone push delay change bring-forward put-off",
        "change": "change update edit modify correct amend alter replace switch set adjust",
        "find": "find search look show list browse see check looking seek have sell carry stock offer available "
        "recommend which openings free",
        "price": "price cost quote quotation estimate charge pricing worth total rate much",
        "create": "create open raise file log report make submit register add new start complain leave",
        "status": "status track tracking progress update follow where ready arrive arrived shipped delivered news "
        "going happening happened eta",
        "order": "order buy purchase get bring send deliver want",
        "refund": "refund reimburse reimbursement money-back return repay",
        "pay": "pay payment settle clear owe",
        "join": "join enrol enroll sign-up signup register subscribe attend",
        "renew": "renew renewal extend extension refill prolong keep longer",
        "pause": "pause freeze suspend hold stop halt",
        "hold": "hold reserve keep set-aside put-aside",
        "call": "call callback ring phone contact reach call-back",
        "suggest": "suggest recommend propose",
        "send": "send mail email forward dispatch",
        "leave": "leave check-out checkout depart",
        "transfer": "transfer wire send move pay",
        "block": "block freeze disable shut-down lock deactivate",
        "report": "report complain flag",
        "repair": "repair fix mend broken fault service maintenance",
    }.items()
}
PHRASAL = [
    "call off",
    "set up",
    "set aside",
    "put aside",
    "sign up",
    "call back",
    "bring forward",
    "put off",
    "check out",
    "money back",
    "check in",
    "shut down",
    "look up",
    "look for",
    "send back",
]
STOP_WORDS = word_set(
    "a an the this that these those my your our their his her its i you we they he she it me us them to of for in on "
    "at by with from about into over and or but so as is are am was were be been being do does did have has had can "
    "could would should will shall may might must i'm i'd i'll i've we're we'd we'll we've it's that's there's there "
    "here what what's which who whom whose when where how why please just some any no not now then also too very "
    "really actually like got get ok okay yes hi hello hey let's let if than want need would'd yours mine"
)
POLITE = word_set("please pls plz kindly thanks thank cheers ta thx")
REQUEST_OPENERS = re.compile(
    r"^(?:(?:hi|hello|hey|so|well|ok|okay|also|and|then|please|pls|kindly|yes|now|actually|oh)[,!\s]+)*"
    r"(?:(?:can|could|would|will|may|might|shall)\s+(?:you|i|we|someone|somebody)\s+(?:please\s+|kindly\s+)?(?:like\s+to\s+)?"
    r"|(?:i|we)(?:'d|’d|\s+would)\s+(?:like|love|prefer)\s+(?:to\s+)?"
    r"|(?:i|we)\s+(?:want|need|wish|have)\s+(?:to\s+)?"
    r"|(?:i'm|i’m|i\s+am|im|we're|we\s+are)\s+(?:looking|searching|after|interested)\s*(?:for|to|in)?\s*"
    r"|(?:i|we)(?:'ll|\s+will)\s+(?:take|have|get)\s+|please\s+|pls\s+|kindly\s+|let\s+me\s+|help\s+me\s+|give\s+me\s+|gimme\s+|get\s+(?:me|us)\s+|do\s+you\s+(?:have|sell|carry|stock)\s+)+",
    re.IGNORECASE,
)
IRREGULAR = {
    "bought": "buy", "sent": "send", "paid": "pay", "left": "leave", "made": "make", "got": "get", "saw": "see",
    "kept": "keep", "held": "hold", "froze": "freeze", "frozen": "freeze", "chose": "choose", "broke": "broken",
    "children": "child", "people": "person", "persons": "person", "guests": "guest", "brought": "bring",
    "found": "find", "told": "tell", "did": "do", "done": "do", "went": "go",
}  # fmt: skip


def words(text: str) -> list[str]:
    """The words of a text in lower case, with phrasal verbs joined by a hyphen."""
    lowered = text.lower().replace("’", "'")
    for phrase in PHRASAL:
        if phrase in lowered:
            lowered = lowered.replace(phrase, phrase.replace(" ", "_hyphen_"))
    return [word.replace("_hyphen_", "-") for word in re.findall(r"[^\W_]+(?:(?:'|-|_hyphen_)[^\W_]+)*", lowered)]


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """A crude stem: enough to see that `chairs` is `chair`, `booked` is `book`, `cancelling` is `cancel`."""
    word = IRREGULAR.get(word, word)
    for suffix, least in (("ation", 5), ("ing", 4), ("ies", 3), ("ied", 3), ("ed", 4), ("es", 4), ("s", 3), ("e", 4)):
        if word.endswith(suffix) and len(word) - len(suffix) >= least - 1 and not word.endswith("ss"):
            word = word[: -len(suffix)] + ("y" if suffix in ("ies", "ied") else "")
            break
    if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "aeiou":
        word = word[:-1]
    return word.removesuffix("e") if len(word) > 4 else word


@lru_cache(maxsize=1)
def _family_by_stem() -> dict[str, frozenset[str]]:
    families: dict[str, set[str]] = {}
    for family, forms in VERB_FAMILIES.items():
        for form in forms:
            families.setdefault(stem(form), set()).add(family)
    return {key: frozenset(value) for key, value in families.items()}


def verb_families(tokens: list[str]) -> frozenset[str]:
    """Every family that one of the words belongs to."""
    table = _family_by_stem()
    found: set[str] = set()
    for token in tokens:
        found |= table.get(stem(token), frozenset())
    return frozenset(found)


def content_stems(text: str) -> frozenset[str]:
    """Stems of the words that carry meaning."""
    return frozenset(stem(word) for word in words(text) if word not in STOP_WORDS and len(word) > 1)


def humanise(name: str) -> str:
    """`max_price` or `maxPrice` as plain words."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return re.sub(r"[_\-.\s]+", " ", spaced).strip().lower()
