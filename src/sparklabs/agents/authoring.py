"""What an editor of agent files asks: the schema, the names that may stand in a file, and a file in schema 1.0."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol
from uuid import UUID

import orjson

from sparklabs.agents.errors import AgentInvalidError
from sparklabs.agents.prompt import RUNTIME_VARIABLES, file_variables
from sparklabs.agents.reading import Availability, Reading, read_agent
from sparklabs.agents.reference import build_json_schema
from sparklabs.agents.schema import AgentFile
from sparklabs.agents.writing import write_agent
from sparklabs.models.profiles import get_profiles
from sparklabs.tools.declared import SETTINGS


class AvailabilitySource(Protocol):
    """Says what stands ready for a tenant."""

    async def __call__(self, tenant_id: UUID) -> Availability: ...


@dataclass(frozen=True, slots=True)
class NamedModel:
    """A model that a file may name; `ready` says whether its provider is configured here."""

    name: str
    provider: str
    ready: bool


@dataclass(frozen=True, slots=True)
class ToolType:
    """A kind of tool that a file may declare, with the JSON Schema of its `config` where there is one."""

    name: str
    settings: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Names that a file of this tenant may use; of secrets only their names."""

    models: tuple[NamedModel, ...]
    tool_types: tuple[ToolType, ...]
    secrets: tuple[str, ...]
    variables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Authoring:
    """Helps those who write agent files; stores nothing. `providers` is `ChatModels.available`."""

    availability: AvailabilitySource
    providers: Callable[[], Sequence[dict[str, Any]]]

    async def vocabulary(self, tenant_id: UUID) -> Vocabulary:
        """What stands ready for this tenant, in the order in which an editor offers it."""
        ready = await self.availability(tenant_id)
        return Vocabulary(
            models=_models([row["provider"] for row in self.providers()]),
            tool_types=tuple(ToolType(name, _settings(name)) for name in sorted(ready.known_tool_types)),
            secrets=tuple(sorted(ready.secrets)),
            variables=_variables(),
        )

    def convert(self, source: bytes, *, file: str) -> tuple[str, Reading]:
        """The file written anew in schema 1.0, without its comments; raises `agent_invalid` for a file with faults."""
        reading = read_agent(source, file=file)
        if reading.spec is None:
            raise AgentInvalidError(
                f"{file} has faults and cannot be converted.", hint="Mend every one of `errors`.",
                faults=reading.problems(),
            )  # fmt: skip
        return write_agent(reading.spec), reading


@cache
def schema_document() -> tuple[bytes, str]:
    """The JSON Schema of an agent file as bytes, and its ETag."""
    body = orjson.dumps(build_json_schema())
    return body, f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def _models(configured: Sequence[str]) -> tuple[NamedModel, ...]:
    named = [NamedModel("auto", "", ready=True), NamedModel("offline", "offline", ready=True)]
    for provider, name in get_profiles().default_models.items():
        if provider != "offline":
            named.append(NamedModel(name, provider, ready=provider in configured))
    return tuple(sorted(named, key=lambda each: not each.ready))


@cache
def _variables() -> tuple[str, ...]:
    plain = AgentFile.model_validate({"version": "1.0", "agent": {"name": "-", "system_prompt": "-"}})
    return (*file_variables(plain), *RUNTIME_VARIABLES)


@cache
def _settings(kind: str) -> dict[str, Any] | None:
    model = SETTINGS.get(kind)
    return model.model_json_schema() if model else None
