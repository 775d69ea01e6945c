"""Decides what to do about the last message of a conversation, from the message list alone."""

import re
from dataclasses import replace

from sparklabs.models.offline import after, remembering, task
from sparklabs.models.offline.choosing.cards import CHANGING, Card
from sparklabs.models.offline.choosing.features import HANDOFF_CUE, PERSON_WORD
from sparklabs.models.offline.decision import Act, Decision, Scene
from sparklabs.models.offline.intents import Intent, find_intents, find_refusal
from sparklabs.models.offline.lexicon import POLITE, STOP_WORDS, verb_families, words
from sparklabs.models.offline.offering import find_booked, offer_times
from sparklabs.models.offline.phrasing import OFFER_PERSON, Awaiting, Pending, ask, confirm, read_pending
from sparklabs.models.offline.reading import small_talk
from sparklabs.models.offline.reading.language import CATALOGUE, find_foreign
from sparklabs.models.offline.reading.small_talk import Talk, find_talk
from sparklabs.models.offline.reading.utterance import normalise, read_utterance
from sparklabs.models.offline.rendering import follow_up
from sparklabs.models.offline.slots.filling import Filling, Heard, fill
from sparklabs.models.offline.slots.kinds import TEXT_KINDS, Kind, Parameter
from sparklabs.models.offline.slots.options import says_no, says_yes
from sparklabs.models.offline.slots.spoken import read_spoken

SURE_TALK = 0.74
SURE_SWITCH = 0.7
# A question to the documents in between costs nothing: it needs less certainty than dropping the task.
SURE_ASIDE = 0.4
OUT_OF_DEPTH = f"I am a modest offline model, and that is out of my depth. {OFFER_PERSON}"
NO_PERSON = "I cannot pass you to a person from here; please use the contact details on our website."
# Kinds of small talk that may be a reply to our question rather than an aside.
_REPLIES = frozenset({Talk.OK, Talk.PRAISE, Talk.ABANDON})
_ELLIPSIS = re.compile(
    r"^\W*(?:and|or|what about|how about|only|under|below|instead|no,?|actually|make it|then|but)\b", re.IGNORECASE
)


def decide(scene: Scene) -> Decision:
    """The next move: tool calls, a question, or an answer."""
    decision = after.decide(scene) if scene.window.current.calls else _on_message(scene)
    if scene.deck.of_role("handoff") is None and decision.text.endswith(OFFER_PERSON):
        # Nobody is offered whom nobody can fetch.
        kept = decision.text.removesuffix(OFFER_PERSON).rstrip()
        return replace(decision, text=f"{kept} {small_talk.able(scene.deck)}".strip())
    return decision


def _on_message(scene: Scene) -> Decision:
    current = scene.window.current
    text = normalise(current.text)
    if not text:
        return _talk(Talk.GREETING, scene)
    pending = read_pending(current.before, scene.deck)
    if pending.awaiting is Awaiting.CONFIRMATION and pending.card:
        return _on_confirmation(scene, text, pending.card)
    if pending.awaiting is Awaiting.VALUES and pending.card:
        return _on_values(scene, text, pending, pending.card)
    if pending.awaiting is Awaiting.PERSON and (says_yes(text) or says_no(text)):
        return hand_over(scene, text) if says_yes(text) else _talk(Talk.OK, scene)
    return _on_fresh(scene, text)


def _on_confirmation(scene: Scene, text: str, card: Card) -> Decision:
    if says_yes(text, to=card.task):
        return task.confirmed(scene, card)
    last = len(scene.window.turns) - 1
    before = task.fill_task(scene, card, last=last - 1) if last else Filling()
    edited = task.fill_task(scene, card, last=last)
    if edited.values != before.values or edited.faults.keys() - before.faults.keys():
        return task.advance(card, edited, fresh=False)
    if says_no(text) or _talk_of(text) is Talk.ABANDON or find_refusal(text, scene.deck):
        return _decline(card)
    other = _other_wish(scene, text, card)
    if other is not None:
        return other
    return Decision(
        Act.CONFIRM,
        f"I need a yes or a no before I do that.\n{confirm(card, before.values)}",
        tool=card.name,
        arguments=before.values,
    )


