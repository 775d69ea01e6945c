"""The small parser of arithmetic: exact, bounded, and nothing but arithmetic."""

import pytest

from sparklabs.kit.errors import SparkError
from sparklabs.tools.builtin.calculate import calculate


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("0.1 + 0.2", "0.3"),
        ("3 * 1299 * 1.18", "4598.46"),
        ("15% of 1,200", "180"),
        ("200 - 10%", "199.9"),
        ("1,299.00 * 2", "2598"),
        ("round(10 / 3, 2)", "3.33"),
        ("max(3, 7.5) ^ 2", "56.25"),
        ("-(2 + 3) * 4", "-20"),
        ("7 // 2 + 7 % 4", "6"),
        ("12 × 2 ÷ 3", "8"),
    ],
)
def test_expressions_are_worked_out_exactly(expression: str, expected: str) -> None:
    assert format(calculate(expression), "f") == expected


@pytest.mark.parametrize(
    "expression",
    ["__import__('os').system('id')", "1 if 1 else 2", "9 ** 9 ** 9", "2 ** 1000", "1 / 0", "a + 1", "(lambda: 1)()",
     "'a' * 3", "[1] * 3", "True + 1", "1; 2", "", "round.__class__", "1" + "+1" * 140, "1 +"],
)  # fmt: skip
def test_anything_but_bounded_arithmetic_is_refused(expression: str) -> None:
    with pytest.raises(SparkError) as caught:
        calculate(expression)
    assert caught.value.code == "expression_invalid"
