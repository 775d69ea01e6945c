"""What the offline model keeps of a person and what it says it knows: facts plainly told, never guesses."""

import re
from collections.abc import Iterator, Sequence

from sparklabs.models.offline.decision import Act, Decision, Scene
from sparklabs.models.offline.intents import find_intents
from sparklabs.models.offline.lexicon import STOP_WORDS, humanise, stem, words
from sparklabs.models.offline.reading.utterance import PAST_TIME, QUESTION_WORD
from sparklabs.models.offline.slots import contact
from sparklabs.models.offline.slots.spoken import read_spoken
from sparklabs.models.schemas import ToolSchema

MOST_FACTS = 4
LONGEST_FACT_CHARACTERS = 200
NOTHING_KNOWN = "I know nothing about you yet. Tell me, and I will use it while we talk."

Fact = tuple[str, str]

_CLAUSE = re.compile(r"(?<=[.!?;])\s+|\s*\n+\s*|,?\s+(?:and|but)\s+(?=(?:i|i'm|my|we|call)\b)|,\s+(?=(?:i|my)\b)", re.I)
_ORDER = re.compile(
    r"^(?:(?:please|can you|could you|also)\s+)*(?:remember|note(?: down)?|keep in mind|make a note)"
    r"(?: for (?:later|next time))?(?:\s*[:,]|\s+that)?\s+(?P<fact>(?!to\b).{4,})$",
    re.IGNORECASE,
)
_NAMED = re.compile(r"\b(?:my (?:full )?name(?:'s| is)|i am called|call me)\b", re.IGNORECASE)
_PREFERS = re.compile(r"\bi (?:(?:always|usually|generally|really|much) )*prefer (?P<what>[^,.;!?]+)", re.IGNORECASE)
_ALLERGIC = re.compile(r"\bi(?:'m| am) allergic to (?P<what>[^,.;!?]+)", re.IGNORECASE)
_LIVES = re.compile(r"\bi live (?:in|at|near) (?P<what>[^,.;!?]+)", re.IGNORECASE)
_BIRTHDAY = re.compile(r"\bmy birthday is (?:on )?(?P<what>[^,.;!?]+)", re.IGNORECASE)
_WORKS = re.compile(r"\bi(?:'m| am)? (?:work|working) (?:for|at)\b", re.IGNORECASE)
_PLAIN = ((_ALLERGIC, "allergies"), (_LIVES, "home"), (_BIRTHDAY, "birthday"))
_SUBJECTS = {
    "preferred_time": frozenset(
        ["morning", "mornings", "noon", "afternoon", "afternoons", "evening", "evenings", "night", "weekends"]
    ),
    "preferred_contact": frozenset(
        ["email", "e-mail", "mail", "phone", "call", "calls", "text", "texts", "sms", "whatsapp"]
    ),
}
_WHOLE = re.compile(
    r"\b(?:what (?:do|did|can) you (?:know|remember|recall)(?: about| of)? me"
    r"|what do you have (?:noted )?(?:on|about) me|do you (?:still )?(?:remember|know) (?:me|who i am)|who am i)\b",
    re.IGNORECASE,
)
_MINE = re.compile(
    r"\b(?:what(?:'s| is| are)|which|when is|where is|do you (?:know|remember)) my (?P<what>[^?.!]+)", re.IGNORECASE
)
_MY_LIKING = re.compile(r"\bdo i (?:usually |always )?prefer\b|\bmy preferences?\b|\bi prefer\?", re.IGNORECASE)
_SAID = re.compile(r'^- The customer said: "(?P<it>.+)"$', re.MULTILINE)


def find_tool(tools: Sequence[ToolSchema]) -> ToolSchema | None:
    """The tool that keeps a named fact, if one is bound."""
    for tool in tools:
        if tool.role == "memory" and {"name", "fact"} <= set(tool.parameters.get("properties", {})):
            return tool
    return None


def decide(scene: Scene, text: str) -> Decision | None:
    """An answer from what is known, or calls that keep what was told; None when the message is about neither."""
    told = recall(scene, text)
    if told is not None:
        return Decision(Act.ANSWER, told)
    if scene.memory is None:
        return None
    known = set(scene.brief.contact.items())
    facts = [(name, value) for name, value in find_facts(text, scene) if (humanise(name), value) not in known]
    if not facts:
        return None
    calls = tuple((scene.memory.name, {"name": name, "fact": value}) for name, value in facts[:MOST_FACTS])
    return Decision(Act.CALL, calls=calls, tool=scene.memory.name, arguments=calls[0][1])


