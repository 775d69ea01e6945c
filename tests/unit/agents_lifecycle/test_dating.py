"""Relative days in data files."""

from datetime import date

import pytest

from sparklabs.agents.data import date_rows

TODAY = date(2024, 2, 28)


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("+0d", "2024-02-28"),
        ("+1d", "2024-02-29"),
        ("+2d", "2024-03-01"),
        ("-59d", "2023-12-31"),
        (" +1d 09:30 ", "2024-02-29T09:30"),
        ("-366d 23:59", "2023-02-27T23:59"),
    ],
)
def test_days_are_counted_from_today_over_months_and_leap_years(text: str, becomes: str) -> None:
    assert date_rows([{"when": text, "id": 1}], TODAY) == [{"when": becomes, "id": 1}]


@pytest.mark.parametrize("value", ["1d", "+d", "+1", "+1d x", "+12345d", "a +1d", "", None, 3, "+91 98220"])
def test_anything_else_stays_as_it_is(value: object) -> None:
    rows = [{"when": value}]
    assert date_rows(rows, TODAY) is rows
