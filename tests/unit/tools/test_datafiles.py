"""Reading data files: types, faults and traps."""

import pytest

from sparklabs.kit.errors import SparkError
from sparklabs.tools.binding import DataField
from sparklabs.tools.datafiles import read_rows
from sparklabs.tools.fields import infer_fields


def test_columns_take_the_type_that_all_their_cells_read_as() -> None:
    content = b"sku,price,left,zip,active,note\nA,19.90,3,01067,true,\nB,20,4,10115,no,hi\n"
    assert read_rows(content, file="a.csv") == [
        {"sku": "A", "price": 19.9, "left": 3, "zip": "01067", "active": True, "note": None},
        {"sku": "B", "price": 20, "left": 4, "zip": "10115", "active": False, "note": "hi"},
    ]


def test_a_declared_type_stands_above_the_guess() -> None:
    rows = read_rows(b"id,code\n1,12\n", file="a.csv", fields=[DataField("code", "string")])
    assert rows == [{"id": 1, "code": "12"}]


def test_yaml_and_json_hold_lists_of_objects_with_dates_as_text() -> None:
    wanted = [{"id": "a", "day": "2026-01-02"}]
    assert read_rows(b"rows:\n- id: a\n  day: 2026-01-02\n", file="a.yaml") == wanted
    assert read_rows(b'[{"id": "a", "day": "2026-01-02"}]', file="a.json") == wanted


@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        ("a.csv", b"a,b\n1\n", "line 2 has 1 cells"),
        ("a.csv", b"a,a\n1,2\n", "name every column once"),
        ("a.csv", b"\xff\xfea", "not UTF-8"),
        ("a.json", b"[1]", "list of objects"),
        ("a.json", b"[", "line 1"),
        ("a.yaml", b"- a: &x 1\n  b: *x\n", "aliases"),
        ("a.xlsx", b"", "must end in"),
        ("a.csv", b"x" * 5_000_001, "larger than 5 MB"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(file: str, content: bytes, words: str) -> None:
    with pytest.raises(SparkError) as caught:
        read_rows(content, file=file)
    assert caught.value.code == "data_file_invalid"
    assert words in caught.value.detail


def test_fields_are_guessed_from_values_and_small_sets_become_choices() -> None:
    rows = [
        {"id": n, "day": "2026-01-02", "at": "09:30", "mail": "a@b.org", "mobile": "+91 98765 43210", "kind": kind}
        for n, kind in enumerate(["Blood test", "Scan", "Blood test", "Scan"])
    ]
    found = {field.name: field for field in infer_fields(rows)}
    kinds = {name: field.type for name, field in found.items()}
    assert kinds == {
        "id": "integer", "day": "date", "at": "time", "mail": "email", "mobile": "phone", "kind": "string",
    }  # fmt: skip
    assert found["kind"].values == ("Blood test", "Scan")
