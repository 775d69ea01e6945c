"""What kind of sentence the contact said: question, command, negated, told of the past; not what it is about."""

import re
from dataclasses import dataclass

from sparklabs.models.offline.lexicon import stem, words

REQUEST = re.compile(
    r"\b(?:please|pls|plz|kindly|can (?:you|i|we|someone|somebody|a|the)|could|would (?:you|like|love)|"
    r"(?:i|we)(?:'d| would) (?:like|love|rather|prefer)|(?:i|we) (?:want|need|wish)|let me|give me|help me|i have to|"
    r"make sure|you should|someone should)\b",
    re.IGNORECASE,
)
QUESTION_WORD = re.compile(
    r"^(?:(?:hi|hello|hey|ok|okay|and|so|but|also|well|quick question)[,:!\s]+)*"
    r"(?:what|what's|whats|which|who|whose|when|when's|whens|where|where's|why|how|how's|is|are|am|was|were|do|does|did|"
    r"has|have|had|can|could|would|will|should|may|any|got|isn't|aren't|don't you)\b",
    re.IGNORECASE,
)
HOW_TO = re.compile(
    r"\bhow (?:do|does|can|should|would|could|to)\b(?! you do)|\bwhat (?:happens|is your|are your|are the|if)\b|"
    r"\bwhat(?:'s| is) (?:your|the)\b.{0,40}\b(?:policy|policies|process|rules?|hours|fee|fees)\b|"
    r"\b(?:policy|policies)\b|\bif i\b.{0,60}\?|\bis there (?:a|any|some)\b|\bam i (?:able|allowed)\b|"
    r"\bcan (?:i|we)\b.{1,60}\b(?:if|after|without|before)\b|"
    r"\bwhat (?:do|should) (?:i|we) (?:need|do|bring)\b",
    re.IGNORECASE,
)
NEGATOR = re.compile(
    r"\b(?:don'?t|do not|didn'?t|did not|doesn'?t|never|no need|not (?:to|ready|interested|going|want)|won'?t|will not|"
    r"wouldn'?t|shouldn'?t|needn'?t|isn'?t|aren'?t|wasn'?t|haven'?t|hold off|skip|no longer|without|nobody|"
    r"neither|not|no)\b",
    re.IGNORECASE,
)
PAST_TIME = re.compile(
    r"\b(?:already|yesterday|ago|once|earlier|before|last (?:night|week|month|year|time|\w+day)|the other day)\b",
    re.IGNORECASE,
)
SUBJECT_PAST = re.compile(
    r"^(?:(?:yes|no|well|but|so|oh|actually)[,\s]+)*(?:i|we|you|they|he|she|it|my \w+|our \w+)(?:'ve|'d| "
    r"have| has| had| just)*"
    r"(?: already| just)* (\w+)",
    re.IGNORECASE,
)
CLAUSE_BREAK = re.compile(
    r"(?<=[.!?;])\s+|\s*\n+\s*|,?\s+(?:and|then|also|plus)\s+(?=(?:then |also |please |can |could |would |i "
    r"|i'd |we |what|"
    r"when|where|how|is |do |tell |show |book |cancel |find |search |send |create |open |order |check |move "
    r"|change )\b)",
    re.IGNORECASE,
)
# What a tool does, when a negator may stand before it: at most this many words lie between.
REACH = 4
_AUXILIARIES = frozenset(
    {"do", "did", "does", "will", "would", "should", "am", "are", "is", "i'm", "we're", "to", "please", "rather"}
)


@dataclass(frozen=True, slots=True)
class Utterance:
    """One clause and the plain facts of its form."""

    text: str
    tokens: tuple[str, ...]
    question: bool
    how_to: bool
    request: bool
    past: bool

    @property
    def stems(self) -> frozenset[str]:
        return frozenset(stem(token) for token in self.tokens)


def normalise(text: str) -> str:
    """Straight quotes, single spaces, no zero-width signs."""
    text = text.replace("’", "'").replace("‘", "'").replace("“", '"').replace("”", '"').replace("\u200b", "")
    return re.sub(r"[ \t]+", " ", text).strip()


def read_utterance(text: str) -> Utterance:
    """The form of one clause."""
    text = normalise(text)
    question = text.endswith("?") or bool(QUESTION_WORD.match(text))
    request = bool(REQUEST.search(text))
    past = bool(PAST_TIME.search(text)) and not request and not question
    subject = SUBJECT_PAST.match(text)
    if (
        subject
        and not request
        and not question
        and re.fullmatch(r"\w+ed|did|got|had|paid|sent|made|been|went", subject[1])
    ):
        past = True
    return Utterance(text, tuple(words(text)), question, bool(HOW_TO.search(text)), request, past)


def split_clauses(text: str) -> list[str]:
    """Pieces that could each be a wish of their own, in order."""
    pieces = [piece.strip(" ,") for piece in CLAUSE_BREAK.split(normalise(text))]
    return [piece for piece in pieces if piece]


def is_negated(utterance: Utterance, *, stems: frozenset[str]) -> bool:
    """Whether a negator stands shortly before a word of `stems`: "don't cancel", "no need to open a ticket"."""
    tokens = re.findall(r"[\w'-]+", " ".join(utterance.tokens))
    for index, word in enumerate(tokens):
        ahead = " ".join(tokens[index : index + 2])
        if not (NEGATOR.fullmatch(word) or NEGATOR.fullmatch(ahead)):
            continue
        before = tokens[index - 1] if index else ""
        # "still not here, order 7" refuses nothing; "do not", "please not" and a leading "not" do.
        if word == "not" and before and before not in _AUXILIARIES:
            continue
        if word == "no" and before in ("why", "or"):
            continue
        window = tokens[index + 1 : index + 2 + REACH + 2]
        if any(stem(near) in stems for near in window) or set(window[:3]) & {"want", "need", "any"} == {"any"}:
            return True
    return False
