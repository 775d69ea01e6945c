"""What is remembered, for whom, and for how long."""

from typing import Any
from uuid import UUID

from langchain_core.messages import AIMessage, HumanMessage

from sparklabs.models.cache import AnswerCache
from sparklabs.models.chain import Target
from sparklabs.models.profiles import ModelProfile
from sparklabs.models.schemas import ChatRequest, ToolSchema
from sparklabs.models.settings import CacheMode

TARGET = Target("openai", "m", ModelProfile("openai", "m"), api_key="k")
TOOL = ToolSchema("a", "b", {"type": "object"})


def ask(**changes: Any) -> ChatRequest:
    plain = {"models": ("m",), "messages": [HumanMessage("hi")], "temperature": 0.0, "tenant_id": UUID(int=1)}
    return ChatRequest(**(plain | changes))


def cache(mode: CacheMode = "auto", *, max_bytes: int = 1_000_000, now: list[float] | None = None) -> AnswerCache:
    time = now or [0.0]
    return AnswerCache(mode=mode, ttl_seconds=60, max_bytes=max_bytes, clock=lambda: time[0])


def test_only_temperature_zero_is_remembered_unless_the_setting_says_otherwise() -> None:
    assert cache().find_key(TARGET, ask()) is not None
    assert cache().find_key(TARGET, ask(temperature=None)) is None
    assert cache().find_key(TARGET, ask(temperature=0.1)) is None
    assert cache("on").find_key(TARGET, ask(temperature=0.9)) is not None
    assert cache("off").find_key(TARGET, ask()) is None


def test_every_difference_makes_another_key() -> None:
    one = cache()
    others = [
        ask(tenant_id=UUID(int=2)),
        ask(tenant_id=None),
        ask(messages=[HumanMessage("ho")]),
        ask(messages=[AIMessage("hi")]),
        ask(tools=(TOOL,)),
        ask(max_tokens=5),
    ]
    keys = {one.find_key(TARGET, each) for each in [ask(), *others]}
    keys.add(one.find_key(Target("openai", "n", TARGET.profile, api_key="k"), ask()))
    keys.add(one.find_key(Target("openai", "m", TARGET.profile, api_key="other"), ask()))
    assert len(keys) == 9
    assert one.find_key(TARGET, ask()) == one.find_key(TARGET, ask())


def test_an_answer_is_a_copy_and_goes_after_its_time() -> None:
    now = [0.0]
    one = cache(now=now)
    one.put(b"k", AIMessage("a", response_metadata={"x": 1}))
    found = one.find(b"k")
    assert found is not None
    found.content = "changed"
    found.response_metadata["x"] = 2
    again = one.find(b"k")
    assert again is not None
    assert (again.content, again.response_metadata["x"]) == ("a", 1)
    now[0] = 60
    assert one.find(b"k") is None


def test_the_least_recently_used_goes_first_when_the_bytes_are_full() -> None:
    one = cache(max_bytes=3500)
    for name in (b"a", b"b", b"c"):
        one.put(name, AIMessage("x"))
    assert one.find(b"a") is not None
    one.put(b"d", AIMessage("x"))
    assert one.find(b"b") is None
    assert one.find(b"a") is not None
    one.put(b"e", AIMessage("x" * 5000))
    assert one.find(b"e") is None
