"""Greetings, thanks, "who are you?" and the like: what kind of small talk a message is, and what to say back."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sparklabs.models.embeddings import get_embedder
from sparklabs.models.offline.choosing.cards import Deck
from sparklabs.models.offline.phrasing import join_names
from sparklabs.models.offline.reading.brief import Brief


class Talk(StrEnum):
    """Kinds of small talk."""

    GREETING = "greeting"
    THANKS = "thanks"
    GOODBYE = "goodbye"
    WHO = "who"
    MACHINE = "machine"
    ABLE = "able"
    HOW_ARE_YOU = "how_are_you"
    PRAISE = "praise"
    SORRY = "sorry"
    OK = "ok"
    ABANDON = "abandon"


# Sentences near to which a short message counts as this kind.
_PROTOTYPES: Mapping[Talk, Sequence[str]] = {
    Talk.GREETING: ("hello", "hi there", "good morning", "good evening", "hey"),
    Talk.THANKS: ("thank you", "thanks a lot", "I appreciate it", "thank you for your help", "that's all, thanks"),
    Talk.GOODBYE: ("goodbye", "bye bye", "see you later", "good night", "have a nice day"),
    Talk.WHO: ("who are you?", "what is your name?", "who am I talking to?"),
    Talk.MACHINE: ("are you a robot?", "are you an AI?", "am I talking to a machine or a person?", "are you human?"),
    Talk.ABLE: ("what can you do?", "what can you help me with?", "how can you help me?"),
    Talk.HOW_ARE_YOU: ("how are you?", "how is it going?", "how are you doing today?"),
    Talk.PRAISE: ("you are great", "that was very helpful", "good job"),
    Talk.SORRY: ("sorry", "my apologies", "I made a mistake, sorry"),
    Talk.OK: ("ok", "alright", "I see", "got it", "sounds good"),
    Talk.ABANDON: ("never mind", "forget it", "forget about it", "leave it", "I changed my mind"),
}  # fmt: skip
_SURE: tuple[tuple[Talk, str], ...] = (
    (Talk.ABANDON, r"(?:no,? )?(?:never ?mind|forget (?:it|about it|that)|leave it|drop it|i(?:'ve)? "
                   r"changed my mind|stop|not now|no longer needed"
                   r"|maybe later|let's not|skip it)\b.*"),
    (Talk.GREETING, r"(?:(?:hi|hey|hello|hiya|yo|good (?:morning|afternoon|evening|day)|morning|evening|"
                    r"greetings|namaste|there|again|everyone)[\s,!.]*)+"),
    (Talk.GOODBYE, r"(?:(?:ok|okay|thanks|thank you|thx|great|alright)[\s,!.]+)*(?:bye|goodbye|good night|"
                   r"see (?:you|ya)|cya|take care|farewell)\b.{0,20}"),
    (Talk.THANKS, r"(?:(?:ok|okay|great|perfect|awesome|that's great|super|cool|many|no)[\s,!.]+)*(?:thanks|"
                  r"thank you|thx|cheers|ty|appreciate it)\b"
                  r"(?! but).{0,30}"),
    (Talk.MACHINE, r".*\b(?:are you|is this|am i (?:talking|speaking|chatting) (?:to|with)) (?:a |an "
                   r")?(?:real |actual )?"
                   r"(?:bot|robot|ai|machine|computer|human|person|chatbot|program)\b.*"),
    (Talk.OK, r"(?:ok|okay|k|alright|all right|fine|cool|great|perfect|nice|good|i see|got it|understood|"
              r"sure|no problem|hmm+|yes|no|nothing)[\s!.]*"),
    (Talk.WHO, r"(?:and )?(?:who are you|what(?:'s| is) your name|who is this|who's this)\W*"),
)  # fmt: skip
LEAST_SIMILARITY = 0.62
LONGEST_TOKENS = 9
TASKS_NAMED = 5


def find_talk(text: str) -> tuple[Talk, float] | None:
    """The kind of small talk that a whole message is, with how sure that is, or None."""
    bare = text.strip().lower().replace("’", "'")
    for talk, pattern in _SURE:
        if re.fullmatch(rf"\W*{pattern}\W*", bare):
            return talk, 1.0
    if len(bare.split()) > LONGEST_TOKENS or re.search(r"\d|@", bare):
        return None
    talks, vectors = _prototypes()
    likeness = vectors @ get_embedder().embed([text])[0]
    best = int(likeness.argmax())
    if talks[best] is Talk.MACHINE and not re.search(r"\?|\b(?:are|is|am|you)\b", bare):
        return None  # "human please" asks for one
    return (talks[best], float(likeness[best])) if likeness[best] >= LEAST_SIMILARITY else None


@lru_cache(maxsize=1)
def _prototypes() -> tuple[list[Talk], Any]:
    talks = [talk for talk, examples in _PROTOTYPES.items() for _ in examples]
    return talks, get_embedder().embed([one for examples in _PROTOTYPES.values() for one in examples])


def reply(talk: Talk, brief: Brief, deck: Deck, *, first: bool) -> str:
    """What to say back, as the agent of the system prompt."""
    if talk is Talk.GREETING:
        return _greet(brief, deck, first=first)
    return {
        Talk.THANKS: "You are welcome. Is there anything else I can do?",
        Talk.GOODBYE: "Goodbye, and thank you for writing.",
        Talk.WHO: f"I am {introduce(brief)}. {able(deck)}",
        Talk.MACHINE: f"I am a program: {introduce(brief)}, running on SparkLabs' offline model. "
        "I speak English and do a few things well; for the rest I can pass you to a person.",
        Talk.ABLE: able(deck),
        Talk.HOW_ARE_YOU: f"All is well here, thank you. {able(deck)}",
        Talk.PRAISE: "Thank you, that is good to hear.",
        Talk.SORRY: "No problem at all. What can I do for you?",
        Talk.OK: "All right. Tell me when you need something else.",
        Talk.ABANDON: "All right, I leave it at that. Tell me when you need something else.",
    }[talk]


def introduce(brief: Brief) -> str:
    """ "Mia, the assistant of Acme Office", as far as the prompt says."""
    role = f"the assistant of {brief.company}" if brief.company else "the assistant here"
    return f"{brief.name}, {role}" if brief.name else role


def able(deck: Deck) -> str:
    """What the bound tools allow, in one sentence."""
    tasks = list(dict.fromkeys(_short(card.task) for card in deck.cards if card.tool.role == "action"))[:TASKS_NAMED]
    tasks += ["answer questions from our documents"] if deck.of_role("knowledge") else []
    if not tasks:
        return "I can chat a little, but no tools are bound to me here."
    return f"I can {join_names(tasks)}."


def _short(task: str) -> str:
    """A deed without how, for whom and with what it is done."""
    return re.split(r"(?<=\w{4}) (?:for|by|with|of|from|in|on|to) ", task, maxsplit=1)[0]


def _greet(brief: Brief, deck: Deck, *, first: bool) -> str:
    who = f" {brief.contact['name'].split()[0]}" if brief.contact.get("name") else ""
    if not first:
        return f"Hello{who}. What can I do for you?"
    return brief.greeting or f"Hello{who}, I am {introduce(brief)}. {able(deck)} What would you like?"
