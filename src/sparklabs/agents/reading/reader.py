"""`read_agent`: the five levels in order, every finding at once, and nothing half applied."""

import hashlib
import json
from dataclasses import dataclass, replace
from typing import Any

from sparklabs.agents.reading.availability import find_gaps
from sparklabs.agents.reading.credentials import find_credentials
from sparklabs.agents.reading.dialects import REPEATING_SECTION, Dialect, translate
from sparklabs.agents.reading.faults import Availability, Fault, Finding, Gap, show_path
from sparklabs.agents.reading.parsing import SyntaxFinding, UnreadableError, decode, find_repeats, parse
from sparklabs.agents.reading.plain import value_at
from sparklabs.agents.reading.rules import check_rules
from sparklabs.agents.reading.scalars import AMBIGUOUS_WORDS
from sparklabs.agents.reading.tree import Mapping, locate, to_plain, walk_scalars
from sparklabs.agents.reading.validation import Checked, check_schema
from sparklabs.agents.schema import AgentFile


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says. `spec` is there exactly when there are no faults; `content_hash` is empty without it."""

    spec: AgentFile | None
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    gaps: tuple[Gap, ...]
    content_hash: str
    source_hash: str
    dialect: Dialect = "native"

    @property
    def ok(self) -> bool:
        """Whether the file may be published."""
        return self.spec is not None

    def problems(self) -> list[dict[str, Any]]:
        """The faults for the `errors` of a problem document."""
        return [fault.as_dict() for fault in self.faults]


def read_agent(source: bytes, *, file: str, availability: Availability | None = None) -> Reading:
    """Reads an agent file of any dialect, in YAML or JSON; never raises for what the file holds.

    Without `availability` only the gaps that the file itself declares are reported.
    """
    source_hash = hashlib.sha256(source).hexdigest()
    try:
        text = decode(source)
    except UnreadableError as error:
        return _unread([error.finding], file, source_hash)
    root, findings = parse(text)
    if root is None:
        return _unread(findings, file, source_hash)
    translation = translate(root)
    findings += find_repeats(root, merged_under=REPEATING_SECTION)
    faults = [_place_syntax(finding, file) for finding in findings]
    warnings = [_place_syntax(finding, file, level="schema") for finding in translation.warnings]
    tree = translation.root
    checked = check_schema(to_plain(tree))
    gaps: list[Gap] = []
    for finding in _find_all(tree, checked, translation.dialect):
        (warnings if finding.warning else faults).append(_place(finding, tree, file))
    if checked.spec is not None:
        gaps, more = find_gaps(checked.spec, tree, checked.original, availability)
        warnings += [_place(finding, tree, file) for finding in more]
    spec = None if faults else checked.spec
    return Reading(
        spec=spec,
        faults=_in_order(faults),
        warnings=_in_order(warnings),
        gaps=tuple(gaps) if spec else (),
        content_hash=hash_content(spec) if spec else "",
        source_hash=source_hash,
        dialect=translation.dialect,
    )


def _find_all(tree: Mapping, checked: Checked, dialect: Dialect) -> list[Finding]:
    findings = [*checked.findings, *find_credentials(tree), *_find_ambiguous(tree, checked.spec)]
    if checked.spec is None:
        return findings
    broken = [finding.path for finding in checked.findings]
    for finding in check_rules(checked.spec, lenient=dialect != "native"):
        path = checked.original(finding.path)
        if not any(path[: len(part)] == part for part in broken):
            findings.append(replace(finding, path=path))
    return findings


def _find_ambiguous(tree: Mapping, spec: AgentFile | None) -> list[Finding]:
    """Unquoted `no`, `on` and the like that were read as text, where other readers of YAML take false or true."""
    words = [
        (path, scalar.text)
        for path, scalar in walk_scalars(tree)
        if scalar.plain and scalar.text.lower() in AMBIGUOUS_WORDS
    ]
    data = spec.model_dump() if spec and words else {}
    return [
        Finding(
            "schema",
            "ambiguous_word",
            path,
            f"`{text}` was read as text; other YAML readers take it for true or false.",
            f"Write '{text}' in quotes, or true or false.",
            warning=True,
        )
        for path, text in words
        if not isinstance(value_at(data, path), bool)
    ]


def canonical_json(spec: AgentFile) -> str:
    """The one way to write a spec down: sorted, tight, without what is default anyway."""
    data = spec.model_dump(mode="json", exclude_defaults=True)
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def hash_content(spec: AgentFile) -> str:
    """SHA-256 over the canonical JSON: equal for files that mean the same, whatever their layout."""
    return hashlib.sha256(canonical_json(spec).encode()).hexdigest()


def _place(finding: Finding, tree: Mapping, file: str) -> Fault:
    mark = locate(tree, finding.path, at_key=finding.at_key)
    path = show_path(finding.path)
    return Fault(finding.level, finding.code, file, mark.line, mark.column, path, finding.message, finding.cure)


def _place_syntax(finding: SyntaxFinding, file: str, *, level: Any = "syntax") -> Fault:
    mark = finding.mark
    return Fault(level, finding.code, file, mark.line, mark.column, finding.path, finding.message, finding.cure)


def _in_order(faults: list[Fault]) -> tuple[Fault, ...]:
    return tuple(sorted(dict.fromkeys(faults), key=lambda fault: (fault.line, fault.column, fault.path, fault.code)))


def _unread(findings: list[SyntaxFinding], file: str, source_hash: str) -> Reading:
    return Reading(None, _in_order([_place_syntax(f, file) for f in findings]), (), (), "", source_hash)
