"""The business rules, one by one."""

import pytest

from tests.unit.agents.reading_aid import only_fault, only_warning, read_sections


@pytest.mark.parametrize("discount", ["0.2", "0.15", "20", "15", '"15%"', '"0.2"', "0"])
def test_a_discount_up_to_twenty_percent_is_an_agents_to_give(discount: str) -> None:
    assert read_sections(f"tools: [{{name: a, config: {{discount_authority: {discount}}}}}]").spec is not None


@pytest.mark.parametrize("discount", ["0.21", "21", "1", '"25%"', "1000"])
def test_a_higher_discount_is_refused(discount: str) -> None:
    fault = only_fault(read_sections(f"tools: [{{name: a, config: {{rules: {{discount_authority: {discount}}}}}}}]"))
    assert (fault.level, fault.code, fault.path) == (
        "rules", "discount_too_high", "tools[0].config.rules.discount_authority",
    )  # fmt: skip


@pytest.mark.parametrize("discount", ["-0.1", "much", "true"])
def test_a_discount_that_is_no_share_is_refused(discount: str) -> None:
    fault = only_fault(read_sections(f"tools: [{{name: a, config: {{discount_authority: {discount}}}}}]"))
    assert fault.code == "discount_unreadable"


def test_voice_that_is_on_needs_ears_and_a_mouth() -> None:
    assert read_sections("voice: {enabled: true, stt: deepgram, tts: elevenlabs}").spec is not None
    fault = only_fault(read_sections("voice: {enabled: true, stt: deepgram}"))
    assert (fault.code, fault.path) == ("voice_config_missing", "voice.tts")
    assert only_warning(read_sections("channels: {input: [voice]}")).code == "voice_is_off"


def test_a_fallback_must_be_another_model() -> None:
    fault = only_fault(read_sections(agent="model: {primary: a, fallback: [b, a]}\n"))
    assert (fault.code, fault.path) == ("fallback_repeats", "agent.model.fallback[1]")
    assert only_fault(read_sections(agent="model: {primary: a, fallback: [b, b]}\n")).code == "fallback_repeats"


def test_names_are_unique_within_their_section() -> None:
    for section, item in (
        ("tools", "a"),
        ("integrations", "a"),
        ("data", "a"),
        ("policies", "{name: a, when: 'true', verdict: deny}"),
        ("tests", "{name: a, turns: [{user: x}]}"),
    ):
        fault = only_fault(read_sections(f"{section}:\n  - {item}\n  - {item}\n"))
        assert (fault.code, fault.line, fault.path) == ("name_taken", 7, f"{section}[1].name")


def test_a_database_tool_without_a_declared_table_is_pointed_out() -> None:
    tool = "tools: [{name: a, type: database, config: {table: product}}]\n"
    warning = only_warning(read_sections(tool + "data: [products]"))
    assert (warning.code, warning.cure) == ("undeclared_table", "Did you mean `products`?")
    assert not read_sections(tool + "data: [product]").warnings
    assert only_warning(read_sections("tools: [{name: a, type: database}]")).code == "table_missing"


@pytest.mark.parametrize(
    "agent",
    [
        "greeting: Hi from {agent_name} of {client_name}, {contact_name}, it is {today} {now} {channel} {timezone}.\n",
        "greeting: '{{literal}} {\"json\": 1} {} {0} { spaced }'\n",
        "greeting: You {mine}.\nvariables: {mine: 5}\n",
    ],
)
def test_variables_that_something_fills_are_right(agent: str) -> None:
    assert read_sections("client: {name: Acme}", agent=agent).faults == ()


def test_a_variable_that_nothing_fills_is_refused_with_the_near_one() -> None:
    fault = only_fault(read_sections("widget: {greeting: 'I am {agent_nmae}.'}"))
    assert (fault.code, fault.path) == ("unknown_variable", "widget.greeting")
    assert "{agent_name}" in fault.cure
    assert "{{agent_nmae}}" in fault.cure


def test_a_variable_that_the_file_leaves_empty_is_pointed_out() -> None:
    warning = only_warning(read_sections(agent="greeting: 'Hello from {client_name}.'\n"))
    assert (warning.code, warning.cure) == ("empty_variable", "Write client.name, or take it out.")


