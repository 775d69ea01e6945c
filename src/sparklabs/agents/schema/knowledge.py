"""The sections `knowledge`, `data` and `memory`: what the agent can look up and what it remembers."""

from typing import Literal

from pydantic import Field

from sparklabs.agents.schema.base import Section, Texts

DATA_NAME = r"^[a-zA-Z_][a-zA-Z0-9_]{0,62}$"


class Knowledge(Section):
    """What the agent can look up and quote."""

    shorthand = "files"

    files: Texts = Field(
        default=[],
        description="Markdown files beside the agent file; `*` and `**` stand for names and folders.",
        examples=[["acme-sales/*.md"]],
    )


class DataField(Section):
    """One field of a table."""

    shorthand = "name"

    name: str = Field(min_length=1, max_length=120, description="The field's name.", examples=["price"])
    type: Literal["string", "integer", "number", "boolean", "date", "datetime"] = Field(
        default="string", description="What it holds.", examples=["number"]
    )
    description: str | None = Field(default=None, description="What it means.", examples=["Monthly, in US dollars."])


class DataTable(Section):
    """A table the agent's tools read and write, filled once from a file beside the agent file."""

    shorthand = "name"

    name: str = Field(pattern=DATA_NAME, description="The table's name.", examples=["products"])
    file: str | None = Field(
        default=None,
        description="A CSV, YAML or JSON file beside the agent file; left out, the table starts empty.",
        examples=["acme-sales/products.csv"],
    )
    key: str = Field(default="id", min_length=1, description="The field that tells rows apart.", examples=["sku"])
    description: str | None = Field(default=None, description="What the rows are.", examples=["What Acme sells."])
    fields: list[DataField] = Field(
        default=[],
        description="The fields; left out, as the file has them.",
        examples=[["sku", {"name": "price", "type": "number"}]],
    )


class Memory(Section):
    """What the agent remembers of a conversation and of a person."""

    window_messages: int = Field(
        default=20, ge=2, le=200, description="How many last messages the model sees whole.", examples=[20]
    )
    summary: bool = Field(default=True, description="Whether older messages are summed up.", examples=[True])
    long_term: bool = Field(
        default=True,
        description="Whether it remembers a person between conversations; an agent with tools gets `remember` then.",
        examples=[True],
    )
