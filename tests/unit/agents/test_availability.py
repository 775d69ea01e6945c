"""The availability level: what is not there is a warning and a gap, and only what needs it rests."""

from sparklabs.agents.reading import Availability, Gap
from tests.unit.agents.reading_aid import codes, read_sections

FILE = """
tools:
  - search_knowledge
  - serch_web
  - {name: pay, type: api, config: {key_ref: '${PAY_KEY}', provider: shop}}
  - {name: lead, type: api, integration: crm, risk: high}
  - {name: odd, type: datbase}
  - {name: idle, type: nothing, enabled: false, config: {a: '${OFF_KEY}'}}
integrations:
  - {name: shop, type: payment, config: {api_key: '${SHOP_KEY}'}}
missing:
  tools: [{name: tax_lookup, description: Finds a tax rate., required_for: quotes, issue_id: ISSUE-1}]
channels: {input: [web_chat, {type: sms, config: {token: '${SMS_TOKEN}'}}]}
"""
HAVE = Availability(known_tools={"search_knowledge", "search_web"}, known_tool_types={"api", "database"})


def gaps_of(availability: Availability | None) -> dict[tuple[str, str], Gap]:
    reading = read_sections(FILE, availability=availability)
    assert reading.spec is not None, reading.faults
    return {(gap.kind, gap.name): gap for gap in reading.gaps}


def test_every_absent_thing_is_a_gap_that_names_what_rests() -> None:
    assert {key: gap.disables for key, gap in gaps_of(HAVE).items()} == {
        ("tool", "tax_lookup"): (),
        ("tool", "serch_web"): ("tools.serch_web",),
        ("tool", "odd"): ("tools.odd",),
        ("integration", "shop"): ("integrations.shop", "tools.pay"),
        ("integration", "crm"): ("tools.lead",),
        ("secret", "PAY_KEY"): ("tools.pay",),
        ("secret", "SHOP_KEY"): ("integrations.shop", "tools.pay"),
        ("secret", "SMS_TOKEN"): ("channels.sms",),
    }


def test_a_gap_stands_at_its_line_and_its_warning_suggests_a_cure() -> None:
    reading = read_sections(FILE, availability=HAVE)
    warnings = {warning.path: warning for warning in reading.warnings}
    assert warnings["tools[1].name"].cure == "Did you mean `search_web`?"
    assert warnings["tools[4].type"].cure == "Did you mean `database`?"
    assert warnings["tools[2].config.key_ref"].level == "availability"
    assert gaps_of(HAVE)["tool", "serch_web"].line == warnings["tools[1].name"].line == 8


def test_a_declared_gap_carries_what_an_issue_needs() -> None:
    gap = gaps_of(None)["tool", "tax_lookup"]
    assert (gap.declared, gap.required_for, gap.issue_id, gap.description) == (
        True, ("quotes",), "ISSUE-1", "Finds a tax rate.",
    )  # fmt: skip


def test_without_availability_only_declared_gaps_are_told() -> None:
    assert list(gaps_of(None)) == [("tool", "tax_lookup")]
    assert codes(read_sections(FILE).warnings) == ["declared_missing_tool"]


def test_with_everything_there_nothing_rests() -> None:
    everything = Availability(
        known_tools={"search_knowledge", "serch_web"},
        known_tool_types={"api", "datbase"},
        secrets={"PAY_KEY", "SHOP_KEY", "SMS_TOKEN"},
        integrations={"shop", "crm"},
    )
    assert list(gaps_of(everything)) == [("tool", "tax_lookup")]


def test_a_broken_file_has_faults_and_no_gaps() -> None:
    reading = read_sections(FILE + "\nmemory: {window_messages: none}", availability=HAVE)
    assert reading.spec is None
    assert reading.gaps == ()
    assert "missing_tool" in codes(reading.warnings)
