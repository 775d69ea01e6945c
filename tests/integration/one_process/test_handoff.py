"""Who asks for a person gets one where the agent's file says that people take over."""

import pytest

from tests.integration.one_process.house import House

PEOPLE = "behavior: {human_handoff: {triggers: [customer_request_escalation], departments: [sales]}}\n"
NOBODY = "behavior: {human_handoff: {enabled: false, triggers: [explicit_request]}}\n"


@pytest.mark.parametrize(("more", "handed"), [(PEOPLE, 1), (NOBODY, 0), ("", 0)])
async def test_a_hand_over_needs_no_tool_of_its_own_in_the_file(house: House, more: str, handed: int) -> None:
    await house.publish(more=more)
    header = await house.open()
    await house.say(header, "I want to talk to a human")
    assert len(await house.query("SELECT id FROM handoffs")) == handed


async def test_a_tool_that_the_file_switches_off_stays_off(house: House) -> None:
    await house.publish(more=PEOPLE + "tools: [{name: transfer_to_human, enabled: false}]\n")
    header = await house.open()
    await house.say(header, "I want to talk to a human")
    assert await house.query("SELECT id FROM handoffs") == []
