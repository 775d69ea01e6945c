"""Language names and codes."""

import pytest

from sparklabs.agents.languages import describe_language, find_code, read_languages


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("en", ("en",)),
        ("en_in", ("en-IN",)),
        ("ZH-hans-cn", ("zh-Hans-CN",)),
        ("Hindi and English", ("hi", "en")),
        ("English, Hindi, हिन्दी & தமிழ்", ("en", "hi", "ta")),
        ("Deutsch und English", ("de", "en")),
        ("Klingon", ()),
        ("", ()),
    ],
)
def test_languages_are_read_from_codes_and_words(text: str, codes: tuple[str, ...]) -> None:
    assert read_languages(text).codes == codes


def test_words_that_name_no_language_are_told() -> None:
    assert read_languages("Hindi or Elvish").unknown == ("Elvish",)


def test_codes_are_said_in_english_and_words_stay() -> None:
    assert describe_language("hi-IN") == "Hindi"
    assert describe_language("Hindi and English") == "Hindi and English"
    assert find_code("eng") is None
