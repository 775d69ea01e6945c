"""Reads agent files: bytes in, a spec with faults, warnings and gaps out; storing and publishing stand elsewhere."""

from sparklabs.agents.reading.dialects import Dialect
from sparklabs.agents.reading.faults import Availability, Fault, Gap, GapKind, Level
from sparklabs.agents.reading.reader import Reading, canonical_json, hash_content, read_agent

__all__ = [
    "Availability",
    "Dialect",
    "Fault",
    "Gap",
    "GapKind",
    "Level",
    "Reading",
    "canonical_json",
    "hash_content",
    "read_agent",
]
