"""The fields of a structure in the text of a definition: `where a := …`, `{ a := … }`, `⟨…⟩`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

_BRACKET = re.compile(r"[(\[{⟨⦃)\]}⟩⦄]")
_FUNCTION = re.compile(r"(?:fun|λ) (?P<names>[^↦=]*?) ?(?:↦|=>) ?")
_ASCRIBED = re.compile(r"^\s*:=\s*")
_LONGEST = 20_000  # characters of one value


@dataclass(frozen=True)
class Value:
    """What a field is set to: `toFun x := f x` has the arguments `x` and the text `f x`."""

    arguments: str
    text: str


def is_constructor(text: str) -> bool:
    """Whether a value, behind its `fun x ↦`, is written as a structure with its fields."""
    return _behind_functions(text)[1].startswith(("{", "⟨"))


def field_values(text: str, fields: Sequence[str]) -> dict[str, Value] | None:
    """The fields that a value sets; None if it is not written as a structure.

    `fields` are all field names of the structure, in the order of its constructor.
    """
    text = text.strip()[:_LONGEST]
    if text.startswith("where"):
        return _named(text.removeprefix("where"), tuple(fields))
    _, body = _behind_functions(_ASCRIBED.sub("", text))
    if body.startswith("{"):
        inside = _inside(body)
        with_ = inside.find(" with ")
        if 0 <= with_ < (inside.find(":=") if ":=" in inside else len(inside)):
            inside = inside[with_ + 6 :]
        return _named(inside, tuple(fields))
    if body.startswith("⟨"):
        parts = _at_top_level(_inside(body))
        return {name: _as_value("", part) for name, part in zip(fields, parts, strict=False)}
    return None


def _behind_functions(text: str) -> tuple[str, str]:
    """Names that a `fun` binds, and what stands behind it."""
    names: list[str] = []
    text = text.strip()
    while function := _FUNCTION.match(text):
        names.append(function["names"].strip())
        text = text[function.end() :].strip()
    return " ".join(names), text


def _as_value(arguments: str, text: str) -> Value:
    names, body = _behind_functions(text.strip().rstrip(","))
    return Value(f"{arguments} {names}".strip(), body.strip().rstrip(","))


def _named(text: str, fields: tuple[str, ...]) -> dict[str, Value]:
    if not fields:
        return {}
    found = list(_field_pattern(fields).finditer(_flat(text)))
    values: dict[str, Value] = {}
    for index, field in enumerate(found):
        end = found[index + 1].start() if index + 1 < len(found) else len(text)
        arguments = text[field.start("arguments") : field.end("arguments")]
        values.setdefault(field["name"], _as_value(arguments.strip(), text[field.end() : end]))
    return values


@lru_cache(maxsize=2000)
def _field_pattern(fields: tuple[str, ...]) -> re.Pattern[str]:
    """`toFun x :=` in flat text; its arguments are no fields, so that `a := b c := d` is two."""
    names = "|".join(re.escape(name) for name in sorted(fields, key=len, reverse=True))
    end = r"(?![\w.'!?₀-₉])"
    argument = rf"\s+(?!(?:{names}){end})(?:[\w'₀-₉]+|[(\[{{⟨⦃]·*[)\]}}⟩⦄])"
    return re.compile(
        rf"(?<![\w.'!?₀-₉])(?P<name>{names}){end}(?P<arguments>(?:{argument}){{0,8}}+)"
        rf"(?:\s*:[^=:]{{1,80}})?\s*:="
    )


def _flat(text: str) -> str:
    """`text` with everything inside brackets blanked by dots, the outer brackets kept."""
    pieces: list[str] = []
    depth = start = 0
    for bracket in _BRACKET.finditer(text):
        if bracket.group() in "([{⟨⦃":
            if depth == 0:
                pieces.append(text[start : bracket.end()])
                start = bracket.end()
            depth += 1
        elif depth > 0:
            depth -= 1
            if depth == 0:
                pieces.append("·" * (bracket.start() - start))
                start = bracket.start()
    pieces.append("·" * (len(text) - start) if depth else text[start:])
    return "".join(pieces)


def _inside(text: str) -> str:
    """What stands between the first bracket and the one that closes it."""
    depth = 0
    for bracket in _BRACKET.finditer(text):
        depth += 1 if bracket.group() in "([{⟨⦃" else -1
        if depth == 0:
            return text[1 : bracket.start()]
    return text[1:]


def _at_top_level(text: str) -> list[str]:
    parts: list[str] = []
    depth = start = 0
    for place, character in enumerate(text):
        if character in "([{⟨⦃":
            depth += 1
        elif character in ")]}⟩⦄":
            depth -= 1
        elif character == "," and depth == 0:
            parts.append(text[start:place])
            start = place + 1
    parts.append(text[start:])
    return parts
