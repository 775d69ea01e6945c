"""The examples of the guide to tools work as they are printed."""

import re
from dataclasses import replace
from pathlib import Path

import yaml

from sparklabs.tools.schemas import ToolDeclaration
from tests.integration.tools.conftest import Shop

GUIDE = Path(__file__).parents[3] / "docs" / "guides" / "tools.md"


async def test_every_tool_of_the_guide_can_be_bound(shop: Shop) -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    entries = [entry for block in blocks for entry in yaml.safe_load(block)]
    declared = [
        ToolDeclaration(each["name"], type=each.get("type"), config=each.get("config", {}), say=each.get("say"))
        for each in entries
    ]
    agent = replace(shop.agent, secrets=frozenset({"ORDERS_TOKEN"}))
    toolset = await shop.toolbox.bind(shop.tenant_id, declared, agent=agent)
    assert [missing.what for missing in toolset.missing] == []
    assert len(toolset.tools) == len(entries) == 10


def test_the_guide_names_every_built_in_tool(shop: Shop) -> None:
    text = GUIDE.read_text()
    assert all(f"`{name}`" in text for name in shop.toolbox.registry.names())