def test_a_warm_transfer_without_its_tool_is_pointed_out() -> None:
    text = "behavior: {human_handoff: {mode: warm_transfer}}\n"
    assert only_warning(read_sections(text)).code == "handoff_without_tool"
    assert not read_sections(text + "tools: [transfer_to_human]").warnings


def test_hours_that_cannot_be_read_are_refused() -> None:
    fault = only_fault(read_sections("behavior: {human_handoff: {business_hours: when the sun shines}}"))
    assert (fault.code, fault.path) == ("hours_unreadable", "behavior.human_handoff.business_hours")
    fault = only_fault(read_sections("tools: [{name: a, config: {business_hours: 25-26}}]"))
    assert fault.path == "tools[0].config.business_hours"


def test_languages_are_codes_or_words() -> None:
    reading = read_sections(agent="language: Hindi and English\n")
    assert reading.spec is not None
    assert reading.spec.agent.languages == ["hi", "en"]
    fault = only_fault(read_sections(agent="language: Hindu\n"))
    assert (fault.code, fault.cure) == ("unknown_language", "Did you mean Hindi?")
    warning = only_warning(read_sections(agent="language: Hindi and Elvish\n"))
    assert "`Elvish`" in warning.message
    assert only_fault(read_sections(agent="languages: [en, englisch]\n")).path == "agent.languages[1]"


def test_a_time_zone_is_an_iana_name() -> None:
    assert read_sections("conversation: {timezone: Asia/Kolkata}").spec is not None
    assert only_fault(read_sections("conversation: {timezone: Asia/Kolkatta}")).cure == "Did you mean `Asia/Kolkata`?"
    assert only_fault(read_sections("conversation: {timezone: ../../etc/passwd}")).code == "unknown_timezone"


@pytest.mark.parametrize("origin", ["https://acme.com", "http://localhost:3000", "https://*.acme.com", "*"])
def test_an_origin_is_scheme_and_host(origin: str) -> None:
    assert read_sections(f"widget: {{allowed_origins: ['{origin}']}}").spec is not None


@pytest.mark.parametrize(
    "origin",
    ["acme.com", "https://acme.com/", "https://acme.com/shop", "ftp://acme.com", "https://", "https://bob@acme.com",
     "https://acme.com:99999", "https://a b.com", "https://a*.com", "javascript:alert(1)", "https://acme.com; x"],
)  # fmt: skip
def test_anything_else_is_no_origin(origin: str) -> None:
    fault = only_fault(read_sections(f"widget: {{allowed_origins: ['{origin}']}}"))
    assert fault.path == "widget.allowed_origins[0]"


@pytest.mark.parametrize("path", ["../x.md", "a/../../x.md", "/etc/x.md", "~/x.md", "C:/x.md", "a\\x.md", " "])
def test_files_stay_in_the_agents_folder(path: str) -> None:
    fault = only_fault(read_sections(f"knowledge: {{files: ['{path}']}}"))
    assert (fault.code, fault.path) == ("outside_folder", "knowledge.files[0]")
    fault = only_fault(read_sections(f"data: [{{name: a, file: '{path}'}}]"))
    assert (fault.code, fault.path) == ("outside_folder", "data[0].file")


def test_knowledge_is_markdown_and_data_is_csv_yaml_or_json() -> None:
    assert read_sections("knowledge: a/**/*.md\ndata: [{name: a, file: a/b.csv}]").spec is not None
    assert only_fault(read_sections("knowledge: a.pdf")).code == "not_markdown"
    assert only_fault(read_sections("data: [{name: a, file: a.xlsx}]")).code == "not_a_data_file"


def test_an_unknown_channel_or_expected_tool_is_pointed_out() -> None:
    assert only_warning(read_sections("channels: {input: [web_chta]}")).cure == "Did you mean `web_chat`?"
    text = "tools: [search]\ntests: [{name: t, turns: [{user: x, expect: {tools: [serch]}}]}]"
    assert only_warning(read_sections(text)).path == "tests[0].turns[0].expect.tools[0]"