def _on_values(scene: Scene, text: str, pending: Pending, card: Card) -> Decision:
    talk = _talk_of(text)
    if talk is Talk.ABANDON or find_refusal(text, scene.deck):
        return _decline(card)
    if find_foreign(text) and (len(text.split()) > 3 or not text.isascii()):
        filling = task.fill_task(scene, card, last=len(scene.window.turns) - 2)
        return _foreign(text, then=ask(card, filling, again=True)[0])
    filling = task.fill_task(scene, card, last=len(scene.window.turns) - 1)
    heard = filling.heard_in_last | (pending.names & filling.faults.keys())
    typed = any(_is_typed(card.parameter(name), filling) for name in heard)
    # A reply that is none of the choices is more likely about something else; so is one to a question put twice.
    doubted = bool(pending.choices and not filling.heard_in_last) or (not filling.heard_in_last and _asked_twice(scene))
    if not typed:
        if talk is not None and talk not in _REPLIES:
            return _aside(scene, talk, card, filling)
        # A look-up is no great loss when another deed is named outright.
        doubted = doubted or (not card.mutating and not says_yes(text) and _names_deed(scene, text, card))
        other = _other_wish(scene, text, card, sure=SURE_ASIDE if doubted else SURE_SWITCH)
        if other is not None:
            return other
        boolean = any(card.parameter(name).kind is Kind.BOOLEAN for name in pending.names)
        if says_no(text) and not boolean and len(text.split()) <= 6:
            return _decline(card)
    if not filling.heard_in_last and _asked_twice(scene):
        return Decision(Act.OUT_OF_DEPTH, f"I could not read that. {OFFER_PERSON}", confidence=0.0)
    if not heard:
        text, _ = ask(card, filling, again=True)
        return Decision(Act.ASK, f"I could not read that. {text}", tool=card.name, arguments=dict(filling.values))
    since = task.start_of(scene, card, len(scene.window.turns) - 1)
    return offer_times(scene, card, filling, since=since) or task.advance(card, filling, fresh=False)


def _names_deed(scene: Scene, text: str, card: Card) -> bool:
    """Whether the message begins with the verb of another tool: "ok book it for tomorrow"."""
    first = next((word for word in words(text) if word not in STOP_WORDS and word not in POLITE), "")
    said = verb_families([first])
    return bool(said & CHANGING) and any(
        other is not card and other.mutating and said & other.name_verbs for other in scene.deck.cards
    )


def _is_typed(parameter: Parameter, filling: Filling) -> bool:
    """Whether what was heard for it can hardly be about anything else; none of the choices is no such thing."""
    loose = {*TEXT_KINDS, Kind.PERSON, Kind.COMPANY}
    return parameter.kind not in loose and (parameter.kind is not Kind.ENUM or parameter.name in filling.heard_in_last)


def _asked_twice(scene: Scene) -> bool:
    """Whether our last two messages asked for the same and got nothing."""
    turns = scene.window.turns
    if len(turns) < 2:
        return False
    last, earlier = (read_pending(turn.before, scene.deck) for turn in (turns[-1], turns[-2]))
    return last.card is not None and last.card is earlier.card and last.names == earlier.names


def _aside(scene: Scene, talk: Talk, card: Card, filling: Filling) -> Decision:
    if talk is Talk.GOODBYE:
        return _talk(talk, scene)
    question, _ = ask(card, filling, again=True)
    said = small_talk.reply(talk, scene.brief, scene.deck, first=False)
    return Decision(Act.ASK, f"{said}\n{question}", tool=card.name, arguments=dict(filling.values))


def _other_wish(scene: Scene, text: str, card: Card, *, sure: float = SURE_SWITCH) -> Decision | None:
    """A clear wish for something else in the middle of a task: another tool, a person, a question to the documents."""
    if find_foreign(text) and len(text.split()) > 3:
        return _foreign(text)
    intents = find_intents(text, scene.deck)
    first = intents[0] if intents else None
    utterance = read_utterance(text)
    knowledge = scene.deck.of_role("knowledge")
    if (first is None or first.card is card) and knowledge and utterance.question and not utterance.request:
        return _look_up(knowledge, text, SURE_ASIDE)
    if first is None or first.card is card:
        return None
    asking = utterance.question or utterance.how_to or first.probability >= SURE_SWITCH
    if first.card.tool.role == "knowledge" and not asking:
        return None
    if first.probability < (SURE_ASIDE if first.card.tool.role != "action" else sure):
        return None
    if first.card.tool.role == "action" and not (
        utterance.question or utterance.request or (first.card.verbs and len(text.split()) > 3)
    ):
        return None
    return begin(scene, first)


def _on_fresh(scene: Scene, text: str) -> Decision:
    first = _foreign(text) if find_foreign(text) else remembering.decide(scene, text)
    if first:
        return first
    talk = find_talk(text)
    if talk and talk[1] >= SURE_TALK:
        return _talk(talk[0], scene)
    placed = _from_context(scene, text)
    if placed:
        return placed
    intents = find_intents(text, scene.deck)
    if intents and not (talk and intents[0].card.tool.role != "action"):
        return begin(scene, intents[0])
    if talk:
        return _talk(talk[0], scene)
    if not scene.deck.of_role("handoff") and PERSON_WORD.search(text) and HANDOFF_CUE.search(text):
        return hand_over(scene, text)
    return _again(scene, text) or _without_tool(scene, text)


def _from_context(scene: Scene, text: str) -> Decision | None:
    """What the message means after what was just shown or done, before it is taken for a wish of its own."""
    answered = follow_up.answer(text, scene.window.turns, scene.deck)
    if answered:
        return Decision(Act.ANSWER, answered)
    refused = find_refusal(text, scene.deck)
    if refused and refused.refused:
        return _decline(refused.refused)
    return _after_times(scene, text) or (_again(scene, text) if _ELLIPSIS.match(text) else None)


