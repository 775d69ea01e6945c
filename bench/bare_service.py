"""What our figures stand beside: FastAPI and LangGraph alone, no sign-in, no tenants, no database, no trace.

`python -m bench.bare_service --port 9000` with OPENAI_BASE_URL. It speaks the same path as the platform and keeps the
last 20 messages of each conversation in memory; its model client is ours, for LangChain's own costs more.
"""

import argparse
import asyncio
import os
from collections import defaultdict
from typing import Annotated, Any, TypedDict

import uvicorn
import uvloop
from fastapi import FastAPI
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from langgraph.graph import END, START, StateGraph
from langgraph.graph.message import add_messages
from pydantic import BaseModel

from sparklabs.models.providers.http_pool import HttpPool
from sparklabs.models.providers.openai_compatible import OpenAiCompatibleChatModel
from sparklabs.models.providers.openai_wire import wire_tools
from sparklabs.models.schemas import ToolSchema

WINDOW = 20
PARAMETERS = {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}
TOOLS = (ToolSchema("lookup_product", "The catalogue's entry of one product, by its number.", PARAMETERS),)
PRODUCTS = {str(number): {"id": number, "name": f"hammer {number}", "price": 9.5} for number in range(1, 41)}


class Said(BaseModel):
    """The body of a message."""

    content: str


class State(TypedDict):
    """The messages of a turn, merged by LangGraph's own reducer."""

    messages: Annotated[list[BaseMessage], add_messages]


def make_app(url: str) -> FastAPI:
    """One graph of two nodes, compiled once."""
    model = OpenAiCompatibleChatModel(model_name="gpt-4o", base_url=url, pool=HttpPool())
    memory: dict[str, list[BaseMessage]] = defaultdict(list)

    async def agent(state: State) -> dict[str, Any]:
        return {"messages": [await model.ainvoke(state["messages"], tools=wire_tools(TOOLS))]}

    async def tools(state: State) -> dict[str, Any]:
        calls = getattr(state["messages"][-1], "tool_calls", [])
        return {"messages": [ToolMessage(str(PRODUCTS[call["args"]["id"]]), tool_call_id=call["id"]) for call in calls]}

    def after_agent(state: State) -> str:
        last = state["messages"][-1]
        return "tools" if isinstance(last, AIMessage) and last.tool_calls else END

    graph: Any = StateGraph(State)
    graph.add_node("agent", agent)
    graph.add_node("tools", tools)
    graph.add_edge(START, "agent")
    graph.add_conditional_edges("agent", after_agent, ["tools", END])
    graph.add_edge("tools", "agent")
    compiled = graph.compile()
    app = FastAPI()

    @app.get("/readyz")
    async def ready() -> dict[str, str]:
        return {"status": "ok"}

    @app.post("/api/v1/conversations/{conversation_id}/messages")
    async def say(conversation_id: str, said: Said) -> dict[str, str]:
        window = [*memory[conversation_id], HumanMessage(said.content)]
        state = await compiled.ainvoke({"messages": window})
        memory[conversation_id] = _cut(state["messages"])
        return {"role": "assistant", "content": state["messages"][-1].text}

    return app


def _cut(messages: list[BaseMessage]) -> list[BaseMessage]:
    """The last messages, beginning with a person's."""
    kept = messages[-WINDOW:]
    first = next((at for at, message in enumerate(kept) if isinstance(message, HumanMessage)), 0)
    return kept[first:]


def main() -> None:
    """Serves until told to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    config = uvicorn.Config(
        make_app(os.environ["OPENAI_BASE_URL"]),
        port=parser.parse_args().port,
        loop="none",
        http="httptools",
        access_log=False,
        log_level="warning",
    )
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(uvicorn.Server(config).serve())


if __name__ == "__main__":
    main()
