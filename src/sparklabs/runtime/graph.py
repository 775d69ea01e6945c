"""The one LangGraph graph of every turn: agent, tools and human nodes over a TurnSession."""

import asyncio
import operator
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, TypedDict

from langchain_core.messages import AIMessage, BaseMessage
from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime
from langgraph.types import Command

from sparklabs.models import lean
from sparklabs.runtime.session import MOST_DECISIONS, TurnSession

RECURSION_LIMIT = 3 * MOST_DECISIONS + 4


@dataclass(frozen=True, slots=True)
class TurnContext:
    """What the nodes work on; the graph itself is the same for every turn."""

    session: TurnSession


class TurnState(TypedDict):
    """The messages of the turn: the window it began with and what came since."""

    messages: Annotated[list[BaseMessage], operator.add]


# Nodes name the next one themselves: a conditional edge reads the whole state anew, a fifth of the graph's own cost.
async def agent(state: TurnState, runtime: Runtime[TurnContext]) -> Command[Literal["tools", "__end__"]]:
    """Asks the model, or takes its recorded word."""
    message = await runtime.context.session.decide(state["messages"])
    next_node: Literal["tools", "__end__"] = "tools" if message.tool_calls else "__end__"
    return Command(update={"messages": [message]}, goto=next_node)


async def tools(state: TurnState, runtime: Runtime[TurnContext]) -> Command[Literal["agent", "human"]]:
    """Runs the calls of the last decision: reads side by side, anything else one after another, in order."""
    session = runtime.context.session
    calls: list[Any] = _last_ai(state).tool_calls
    binding = session.turn.binding

    def is_read(call: Any) -> bool:
        tool = binding.tool_by_name.get(call["name"])
        return tool is None or tool.spec.schema.side_effect == "none"

    if len(calls) > 1 and all(is_read(call) for call in calls):
        results = list(await asyncio.gather(*(session.act(call) for call in calls)))
    else:
        results = [await session.act(call) for call in calls]
    return Command(update={"messages": results}, goto="human" if session.handoff is not None else "agent")


async def human(state: TurnState, runtime: Runtime[TurnContext]) -> dict[str, Any]:
    """A person takes over from here: the turn ends with the words of the hand-off, without asking the model again."""
    del state
    return {"messages": [lean.ai(runtime.context.session.hand_over())]}


def _last_ai(state: TurnState) -> AIMessage:
    last = state["messages"][-1]
    if not isinstance(last, AIMessage):
        raise TypeError(f"A decision was expected, not a {last.type} message.")
    return last


@cache
def compiled() -> Any:
    """Built once a process; a turn brings its own session as the graph's context."""
    graph: Any = StateGraph(TurnState, context_schema=TurnContext)
    graph.add_node("agent", agent)
    graph.add_node("tools", tools)
    graph.add_node("human", human)
    graph.add_edge(START, "agent")
    graph.add_edge("human", END)
    return graph.compile()
