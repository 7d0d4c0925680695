"""The Berkeley Function Calling Leaderboard's data, from the wheel `bfcl-eval` on PyPI.

The wheel's own requirements clash with ours, so it is never installed: it is downloaded into the
cache, its data are read from it as from a zip file, and its checker runs in a process of its own
(`bfcl_check.py`).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lean_agent.chat import ToolCall, ToolSchema
from mathlib_index.cache import cache_folder

VERSION = "2026.3.23"
WHEEL_VARIABLE = "LEAN_AGENT_BFCL_WHEEL"
SETS = (
    "simple_python",
    "simple_java",
    "simple_javascript",
    "multiple",
    "parallel",
    "parallel_multiple",
    "live_simple",
    "live_multiple",
    "live_parallel",
    "live_parallel_multiple",
)

# Their types, which are those of Python, as types of JSON Schema.
_TYPES = {
    "string": "string",
    "any": "string",
    "integer": "integer",
    "float": "number",
    "boolean": "boolean",
    "array": "array",
    "tuple": "array",
    "dict": "object",
}


# The types of values that the ground truth allows where the documentation names another.
_KINDS = {type(None): "null", bool: "boolean", int: "integer"}

Call = tuple[str, dict[str, list[Any]]]
"""A tool's name, and the values that each argument may have."""


class NoWheel(Exception):
    """The wheel is not here and cannot be had; the message says what to run."""


def find_wheel() -> Path:
    """The wheel, downloaded into the cache where it is not there yet. Raises NoWheel."""
    if chosen := os.environ.get(WHEEL_VARIABLE):
        return Path(chosen)
    folder = cache_folder() / "bfcl"
    wheel = folder / f"bfcl_eval-{VERSION}-py3-none-any.whl"
    if not wheel.is_file():
        command = f"pip download --no-deps bfcl-eval=={VERSION} --dest {folder}"
        done = subprocess.run(
            [sys.executable, "-m", *command.split(), "--quiet"], capture_output=True, text=True
        )
        if not wheel.is_file():
            raise NoWheel(
                f"no BFCL data: `{command}` failed: {done.stderr.strip()[-200:]}. Run it where "
                f"PyPI can be reached, or name the wheel in {WHEEL_VARIABLE}"
            )
    return wheel


@dataclass(frozen=True)
class Answer:
    """One answer that the ground truth of an entry allows, and the tools offered for it."""

    set: str
    entry: str
    tools: tuple[ToolSchema, ...]
    calls: tuple[ToolCall, ...]


def allowed_answers(wheel: Path, name: str) -> Iterator[Answer]:
    """Answers to every entry of a set, so many that each allowed value occurs in one of them.

    The ground truth lists the values that each argument may have. The n-th answer takes the n-th
    of every list, in a circle; "" on such a list means that the argument may be left out.
    """
    language = name.removeprefix("simple_")
    truths = {
        entry["id"]: entry["ground_truth"] for entry in _lines(wheel, name, "possible_answer/")
    }
    for entry in _lines(wheel, name):
        docs = {doc["name"]: doc for doc in entry["function"]}
        truth = [next(iter(call.items())) for call in truths[entry["id"]]]
        tools = tuple(_tool(doc, truth, language) for doc in docs.values())
        for turn in range(max(_longest_list(allowed) for _, allowed in truth)):
            calls = tuple(
                ToolCall(
                    id=f"call_{number}",
                    name=tool,
                    arguments=_arguments(docs[tool]["parameters"], allowed, turn, language),
                )
                for number, (tool, allowed) in enumerate(truth, start=1)
            )
            yield Answer(name, entry["id"], tools, calls)


def refused(wheel: Path, answers: Iterable[Answer]) -> dict[int, str]:
    """What BFCL's own checker refuses, by the answer's place, and its reason."""
    lines = [
        json.dumps(
            [answer.set, answer.entry, [{call.name: call.arguments} for call in answer.calls]]
        )
        for answer in answers
    ]
    script = Path(__file__).with_name("bfcl_check.py")
    done = subprocess.run(
        [sys.executable, "-I", script, wheel],
        input="\n".join(lines),
        capture_output=True,
        text=True,
        check=True,
    )
    reasons: list[str | None] = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(reasons) == len(lines)
    return {place: reason for place, reason in enumerate(reasons) if reason is not None}


