"""What people are told of: each kind with how grave it is and what one must be allowed to read to see it."""

from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["handoff_asked", "turn_failed", "agent_file_refused", "agent_gap", "job_failed"]
Severity = Literal["info", "warning", "grave"]


@dataclass(frozen=True, slots=True)
class KindOf:
    """`about` is the sentence for those who choose what they want to be told."""

    severity: Severity
    permission: str
    about: str


KINDS: Final[dict[Kind, KindOf]] = {
    "handoff_asked": KindOf("grave", "conversations:read", "A conversation waits for a person."),
    "turn_failed": KindOf("grave", "conversations:read", "A customer's message got no answer."),
    "agent_file_refused": KindOf("warning", "agents:read", "An agent's file or its data has a fault."),
    "agent_gap": KindOf("warning", "agents:read", "An agent names a tool, integration or secret that is not there."),
    "job_failed": KindOf("warning", "jobs:read", "A background job was given up."),
}
