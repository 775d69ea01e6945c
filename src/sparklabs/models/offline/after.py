"""Decides what to say or do once the tools called for the last message have answered."""

from sparklabs.models.offline import task
from sparklabs.models.offline.choosing.cards import Card
from sparklabs.models.offline.decision import Act, Decision, Scene
from sparklabs.models.offline.intents import Intent, find_intents
from sparklabs.models.offline.offering import find_finder
from sparklabs.models.offline.phrasing import CONFIRM_CLOSE, ask, read_pending
from sparklabs.models.offline.reading.window import Call
from sparklabs.models.offline.rendering import passages
from sparklabs.models.offline.rendering.results import say_outcome

REMEMBERED = "I will remember that."
MOST_CALLS = 4
HANDED_OVER = "I am passing you to a person; they will answer you here."


def decide(scene: Scene) -> Decision:
    """The next wish of the same message if there is one, else the outcomes in plain sentences."""
    current = scene.window.current
    # A result that carries our own closing words could pass for our question, and a later yes for its answer.
    said = "\n".join(dict.fromkeys(_say(scene, call) for call in current.calls)).replace(CONFIRM_CLOSE, "...")
    if all(call.outcome and call.outcome.ok for call in current.calls) and len(current.calls) < MOST_CALLS:
        following = _next_wish(scene)
        if following is not None:
            step = _step(scene, following)
            if step.act is Act.CALL:
                return step
            return Decision(step.act, f"{said}\n\n{step.text}", tool=step.tool, arguments=step.arguments)
    reminder = _reminder(scene)
    return Decision(Act.ANSWER, f"{said}\n\n{reminder}" if reminder else said, tool=current.calls[-1].name)


def _say(scene: Scene, call: Call) -> str:
    card = scene.deck.find(call.name)
    if card and call.outcome and call.outcome.ok:
        if card.tool.role == "knowledge":
            asked = next(
                (value for value in call.arguments.values() if isinstance(value, str)), scene.window.current.text
            )
            return passages.answer(asked, call)
        if card.tool.role == "handoff" and not call.outcome.text and not card.tool.say:
            return HANDED_OVER
    if scene.memory and call.name == scene.memory.name and call.outcome and call.outcome.ok:
        return call.outcome.text or scene.memory.say or REMEMBERED
    return say_outcome(call, card, scene.window.turns)


def _next_wish(scene: Scene) -> Intent | None:
    """A wish of the message that raised the finished task, and not served since."""
    turns = scene.window.turns
    last = len(turns) - 1
    done_name = turns[last].calls[-1].name
    if scene.memory and done_name == scene.memory.name:
        asked = [one for one in find_intents(turns[last].text, scene.deck) if one.card.tool.role == "action"]
        return next((one for one in asked if one.card.name not in {call.name for call in turns[last].calls}), None)
    done = scene.deck.find(done_name)
    if done is None or done.tool.role == "handoff":
        return None
    start = task.start_of(scene, done, last)
    served = {call.name for turn in turns[start:] for call in turn.calls}
    wishes = find_intents(turns[start].text, scene.deck)
    return next((one for one in wishes if one.card.name not in served), None) if len(wishes) > 1 else None


def _step(scene: Scene, intent: Intent) -> Decision:
    from sparklabs.models.offline.dialogue import begin

    return begin(scene, intent)


def _booked_after(scene: Scene, called: set[str]) -> Card | None:
    """The booking that the message asked for, when what was called only looked up free times for it."""
    intents = find_intents(scene.window.current.text, scene.deck)
    card = intents[0].card if intents else None
    finder = find_finder(card, scene.deck) if card else None
    return card if finder and called == {finder.name} else None


def _reminder(scene: Scene) -> str:
    """The question that a side question interrupted, once more."""
    turns = scene.window.turns
    pending = read_pending(turns[-1].before, scene.deck)
    called = {call.name for call in turns[-1].calls}
    roles = {card.tool.role for name in called if (card := scene.deck.find(name))}
    card = pending.card or _booked_after(scene, called)
    if card is None or card.name in called:
        return ""
    finder = find_finder(card, scene.deck)
    if roles != {"knowledge"} and called != {finder.name if finder else ""}:
        return ""
    filling = task.fill_task(scene, card, last=len(turns) - 1)
    if filling.missing(card):
        return ask(card, filling, again=True)[0]
    step = task.advance(card, filling, fresh=False)
    return step.text if step.act is Act.CONFIRM else ""