# ── keeping ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def find_facts(text: str, scene: Scene) -> list[Fact]:
    """Lasting facts that a message plainly tells; the details of something it asks for are none."""
    busy = bool(_PREFERS.search(text)) and any(
        intent.card.tool.role == "action" for intent in find_intents(text, scene.deck)
    )
    facts: dict[str, str] = {}
    for clause in _CLAUSE.split(text):
        for name, told in _facts_of(clause.strip(), scene, busy=busy):
            value = " ".join(told.split()).strip(" .,!;")[:LONGEST_FACT_CHARACTERS]
            if value:
                facts.setdefault(name, value)
    return list(facts.items())


def _facts_of(clause: str, scene: Scene, *, busy: bool) -> Iterator[Fact]:
    order = _ORDER.match(clause)
    if order:
        plain = list(_plain_facts(order["fact"], scene, busy=False))
        yield from plain or [(f"note_{_slug(order['fact'])}", order["fact"])]
    elif not clause.endswith("?") and not QUESTION_WORD.match(clause) and not PAST_TIME.search(clause):
        yield from _plain_facts(clause, scene, busy=busy)


def _plain_facts(clause: str, scene: Scene, *, busy: bool) -> Iterator[Fact]:
    if _NAMED.search(clause):
        person = contact.find_person(clause)
        if person is not None:
            yield "name", person.value
    if _WORKS.search(clause):
        company = contact.find_company(clause)
        if company is not None:
            yield "company", company.value
    for pattern, name in _PLAIN:
        match = pattern.search(clause)
        if match:
            yield name, match["what"]
    prefers = _PREFERS.search(clause)
    if prefers and not busy and not _is_for_once(prefers["what"], scene):
        yield _preference_name(prefers["what"]), prefers["what"]


def _is_for_once(what: str, scene: Scene) -> bool:
    """ "I prefer Tuesday at ten" speaks of this appointment, "I prefer mornings" of the person."""
    spoken = read_spoken(what, scene.window.current.now, scene.locale)
    return bool(spoken.days or spoken.numbers) or bool(
        re.match(r"(?:that|this|it|the (?:first|second|last|other))\b", what)
    )


def _preference_name(what: str) -> str:
    spoken = set(words(what))
    return next((name for name, subject in _SUBJECTS.items() if spoken & subject), f"preference_{_slug(what)}")


def _slug(text: str) -> str:
    content = [word for word in words(text) if word not in STOP_WORDS and word.isalnum()]
    return "_".join(content[:2]) or "fact"


# ── knowing ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def recall(scene: Scene, text: str) -> str | None:
    """What is known, when the message asks for it; None when it does not, or asks for what is not known here."""
    brief = scene.brief
    if _WHOLE.search(text):
        known = [*brief.known_lines]
        name = _name_said(scene)
        if name and "name" not in brief.contact:
            known.insert(0, f"name: {name}")
        return f"This is what I know about you: {'; '.join(map(_spoken_line, known))}." if known else NOTHING_KNOWN
    if _MY_LIKING.search(text):
        liked = [line for line in brief.known_lines if stem("prefer") in {stem(word) for word in words(line)}]
        return f"You told me: {'; '.join(map(_spoken_line, liked))}." if liked else None
    mine = _MINE.search(text)
    return _one_fact(scene, mine["what"]) if mine else None


def _one_fact(scene: Scene, what: str) -> str | None:
    asked = [word for word in words(what) if word not in STOP_WORDS]
    if asked == ["name"]:
        name = scene.brief.contact.get("name") or _name_said(scene)
        return f"Your name is {name}." if name else "You have not told me your name yet."
    stems = {stem(word) for word in asked}
    for key, value in scene.brief.contact.items():
        if stems and stems <= {stem(word) for word in words(humanise(key))}:
            return f"Your {humanise(key)}: {value}."
    return None


def _name_said(scene: Scene) -> str | None:
    """The name told earlier in this conversation, as far as messages or notes still show it."""
    earlier = [turn.text for turn in reversed(scene.window.turns)]
    notes = [match["it"] for match in _SAID.finditer(scene.window.system)]
    for text in (*earlier, *reversed(notes)):
        found = contact.find_person(text) if _NAMED.search(text) else None
        if found is not None:
            return found.value
    return None


def _spoken_line(line: str) -> str:
    key, colon, value = line.partition(":")
    return f"{humanise(key)}{colon}{value}" if colon else line
