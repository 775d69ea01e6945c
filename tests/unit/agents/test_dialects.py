"""The older dialects are read into the one schema; what they repeat, contradict or lack is a warning with its line."""

from sparklabs.agents.reading import Availability
from sparklabs.agents.schema import AgentFile
from tests.unit.agents.reading_aid import SAMPLES, codes, only_fault, read, read_sample

EVERYTHING = Availability(
    known_tools={"search_product_catalog", "check_pricing", "schedule_demo", "create_crm_lead", "transfer_to_human"},
    known_tool_types={"database", "api", "rag", "vision", "messaging", "ticketing"},
    secrets={"salesforce-acme-prod", "RAZORPAY_API_KEY", "RAZORPAY_SECRET", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"},
    integrations={"salesforce", "supabase", "razorpay", "twilio_whatsapp"},
)


def spec_of(name: str) -> AgentFile:
    reading = read_sample(name)
    assert not reading.faults, [str(fault) for fault in reading.faults]
    assert reading.spec is not None
    return reading.spec


def line_of(name: str, text: str, nth: int = 1) -> int:
    lines = (SAMPLES / name).read_text().splitlines()
    return [number for number, line in enumerate(lines, 1) if line.strip() == text][nth - 1]


def test_the_workflow_dialect_is_read_whole() -> None:
    spec = spec_of("workflow_dialect.yaml")
    assert spec.agent.name == "Acme Corporation"
    assert [tool.name for tool in spec.tools][-1] == "transfer_to_human"
    assert spec.tools[3].integration == "salesforce"
    assert [(item.name, item.type, item.credentials_secret) for item in spec.integrations] == [
        ("salesforce", "crm", "salesforce-acme-prod"),
        ("supabase", "database", None),
    ]
    assert spec.integrations[1].config["tables"] == {"leads": "acme_leads", "conversations": "acme_conversations"}
    assert (spec.channels.input[0].type, spec.channels.input[0].config) == (
        "whatsapp", {"phone_number": "+1234567890"},
    )  # fmt: skip
    assert [(item.type, item.provider) for item in spec.channels.output] == [("email", None), ("sms", "twilio")]
    assert spec.voice.enabled
    assert spec.voice.tts is not None
    assert (spec.voice.vad, spec.voice.tts.voice_id) == ("silero", "professional_male_1")
    handoff = spec.behavior.human_handoff
    assert (handoff.mode, handoff.business_hours) == ("warm_transfer", "9am-5pm EST")
    assert handoff.unavailable_message == "A colleague rings back within two hours"
    assert handoff.triggers[0].condition == "explicit_request"
    assert [item.id for item in spec.behavior.cross_sell_upsell.products] == ["premium_plan", "addon_analytics"]
    assert [alert.threshold for alert in spec.monitoring.alerts] == [0.05, 2000]


def test_the_automation_dialect_is_read_whole() -> None:
    spec = spec_of("automation_dialect.yaml")
    assert (spec.version, spec.id, spec.client.id) == ("1.0", "config_client_123_v1", "client_123")
    assert (spec.agent.name, spec.agent.type, spec.agent.kind) == ("Maya", "healthcare assistant", "custom")
    assert spec.agent.languages == ["hi", "en"]
    assert spec.agent.model.chain == ("gemini-2.5-pro", "gemini-2.5-flash")
    assert [tool.type for tool in spec.tools] == ["database", "api", "rag", "vision", "messaging", "ticketing"]
    assert spec.missing.tools[0].issue_id == "ISSUE-123"
    assert spec.voice.enabled
    assert spec.voice.stt is not None
    assert spec.voice.stt.provider == "google"
    assert spec.voice.business_logic.pricing_requirements == {"always_mention_specific_prices": True, "currency": "INR"}
    handoff = spec.behavior.human_handoff
    assert handoff.targets[0].timeout_seconds == 30
    assert handoff.departments == ["customer_support", "medical_team"]
    assert handoff.when_unavailable[0].action == "schedule_callback"
    assert spec.behavior.outbound_retargeting.triggers[0].delay_seconds == 300
    assert spec.behavior.survey_questions[0].scale == "1-5"


def test_repeated_sections_of_the_automation_dialect_are_merged() -> None:
    spec = spec_of("automation_dialect.yaml")
    assert [channel.type for channel in spec.channels.input] == ["voice", "whatsapp", "web_chat"]
    assert [channel.type for channel in spec.channels.output] == ["email", "web_chat", "sms"]
    offers = spec.behavior.cross_sell_upsell
    assert [(item.type, item.action) for item in offers.triggers] == [
        ("positive_sentiment", "suggest_premium_tests"),
        ("successful_resolution", None),
    ]
    assert [item.id for item in offers.products] == ["family_package", "premium_support"]
    assert [item.type for item in spec.behavior.human_handoff.targets] == ["human_agent"]


def test_each_repeated_section_and_each_contradiction_is_a_warning_with_both_lines() -> None:
    name = "automation_dialect.yaml"
    warnings = {(warning.code, warning.path): warning for warning in read_sample(name).warnings}
    for section in ("channels", "business_logic"):
        first, second = (line_of(name, f"{section}:", nth) for nth in ((1, 2) if section == "channels" else (2, 3)))
        warning = warnings["repeated_section", section]
        assert warning.line == second
        assert f"line {first} and again at line {second}" in warning.message
    clash = warnings["contradiction", "channels.input[1].config.phone_number"]
    assert clash.line == line_of(name, 'phone_number: "+1234567890"')
    assert "+14155238886" in clash.message


def test_with_everything_there_only_the_dialects_own_warnings_remain() -> None:
    found = codes(read_sample("workflow_dialect.yaml", availability=EVERYTHING).warnings)
    assert found == ["name_from_client", "older_dialect"]
    found = codes(read_sample("automation_dialect.yaml", availability=EVERYTHING).warnings)
    assert set(found) == {
        "older_dialect", "repeated_section", "contradiction", "empty_variable", "undeclared_table",
        "declared_missing_tool", "declared_missing_integration",
    }  # fmt: skip


def test_a_fault_inside_a_dialect_stands_at_its_line_in_the_file() -> None:
    source = (SAMPLES / "automation_dialect.yaml").read_text()
    fault = only_fault(read(source.replace("temperature: 0.7", "temperature: 7")))
    assert (fault.line, fault.path) == (
        line_of("automation_dialect.yaml", "temperature: 0.7"),
        "agent.model.temperature",
    )
    fault = only_fault(read(source.replace("max_tokens: 2000", "max_tokens: 2000\n      max_token: 1")))
    assert fault.cure == "Did you mean `max_tokens`?"


def test_a_key_repeated_deeper_in_a_dialect_is_still_refused() -> None:
    source = (SAMPLES / "automation_dialect.yaml").read_text()
    fault = only_fault(read(source.replace('agent_name: "Maya"', 'agent_name: "Maya"\n    agent_name: "Bob"')))
    assert fault.code == "duplicate_key"


def test_surveys_that_are_switched_off_are_left_out_and_named() -> None:
    source = (SAMPLES / "automation_dialect.yaml").read_text()
    reading = read(source.replace("    surveys:\n      enabled: true", "    surveys:\n      enabled: false"))
    assert reading.spec is not None
    assert reading.spec.behavior.survey_questions == []
    assert "surveys_off" in codes(reading.warnings)


def test_dialect_keys_of_a_wrong_kind_are_faults_and_never_a_crash() -> None:
    for text in (
        "automation_config: 5", "automation_config: []", "workflow: x", "workflow: {tools: 5, integrations: 7}",
        "automation_config: {agent: 5, tools: 5, voice: [], integrations: x, business_logic: 3, channels: 1}",
        "automation_config: {tools: {available: 5, missing: x, other: 1}, business_logic: {escalation: 5, surveys: 1}}",
        "workflow: {integrations: {input_channels: 5, crm: 7, database: {type: {}}}}\nvoice: {config: 5}",
        "automation_config: {voice: {business_logic: {a: [1]}, greeting: [], stt_provider: {}}}",
    ):  # fmt: skip
        reading = read(text)
        assert reading.spec is None
        assert reading.faults


def test_a_section_in_the_dialect_and_at_the_top_is_pointed_out() -> None:
    source = (SAMPLES / "workflow_dialect.yaml").read_text() + "\ntools: [search_knowledge]\n"
    reading = read(source)
    assert reading.spec is not None
    assert [tool.name for tool in reading.spec.tools] == ["search_knowledge"]
    assert [(w.path, w.line) for w in reading.warnings if w.code == "contradiction"] == [("tools", 13)]
