"""The ledger's small rules: ids of calls, what is stored of a result, and how rows become messages again."""

from datetime import UTC, datetime
from typing import Any

from langchain_core.messages import AIMessage

from sparklabs.runtime.ledger import Ledger, decision_message, decision_output, result_json, with_unique_calls
from sparklabs.runtime.schemas import RecordedStep
from sparklabs.tools.schemas import ToolFault, ToolResult

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def _step(seq: int, kind: Any, **given: Any) -> RecordedStep:
    fields: dict[str, Any] = {"state": "done", "name": "x", "call_id": None, "input": None, "output": None}
    return RecordedStep(seq=seq, kind=kind, usage=None, created_at=NOW, **{**fields, **given})


def test_calls_without_an_id_or_with_one_that_was_used_get_their_own() -> None:
    ledger = Ledger([_step(1, "tool", call_id="used")])
    calls = [{"name": "a", "args": {}, "id": id} for id in ("used", None, "free", "free")]
    message = with_unique_calls(AIMessage("", tool_calls=calls), ledger)
    ids = [call["id"] for call in message.tool_calls]
    assert len(set(ids)) == 4
    assert "used" not in ids
    assert ids[2] == "free"


def test_a_call_whose_arguments_were_unreadable_carries_its_error() -> None:
    broken = [{"name": "a", "args": "{", "id": "c1", "error": "bad JSON", "type": "invalid_tool_call"}]
    message = with_unique_calls(AIMessage("", invalid_tool_calls=broken), Ledger([]))
    assert [(call["name"], call["args"], call["error"]) for call in message.tool_calls] == [("a", {}, "bad JSON")]


def test_nothing_with_a_nul_character_is_stored() -> None:
    call = {"name": "x", "args": {"k": ["\x00"]}, "id": "1"}
    message = with_unique_calls(AIMessage("a\x00b", tool_calls=[call]), Ledger([]))
    assert (message.text, message.tool_calls[0]["args"]) == ("ab", {"k": [""]})
    assert with_unique_calls(AIMessage("a\x00"), Ledger([])).text == "a"
    assert result_json(ToolResult(ok=True, content={"t": "a\x00"})) == {"content": {"t": "a"}}
    assert result_json(ToolResult(ok=False, content=None, error=ToolFault("c", "\x00m"))) == {
        "error": {"code": "c", "message": "m"}
    }
    assert result_json(ToolResult(ok=True, content={"t": "a\\u0000"})) == {"content": {"t": "a\\u0000"}}


def test_a_recorded_decision_is_the_message_it_was() -> None:
    message = with_unique_calls(AIMessage("hm", tool_calls=[{"name": "a", "args": {"b": 1}, "id": "1"}]), Ledger([]))
    again = decision_message(_step(1, "decision", output=decision_output(message)))
    assert (again.text, again.tool_calls) == (message.text, message.tool_calls)


def test_an_earlier_attempts_decisions_come_first_and_new_steps_are_numbered_after_them() -> None:
    ledger = Ledger([_step(1, "decision"), _step(2, "tool", call_id="c"), _step(3, "decision")])
    assert [step.seq for step in iter(ledger.next_decision, None)] == [1, 3]
    assert ledger.take_seq() == 4
    assert ledger.was_recorded("c")
    ledger.start_call({"id": "new", "name": "a", "args": {}}, now=NOW)
    assert not ledger.was_recorded("new")
