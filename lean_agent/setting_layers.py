"""Layers of settings: tables read from a file or a flag, laid over each other, and checked."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from lean_agent.errors import UserError
from lean_agent.suggestion import did_you_mean

Layer = dict[str, Any]
"""Settings as they stand in a TOML file: tables within tables."""

Kind = TypeVar("Kind", bound=BaseModel)


def read_file(path: Path) -> Layer:
    """The tables of a TOML file. Raises UserError where it cannot be read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"cannot read the settings {path}: {error.strerror}") from error
    except ValueError as error:  # not TOML, or not UTF-8
        raise UserError(f"{path} is not TOML: {error}") from error


def assigned(text: str) -> Layer:
    """`KEY=VALUE` as a layer: the value is read as TOML, or else taken as the words it is.

    Raises UserError where there is no key or no `=`.
    """
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise UserError(f"--set {text}: write KEY=VALUE, such as sampling.top_k=20")
    try:
        read = tomllib.loads(f"value = {value}")
    except tomllib.TOMLDecodeError:
        read = {}
    plain = len(read) == 1 and isinstance(read["value"], bool | int | float | str | list | dict)
    return nested(key.strip(), read["value"] if plain else value)


def nested(key: str, value: object) -> Layer:
    """The dotted key `a.b` and its value as the tables `{"a": {"b": value}}`."""
    first, dot, rest = key.partition(".")
    return {first: nested(rest, value) if dot else value}


def merged(under: Layer, over: Layer) -> Layer:
    """Both layers; where they say different things `over` is right."""
    both = dict(under)
    for key, value in over.items():
        below = both.get(key)
        if isinstance(below, dict) and isinstance(value, dict):
            both[key] = merged(below, value)
        else:
            both[key] = value
    return both


def check_keys(layer: Layer, kind: type[BaseModel], place: str) -> None:
    """Raise UserError, naming `place`, for a key that `kind` does not have."""
    _check_table(layer, kind, place, "", list(_dotted_keys(kind, "")))


def _check_table(
    layer: Layer, kind: type[BaseModel], place: str, at: str, known: list[str]
) -> None:
    for key, value in layer.items():
        if key not in kind.model_fields:
            has = f"`{at[:-1]}` has" if at else "the keys are"
            raise UserError(
                f"{place}: unknown key `{at}{key}`{did_you_mean(at + key, known)}; "
                f"{has} {', '.join(kind.model_fields)}"
            )
        table = _table(kind, key)
        if table is not None:
            if not isinstance(value, dict):
                has = ", ".join(table.model_fields)
                raise UserError(f"{place}: `{at}{key}` is a table with {has}, not {value!r}")
            _check_table(value, table, place, f"{at}{key}.", known)


def _table(kind: type[BaseModel], key: str) -> type[BaseModel] | None:
    """The type of a field that is a table of its own."""
    annotation: object = kind.model_fields[key].annotation
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return None


def _dotted_keys(kind: type[BaseModel], at: str) -> Iterator[str]:
    for key in kind.model_fields:
        table = _table(kind, key)
        if table is None:
            yield at + key
        else:
            yield from _dotted_keys(table, f"{at}{key}.")


def checked(layer: Layer, kind: type[Kind], place: str) -> Kind:
    """The layer as a `kind`. Raises UserError that blames `place` for a value that does not fit."""
    try:
        # Strict, and by way of JSON, which has lists where the types have tuples.
        return kind.model_validate_json(json.dumps(layer, default=str), strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key, value = ".".join(map(str, first["loc"])), first["input"]
        must = first["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
        guess = did_you_mean(value, _choices(first.get("ctx", {}).get("expected", "")))
        raise UserError(f"{place}: `{key}` must be {must}, not {value!r}{guess}") from error


def _choices(expected: object) -> list[str]:
    """The words in pydantic's "'native', 'template' or 'prompt'"."""
    return str(expected).split("'")[1::2]
