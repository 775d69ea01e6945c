"""Finds what a person probably meant: near names, and the section that a misplaced key belongs to."""

import types
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel
from rapidfuzz import fuzz, process

from sparklabs.agents.reading.faults import Path
from sparklabs.agents.schema import AgentFile


def find_similar(word: str, names: Iterable[str]) -> str | None:
    """The one name most like the word, if any is like enough."""
    by_lower = {name.lower().replace("-", "_"): name for name in names}
    found = process.extractOne(word.lower().replace("-", "_"), by_lower.keys(), scorer=fuzz.ratio, score_cutoff=70)
    return by_lower[found[0]] if found else None


def models_in(annotation: Any) -> list[type[BaseModel]]:
    """The Pydantic models that an annotation is made of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    if get_origin(annotation) in (list, Union, types.UnionType):
        return [model for part in get_args(annotation) for model in models_in(part)]
    return []


def find_model(path: Path) -> type[BaseModel] | None:
    """The model that stands at a path of the file, if one does."""
    model: type[BaseModel] = AgentFile
    for part in path:
        if isinstance(part, int):
            continue
        field = model.model_fields.get(part)
        found = models_in(field.annotation) if field else []
        if not found:
            return None
        model = found[0]
    return model


@cache
def paths_by_key() -> Mapping[str, tuple[str, ...]]:
    """Every key of the schema with the sections it belongs to, outermost first."""
    paths: dict[str, tuple[str, ...]] = {}
    pending: list[tuple[str, type[BaseModel]]] = [("", AgentFile)]
    while pending:
        prefix, model = pending.pop(0)
        for key, field in model.model_fields.items():
            paths[key] = (*paths.get(key, ()), prefix + key)
            listed = "[]" if get_origin(field.annotation) is list else ""
            pending += [(f"{prefix}{key}{listed}.", inner) for inner in models_in(field.annotation)]
    return paths


def suggest_key(path: Path) -> str:
    """The cure for an unknown key: the near one, the place it belongs to, or the keys that are known."""
    key, parent = str(path[-1]), find_model(path[:-1])
    if parent is None:
        return "Delete it."
    if near := find_similar(key, parent.model_fields):
        return f"Did you mean `{near}`?"
    if places := paths_by_key().get(key):
        return f"Did you mean `{places[0]}`?"
    return f"Delete it; known here: {', '.join(parent.model_fields)}."