def _after_times(scene: Scene, text: str) -> Decision | None:
    """ "The first one" or "10:30 please", said to free times: books it."""
    turns = scene.window.turns
    finder = scene.deck.find(turns[-2].calls[-1].name) if len(turns) > 1 and turns[-2].calls else None
    card = find_booked(finder, scene.deck) if finder else None
    if card is None or read_utterance(text).question:
        return None
    filling = task.fill_task(scene, card, last=len(turns) - 1)
    if not any(one.kind is Kind.TIME and one.name in filling.values for one in card.parameters):
        return None
    return task.advance(card, filling, fresh=True)


def begin(scene: Scene, intent: Intent) -> Decision:
    """The first step towards one wish."""
    card = intent.card
    if card.tool.role == "handoff":
        return hand_over(scene, intent.text)
    if card.tool.role == "knowledge":
        return _look_up(card, intent.text, intent.probability)
    filling = task.fill_task(scene, card, last=len(scene.window.turns) - 1, text=intent.text)
    since = len(scene.window.turns) - 1
    return offer_times(scene, card, filling, since=since) or task.advance(
        card, filling, fresh=True, confidence=intent.probability
    )


def hand_over(scene: Scene, text: str) -> Decision:
    """Calls the hand-off tool, or says plainly that there is none."""
    card = scene.deck.of_role("handoff")
    if card is None:
        return Decision(Act.ANSWER, f"{NO_PERSON} {small_talk.able(scene.deck)}")
    if says_yes(text) and len(scene.window.turns) > 1:
        text = scene.window.turns[-2].text
    values = {one.name: text[:300] for one in card.parameters if one.kind in TEXT_KINDS}
    filling = fill(card, [Heard(text, scene.window.current.now)], locale=scene.locale)
    arguments = {**values, **{name: value for name, value in filling.values.items() if name not in values}}
    if any(one.required and one.name not in arguments for one in card.parameters):
        return task.advance(card, filling, fresh=True)
    return Decision(Act.CALL, calls=((card.name, arguments),), tool=card.name, arguments=arguments)


def _look_up(card: Card, text: str, probability: float) -> Decision:
    first = next((one for one in card.parameters if one.kind in TEXT_KINDS), None)
    arguments = {first.name if first else "query": text}
    return Decision(
        Act.CALL, calls=((card.name, arguments),), tool=card.name, arguments=arguments, confidence=probability
    )


def _again(scene: Scene, text: str) -> Decision | None:
    """ "And on Friday?": the last reading tool once more, with what has changed."""
    for turn in reversed(scene.window.turns[-3:-1]):
        call = turn.calls[-1] if turn.calls else None
        card = scene.deck.find(call.name) if call else None
        if call is None or card is None or card.mutating or card.tool.role != "action":
            continue
        if not (_ELLIPSIS.match(text) or len(text.split()) <= 4):
            return None
        filling = fill(card, [Heard(text, scene.window.current.now)], locale=scene.locale)
        changed = {name: value for name, value in filling.values.items() if call.arguments.get(name) != value}
        only_words = all(card.parameter(name).kind in TEXT_KINDS for name in changed)
        if not changed or (only_words and not _ELLIPSIS.match(text)):
            return None
        kept = {
            name: value for name, value in changed.items() if card.parameter(name).kind not in TEXT_KINDS or only_words
        }
        arguments = {**call.arguments, **kept}
        return Decision(Act.CALL, calls=((card.name, arguments),), tool=card.name, arguments=arguments, confidence=0.5)
    return None


def _without_tool(scene: Scene, text: str) -> Decision:
    utterance = read_utterance(text)
    knowledge = scene.deck.of_role("knowledge")
    if knowledge and utterance.question and not utterance.request:
        return _look_up(knowledge, text, 0.3)
    spoken = read_spoken(text, scene.window.current.now, scene.locale)
    noted = [found.value for found in (spoken.person, spoken.email, spoken.phone, spoken.company) if found]
    if noted and not utterance.question:
        return Decision(Act.ANSWER, f"Thank you, noted: {', '.join(noted)}. What can I do for you?")
    if utterance.past:
        return Decision(Act.ANSWER, "Thank you for telling me. Is there anything I can do for you?")
    return Decision(Act.OUT_OF_DEPTH, OUT_OF_DEPTH, confidence=0.0)


def _foreign(text: str, then: str = OFFER_PERSON) -> Decision:
    """Says so, in the contact's own language where we can; within a task its question follows."""
    code = find_foreign(text) or "other"
    own = CATALOGUE.get(code, "")
    if own and then != OFFER_PERSON:
        own = re.split(r"(?<=[.।]) ", own, maxsplit=1)[0]
    own = f"{own}\n" if own else ""
    return Decision(Act.FOREIGN, f"{own}I am sorry, this offline model speaks only English. {then}", confidence=0.0)


def _decline(card: Card) -> Decision:
    return Decision(Act.DECLINE, f"All right, I will not {card.task}. Is there anything else I can do?")


def _talk(talk: Talk, scene: Scene) -> Decision:
    first = len(scene.window.turns) == 1
    return Decision(Act.SMALL_TALK, small_talk.reply(talk, scene.brief, scene.deck, first=first))


def _talk_of(text: str) -> Talk | None:
    found = find_talk(text)
    return found[0] if found and found[1] >= SURE_TALK else None
