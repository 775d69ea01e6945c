"""From bytes to a tree of nodes: encoding, size, YAML syntax and everything YAML can do that an agent file may not."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, cast

import yaml

from sparklabs.agents.reading.faults import Path, show_path
from sparklabs.agents.reading.scalars import resolve_plain
from sparklabs.agents.reading.tree import Entry, Listing, Mapping, Mark, Node, Scalar

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 40
MAX_NODES = 20_000
MAX_EXPANDED_CHARACTERS = 4 * MAX_BYTES
MAX_ANCHORS = 100
MAX_ALIASES = 200

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_SURROGATES = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_TEXT_TAGS = frozenset({"!", "tag:yaml.org,2002:str"})
_CORE_TAGS = frozenset({f"tag:yaml.org,2002:{kind}" for kind in ("map", "seq")})


@dataclass(frozen=True, slots=True)
class SyntaxFinding:
    """A fault whose place is known before there is a tree."""

    code: str
    mark: Mark
    message: str
    cure: str
    path: str = "(whole file)"


class UnreadableError(Exception):
    """The file cannot be read any further."""

    def __init__(self, code: str, mark: Mark, message: str, cure: str) -> None:
        super().__init__(message)
        self.finding = SyntaxFinding(code, mark, message, cure)


_START = Mark(1, 1)


def decode(source: bytes) -> str:
    """The file as text: UTF-8 with or without a mark, at most 1 MiB, no control characters."""
    if len(source) > MAX_BYTES:
        raise UnreadableError(
            "file_too_large",
            _START,
            f"The file has {len(source):,} bytes; at most {MAX_BYTES:,} are read.",
            "Move long texts into knowledge files and long lists into data files beside the agent file.",
        )
    if source.startswith((b"\xff\xfe", b"\xfe\xff")) or source[:4].count(0) >= 2:
        raise UnreadableError("wrong_encoding", _START, "The file is written in UTF-16 or UTF-32.", "Save it as UTF-8.")
    content = source.removeprefix(b"\xef\xbb\xbf")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8")
        raise UnreadableError(
            "wrong_encoding",
            _mark_at(before, len(before)),
            f"The byte 0x{content[error.start]:02x} is not UTF-8; the file may be Latin-1 or Windows-1252.",
            "Save it as UTF-8.",
        ) from error
    if found := _CONTROL.search(text):
        raise UnreadableError(
            "control_character",
            _mark_at(text, found.start()),
            f"There is an invisible control character (U+{ord(found[0]):04X}).",
            "Delete it; a tab or a line break is the only control character taken.",
        )
    return text


def _mark_at(text: str, offset: int) -> Mark:
    last_break = text.rfind("\n", 0, offset)
    return Mark(text.count("\n", 0, offset) + 1, offset - last_break)


@dataclass(slots=True)
class _Size:
    """What a node weighs with its aliases written out; `height` counts the levels of collections in it."""

    nodes: int = 1
    characters: int = 0
    height: int = 1

    def add(self, inner: "_Size") -> None:
        self.nodes += inner.nodes
        self.characters += inner.characters
        self.height = max(self.height, inner.height + 1)


@dataclass(slots=True)
class _Open:
    """A list or mapping that is still being read."""

    node: Listing | Mapping
    anchor: str | None
    key: Scalar | None = None
    size: _Size = field(default_factory=_Size)
    merges: list[Node] = field(default_factory=list[Node])


@dataclass(frozen=True, slots=True)
class _Anchored:
    node: Node
    size: _Size


@dataclass(slots=True)
class _Builder:
    """Takes YAML events one by one, so that a bomb is noticed before it is built."""

    findings: list[SyntaxFinding] = field(default_factory=list[SyntaxFinding])
    root: Node | None = None
    stack: list[_Open] = field(default_factory=list[_Open])
    anchored: dict[str, _Anchored | None] = field(default_factory=dict[str, "_Anchored | None"])
    aliases: int = 0
    documents: int = 0
    nodes: int = 0
    characters: int = 0

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._start(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._end()
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise UnreadableError(
                    "several_documents",
                    _mark(event),
                    "A second document begins here.",
                    "Keep one agent in one file: delete the `---` or split the file.",
                )

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        mark, text = _mark(event), event.value
        tag = event.tag
        if _CONTROL.search(text):
            self._note("control_character", mark, "An escape stands for a control character.", "Delete the escape.")
        if tag is not None and tag not in _TEXT_TAGS:
            self._refuse_tag(tag, mark)
        plain = event.style is None or event.style == ""
        value = resolve_plain(text) if plain and tag is None else text
        self._count(1, len(text), mark)
        node, size = Scalar(value, text, plain, mark), _Size(1, len(text), 0)
        self._anchor(event, _Anchored(node, size))
        self._attach(node, size)

    def _start(self, event: yaml.CollectionStartEvent) -> None:
        mark = _mark(event)
        self._check_depth(1, mark)
        tag = event.tag
        if tag is not None and tag not in _CORE_TAGS:
            self._refuse_tag(tag, mark)
        self._count(1, 0, mark)
        self._anchor(event, None)
        node = Mapping({}, mark) if isinstance(event, yaml.MappingStartEvent) else Listing([], mark)
        self.stack.append(_Open(node, event.anchor))

    def _end(self) -> None:
        done = self.stack.pop()
        node = self._merged(done)
        if done.anchor:
            self.anchored[done.anchor] = _Anchored(node, done.size)
        self._attach(node, done.size)

    def _alias(self, event: yaml.AliasEvent) -> None:
        mark, name = _mark(event), cast("str", event.anchor)
        self.aliases += 1
        if self.aliases > MAX_ALIASES:
            raise UnreadableError(
                "too_many_aliases", mark, f"More than {MAX_ALIASES} aliases (`*name`).", "Write the values out."
            )
        if name not in self.anchored:
            raise UnreadableError(
                "unknown_anchor",
                mark,
                f"`*{name}` has no `&{name}` before it.",
                "Name an anchor or write the value out.",
            )
        target = self.anchored[name]
        if target is None:
            raise UnreadableError(
                "recursive_alias", mark, f"`*{name}` stands inside `&{name}` itself.", "Write the value out."
            )
        self._check_depth(target.size.height, mark)
        self._count(target.size.nodes, target.size.characters, mark)
        self._attach(target.node, target.size, alias_mark=mark)

    def _attach(self, node: Node, size: _Size, *, alias_mark: Mark | None = None) -> None:
        if not self.stack:
            self.root = node
            return
        parent = self.stack[-1]
        parent.size.add(size)
        if isinstance(parent.node, Listing):
            parent.node.items.append(node)
        elif parent.key is None:
            parent.key = self._key(node, alias_mark or node.mark)
        else:
            key, parent.key = parent.key, None
            self._enter(parent, key, node)

    def _enter(self, parent: _Open, key: Scalar, node: Node) -> None:
        mapping = cast("Mapping", parent.node)
        if key.plain and key.text == "<<":
            parent.merges.append(node)
            return
        entry = Entry(key.text, key.mark, node)
        if key.text in mapping.entries:
            mapping.repeats.append(entry)
        else:
            mapping.entries[key.text] = entry

    def _key(self, node: Node, mark: Mark) -> Scalar:
        if isinstance(node, Scalar) and node.text:
            return Scalar(node.value, node.text, node.plain, mark)
        self._note("bad_key", mark, "A key must be one word or text.", "Write `key: value`.")
        return Scalar(None, f"(key at line {mark.line}, column {mark.column})", False, mark)

    def _merged(self, done: _Open) -> Node:
        """The finished collection with what `<<` takes in; its own keys win."""
        node = done.node
        for source in done.merges:
            for taken in source.items if isinstance(source, Listing) else [source]:
                if not isinstance(taken, Mapping) or not isinstance(node, Mapping):
                    self._note("bad_merge", taken.mark, "`<<` takes in a mapping only.", "Name a mapping's anchor.")
                else:
                    node = node.with_entries(*taken.entries.values())
        return node

    def _anchor(self, event: yaml.NodeEvent, target: _Anchored | None) -> None:
        name = event.anchor
        if name is None:
            return
        self.anchored[name] = target
        if len(self.anchored) > MAX_ANCHORS:
            raise UnreadableError(
                "too_many_anchors", _mark(event), f"More than {MAX_ANCHORS} anchors (`&name`).", "Write the values out."
            )

    def _check_depth(self, height: int, mark: Mark) -> None:
        if len(self.stack) + height > MAX_DEPTH:
            raise UnreadableError(
                "too_deep", mark, f"The file is nested deeper than {MAX_DEPTH} levels.", "Flatten it."
            )

    def _count(self, nodes: int, characters: int, mark: Mark) -> None:
        self.nodes += nodes
        self.characters += characters
        if self.nodes > MAX_NODES or self.characters > MAX_EXPANDED_CHARACTERS:
            raise UnreadableError(
                "expands_too_far",
                mark,
                f"With its aliases written out the file holds more than {MAX_NODES:,} values"
                f" or {MAX_EXPANDED_CHARACTERS:,} characters.",
                "Take out the aliases, or move the content into data files.",
            )

    def _refuse_tag(self, tag: str, mark: Mark) -> None:
        shown = tag.replace("tag:yaml.org,2002:", "!!")
        self._note("tag", mark, f"The tag `{shown}` is not taken: a file holds data, never objects.", "Delete the tag.")

    def _note(self, code: str, mark: Mark, message: str, cure: str) -> None:
        self.findings.append(SyntaxFinding(code, mark, message, cure))


def _mark(event: yaml.Event) -> Mark:
    mark = cast("yaml.Mark", event.start_mark)
    return Mark(mark.line + 1, mark.column + 1)


def parse(text: str) -> tuple[Mapping | None, list[SyntaxFinding]]:
    """The tree of a file, or None with what stands in the way."""
    if text.lstrip().startswith(("{", "[")):
        # JSON writes a character beyond the basic plane as two escapes, which YAML does not know.
        text = _SURROGATES.sub(_join_surrogates, text)
    builder = _Builder()
    try:
        for event in cast("Iterable[yaml.Event]", yaml.parse(text, Loader=_LOADER)):
            builder.take(event)
    except UnreadableError as error:
        return None, [*builder.findings, error.finding]
    except yaml.MarkedYAMLError as error:
        return None, [*builder.findings, _explain(error)]
    except yaml.YAMLError as error:
        return None, [*builder.findings, SyntaxFinding("yaml", _START, f"Not YAML: {error}.", "Mend or delete it.")]
    if isinstance(builder.root, Mapping):
        return builder.root, builder.findings
    return None, [*builder.findings, _not_a_mapping(builder.root)]


def _join_surrogates(match: re.Match[str]) -> str:
    high, low = int(match[2], 16), int(match[3], 16)
    return f"{match[1]}\\U{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00):08x}"


def _not_a_mapping(root: Node | None) -> SyntaxFinding:
    if root is None or (isinstance(root, Scalar) and root.value is None):
        return SyntaxFinding(
            "empty_file",
            _START,
            "The file is empty.",
            'The least that works: version: "1.0", agent.name and agent.system_prompt.',
        )
    kind = "a list" if isinstance(root, Listing) else "a single value"
    return SyntaxFinding(
        "not_a_mapping", root.mark, f"The file is {kind}, not keys and values.", "Begin with `version:` and `agent:`."
    )


_CURES = (
    ("\\t", "Indent with spaces; YAML takes no tabs there."),
    ("mapping values are not allowed", "Put the text in quotes (it has a colon in it) or mend the indentation."),
    ("expected <block end>", "Bring the line to the same indentation as its neighbours."),
    ("did not find expected key", "Bring the line to the same indentation as its neighbours, or close the quotes."),
    ("did not find expected '-'", "Bring the line to the same indentation as its neighbours."),
    ("could not find expected ':'", "Write `key: value`, with a space after the colon."),
    ("unexpected end of stream", "Close the quotes or the bracket."),
    ("escape", "Double the backslash, or use single quotes."),
    ("cannot start any token", "Put the text in quotes: it begins with a sign that means something to YAML."),
    ("did not find expected ',' or", "Close the bracket, or put a comma between the parts."),
    ("alphabetic or numeric", "Put the text in quotes: it begins with a sign that means something to YAML."),
)


def _explain(error: yaml.MarkedYAMLError) -> SyntaxFinding:
    found = error.problem_mark or error.context_mark
    mark = Mark(found.line + 1, found.column + 1) if found else _START
    problem = str(error.problem or error.context or "this cannot be read")
    cure = next((cure for word, cure in _CURES if word in problem), "Mend this line or the one before it.")
    context = f" ({error.context})" if error.context and error.problem else ""
    return SyntaxFinding("yaml", mark, f"Not YAML: {problem}{context}.", cure)


def find_repeats(root: Mapping, *, merged_under: Path) -> list[SyntaxFinding]:
    """Every key that is written twice in one mapping, at its second place.

    Whole sections that stand twice under `merged_under` are no fault: the dialect merges them.
    """
    findings: list[SyntaxFinding] = []
    pending: list[tuple[Path, Node]] = [((), root)]
    seen: set[int] = set()
    while pending:
        path, node = pending.pop()
        if id(node) in seen or isinstance(node, Scalar):
            continue
        seen.add(id(node))
        if isinstance(node, Listing):
            pending += [((*path, index), item) for index, item in enumerate(node.items)]
            continue
        for entry in node.repeats:
            first = node.entries[entry.key]
            if path != merged_under or not isinstance(first.value, Mapping) or not isinstance(entry.value, Mapping):
                findings.append(_repeat(entry, first, (*path, entry.key)))
        pending += [((*path, entry.key), entry.value) for entry in (*node.entries.values(), *node.repeats)]
    return findings


def _repeat(entry: Entry, first: Entry, path: Path) -> SyntaxFinding:
    message = f"`{entry.key}` stands here and at line {first.mark.line} already."
    return SyntaxFinding("duplicate_key", entry.mark, message, "Keep one of the two.", show_path(path))
