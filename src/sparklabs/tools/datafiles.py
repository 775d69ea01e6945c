"""Reads the rows of a data file - CSV, JSON or YAML - with the types of their fields; nothing is stored here."""

import csv
import io
from collections.abc import Sequence
from typing import Any, cast

import orjson
import yaml

from sparklabs.kit.errors import InvalidError
from sparklabs.tools.binding import DataField, FieldType
from sparklabs.tools.fields import read_value, text_kind

MOST_BYTES = 5_000_000
MOST_ROWS = 50_000


def read_rows(content: bytes, *, file: str, fields: Sequence[DataField] = ()) -> list[dict[str, Any]]:
    """The rows of a file of at most 5 MB; raises `data_file_invalid` with the line where it can be told.

    Cells of CSV take their declared type, else the one all cells of the column read as. Codes with leading zeros
    and telephone numbers stay text. JSON and YAML hold a list of objects, or one object that holds such a list.
    """
    if len(content) > MOST_BYTES:
        raise _fault(file, f"it is larger than {MOST_BYTES // 1_000_000} MB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _fault(file, f"it is not UTF-8 (byte {error.start})") from error
    ending = file.rsplit(".", 1)[-1].lower()
    match ending:
        case "csv" | "tsv":
            rows = _read_csv(text, file=file, delimiter="\t" if ending == "tsv" else ",", fields=fields)
        case "json":
            rows = _read_json(text, file=file)
        case "yaml" | "yml":
            rows = _read_yaml(text, file=file)
        case _:
            raise _fault(file, "its name must end in .csv, .tsv, .json or .yaml")
    if len(rows) > MOST_ROWS:
        raise _fault(file, f"it has more than {MOST_ROWS} rows")
    return rows


def _read_csv(text: str, *, file: str, delimiter: str, fields: Sequence[DataField]) -> list[dict[str, Any]]:
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    try:
        lines = [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        raise _fault(file, f"line {reader.line_num}: {error}") from error
    if not lines:
        return []
    names = [name.strip() for name in lines[0][1]]
    if not all(names) or len(set(names)) != len(names):
        raise _fault(file, "its first line must name every column once")
    for number, cells in lines[1:]:
        if len(cells) != len(names):
            raise _fault(file, f"line {number} has {len(cells)} cells, the heading has {len(names)}")
    declared: dict[str, FieldType] = {field.name: field.type for field in fields}
    columns = list(zip(*(cells for _, cells in lines[1:]), strict=True)) or [()] * len(names)
    kinds: list[FieldType] = []
    for name, column in zip(names, columns, strict=True):
        kinds.append(declared.get(name) or text_kind(column))
    return [
        {name: read_value(cell, kind) for name, kind, cell in zip(names, kinds, cells, strict=True)}
        for _, cells in lines[1:]
    ]


def _read_json(text: str, *, file: str) -> list[dict[str, Any]]:
    try:
        return _rows_of(orjson.loads(text), file=file)
    except orjson.JSONDecodeError as error:
        raise _fault(file, f"line {error.lineno}: {error.msg}") from error


class _PlainLoader(yaml.SafeLoader):
    """YAML without anchors, so that a few lines cannot grow into gigabytes, and with dates left as text."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):  # pyright: ignore[reportUnknownMemberType]
            raise yaml.YAMLError("aliases are not allowed in data files")
        return super().compose_node(parent, index)  # pyright: ignore


_PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()  # pyright: ignore
}


def _read_yaml(text: str, *, file: str) -> list[dict[str, Any]]:
    try:
        return _rows_of(yaml.load(text, Loader=_PlainLoader), file=file)  # noqa: S506  a SafeLoader
    except yaml.YAMLError as error:
        raise _fault(file, " ".join(str(error).split())[:200]) from error


def _rows_of(content: Any, *, file: str) -> list[dict[str, Any]]:
    if isinstance(content, dict):
        lists = [cast(Any, value) for value in cast(dict[str, Any], content).values() if isinstance(value, list)]
        content = lists[0] if len(lists) == 1 else cast(Any, content)
    if content is None:
        return []
    if not isinstance(content, list) or not all(isinstance(row, dict) for row in cast(list[Any], content)):
        raise _fault(file, "it must hold a list of objects, one a row")
    return [{str(name): value for name, value in row.items()} for row in cast(list[dict[Any, Any]], content)]


def _fault(file: str, what: str) -> InvalidError:
    return InvalidError(
        f"The data file {file} cannot be read: {what}.", code="data_file_invalid", field=file,
        hint="Mend the file and load the agent again.",
    )  # fmt: skip
