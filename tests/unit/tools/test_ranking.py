"""Ranking the rows of a small table by the words of a question."""

import pytest

from sparklabs.tools.ranking import query_words, rank
from sparklabs.tools.repository import Record

ROWS = [
    Record("T1", {"name": "Thyroid profile", "hindi": "थायरॉइड प्रोफाइल", "text": "TSH, T3 and T4"}),
    Record("T2", {"name": "Lipid profile", "hindi": "लिपिड प्रोफाइल", "text": "Cholesterol and triglycerides"}),
    Record("T3", {"name": "Fasting sugar", "hindi": "शुगर फास्टिंग", "text": "Glucose after a night without food"}),
    Record("T4", {"name": "Allergies panel", "hindi": "एलर्जी", "text": "Reactions to dust and food"}),
]


@pytest.mark.parametrize(
    ("question", "keys"),
    [
        ("do you do thyroid tests?", ["T1"]),
        ("thiroid", ["T1"]),
        ("थायरॉइड की जाँच", ["T1"]),
        ("cholestrol", ["T2"]),
        ("allergy", ["T4"]),
        ("T4", ["T1"]),
        ("lipid profile", ["T2"]),
        ("elephants", []),
    ],
)
def test_the_row_that_is_meant_comes_first(question: str, keys: list[str]) -> None:
    found = rank(ROWS, query_words(question), fields=("name", "hindi", "text"), limit=5)
    assert [row.key for row in found][: max(1, len(keys))] == keys


def test_a_word_that_all_rows_have_counts_less_than_a_rare_one() -> None:
    found = rank(ROWS, query_words("food glucose"), fields=("name", "text"), limit=5)
    assert found[0].key == "T3"


def test_a_question_without_telling_words_gives_the_first_rows() -> None:
    assert rank(ROWS, query_words("what do you have?"), fields=("name",), limit=2) == ROWS[:2]