def _lines(wheel: Path, name: str, folder: str = "") -> list[dict[str, Any]]:
    with zipfile.ZipFile(wheel) as archive:
        text = archive.read(f"bfcl_eval/data/{folder}BFCL_v4_{name}.json").decode()
    return [json.loads(line) for line in text.splitlines()]


def _tool(doc: dict[str, Any], truth: Sequence[Call], language: str) -> ToolSchema:
    parameters = _schema(doc["parameters"])
    properties = parameters["properties"]
    if language in _SOURCE:  # every argument is a piece of source text
        properties.update({name: {"type": "string"} for name in properties})
    else:
        for name, value in _undocumented(doc, truth, properties):
            properties[name]["type"] = [*_listed(properties[name]["type"]), value]
    return ToolSchema(name=doc["name"], description=doc["description"], parameters=parameters)


def _undocumented(
    doc: dict[str, Any], truth: Sequence[Call], properties: dict[str, Any]
) -> Iterator[tuple[str, str]]:
    """Arguments, and types of theirs that the ground truth allows and the documentation forgot."""
    for tool, allowed in truth:
        for name, values in allowed.items():
            kinds = {_KINDS[type(value)] for value in values if type(value) in _KINDS}
            if tool == doc["name"] and name in properties:
                yield from ((name, kind) for kind in kinds - set(_listed(properties[name]["type"])))


def _listed(types: str | list[str]) -> list[str]:
    return [types] if isinstance(types, str) else types


def _schema(doc: dict[str, Any]) -> dict[str, Any]:
    """The documentation of a value as JSON Schema: its type, and those of its parts."""
    schema: dict[str, Any] = {"type": _TYPES.get(doc["type"], "string")}
    if "properties" in doc:
        schema["properties"] = {name: _schema(part) for name, part in doc["properties"].items()}
        schema["required"] = doc.get("required", [])
    if "items" in doc:
        schema["items"] = _schema(doc["items"])
    return schema


def _longest_list(allowed: dict[str, list[Any]]) -> int:
    return max((len(values) for values in allowed.values()), default=1)


def _arguments(
    parameters: dict[str, Any], allowed: dict[str, list[Any]], turn: int, language: str
) -> dict[str, Any]:
    chosen = {}
    for name, values in allowed.items():
        doc = parameters["properties"].get(name)
        if doc is None and "" in values:
            continue  # allowed by the ground truth, unknown to the documentation
        if name in parameters["required"]:
            values = [value for value in values if value != ""] or values
        value = values[turn % len(values)] if values else []
        if value == "" and name not in parameters["required"]:
            continue
        if isinstance(value, dict):
            value = _members(value, turn)
        elif isinstance(value, list) and doc is not None and doc["items"]["type"] == "dict":
            value = [_members(part, turn) for part in value]
        chosen[name] = _SOURCE[language](value, doc) if language in _SOURCE else value
    return chosen


def _members(allowed: dict[str, list[Any]], turn: int) -> dict[str, Any]:
    """An object, whose members have their own lists of allowed values."""
    chosen = {name: values[turn % len(values)] for name, values in allowed.items()}
    return {name: value for name, value in chosen.items() if value != ""}


def _java(value: Any, doc: dict[str, Any]) -> str:
    """A value as Java source text, which is what the checker expects."""
    kind = doc["type"]
    if isinstance(value, list):
        inner = doc["items"]["type"]
        if kind == "ArrayList":
            parts = ", ".join(_java_part(part, inner) for part in value)
            return f"new ArrayList<{inner}>(Arrays.asList({parts}))"
        # In an array the checker takes quotes for a part of the string.
        return f"new {inner}[]{{{', '.join(map(str, value))}}}"
    if isinstance(value, dict):
        puts = " ".join(f'put("{key}", {_java_part(part)});' for key, part in value.items())
        return f"new HashMap<String, Object>() {{{{ {puts} }}}}"
    if isinstance(value, str):
        return value
    return json.dumps(value) + {"long": "L", "float": "f"}.get(kind, "")


def _java_part(value: Any, kind: str = "") -> str:
    return json.dumps(value, ensure_ascii=False) + ("L" if kind == "long" else "")


def _javascript(value: Any, doc: dict[str, Any]) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False) + ("n" if doc["type"] == "Bigint" else "")


_SOURCE: dict[str, Callable[[Any, dict[str, Any]], str]] = {
    "java": _java,
    "javascript": _javascript,
}
