"""Short ways for the tests to write an agent file and to read it."""

from pathlib import Path
from textwrap import dedent, indent

from sparklabs.agents.reading import Availability, Fault, Reading, read_agent

SAMPLES = Path(__file__).parent / "samples"

HEAD = 'version: "1.0"\nagent:\n  name: Maya\n  system_prompt: You help.\n'


def read(text: str | bytes, *, availability: Availability | None = None) -> Reading:
    """Reads a text as the file `a.yaml`."""
    source = text if isinstance(text, bytes) else text.encode()
    return read_agent(source, file="a.yaml", availability=availability)


def read_sections(text: str = "", *, agent: str = "", availability: Availability | None = None) -> Reading:
    """Reads a small right file with more sections at its end and more keys in `agent`."""
    return read(HEAD + indent(dedent(agent), "  ") + dedent(text), availability=availability)


def read_sample(name: str, *, availability: Availability | None = None) -> Reading:
    """Reads one of the files beside."""
    return read_agent((SAMPLES / name).read_bytes(), file=name, availability=availability)


def codes(found: tuple[Fault, ...]) -> list[str]:
    return [fault.code for fault in found]


def only_fault(reading: Reading) -> Fault:
    """The one fault of a reading that has no spec."""
    assert reading.spec is None
    assert len(reading.faults) == 1, [str(fault) for fault in reading.faults]
    return reading.faults[0]


def only_warning(reading: Reading) -> Fault:
    """The one warning of a reading without faults."""
    assert not reading.faults, [str(fault) for fault in reading.faults]
    assert len(reading.warnings) == 1, [str(warning) for warning in reading.warnings]
    return reading.warnings[0]
