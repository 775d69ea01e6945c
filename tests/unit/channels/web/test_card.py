"""An agent's card from its stored specification."""

from sparklabs.channels.web.card import card_of
from sparklabs.channels.web.schemas import WidgetConfig


def test_a_bare_agent_has_a_card_with_safe_defaults() -> None:
    card = card_of({"agent": {"name": "Maya"}}, slug="maya", model_label=None)
    assert (card.name, card.company, card.greeting, card.languages) == ("Maya", "", "", ("en",))
    assert card.allowed_origins == ()
    assert not card.accepts_files


def test_the_widgets_section_wins_and_starters_come_from_the_tools_examples() -> None:
    spec = {
        "client": {"name": "Acme", "use_case": "Sales"},
        "agent": {"name": "Maya", "greeting": "Hello", "language": "hi", "languages": ["en", "hi"]},
        "widget": {"greeting": "Namaste", "colour": "#0a7d55", "allowed_origins": ["https://acme.example"]},
        "tools": [
            {"name": "a", "examples": ["What does it cost?", "x"]},
            {"name": "b"},
            {"name": "c", "examples": ["Hi"]},
        ],
        "conversation": {"attachments": {"accept": True, "types": ["image/*"], "max_bytes": 10}},
    }
    card = card_of(spec, slug="maya", model_label="Offline")
    assert card.greeting == "Namaste"
    assert card.languages == ("hi", "en")
    assert card.starters == ("What does it cost?", "Hi")
    config = WidgetConfig.of(card)
    assert config.attachments.accept
    assert config.attachments.max_bytes == 10
    assert "allowed_origins" not in config.model_dump_json()


def test_a_greeting_per_language_is_taken_in_the_agents_first_language() -> None:
    spec = {"agent": {"name": "Maya", "language": "hi", "greeting": {"en": "Hello", "hi": "नमस्ते"}}}
    assert card_of(spec, slug="maya", model_label=None).greeting == "नमस्ते"


def test_what_the_business_does_stands_on_the_page_as_a_sentence() -> None:
    spec = {
        "agent": {"name": "Maya", "business_context": "software for\n  teams"},
        "client": {"use_case": "inbound_sales"},
    }
    assert card_of(spec, slug="maya", model_label=None).about == "Software for teams."
    del spec["agent"]["business_context"]
    assert card_of(spec, slug="maya", model_label=None).about == "Inbound sales."
