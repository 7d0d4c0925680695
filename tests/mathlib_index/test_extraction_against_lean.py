"""Extraction held against a real Lean: does it know the names, and have they the same binders?"""

from __future__ import annotations

import re

import pytest

from lean_agent.lean.embedded import SOURCES
from lean_agent.lean.pool import LeanPool
from lean_agent.lean.protocol import Command, LeanMessage
from lean_agent.lean.toolchain import Toolchain
from mathlib_index import Declaration, extract_folder
from mathlib_index.extract.binders import read_binders


@pytest.fixture(scope="module")
def declarations() -> list[Declaration]:
    """What is written in the library of the embedded Lean.

    Left out are instances, since many a name of theirs is Lean's choice, and a guess here.
    """
    return [
        item
        for item in extract_folder(SOURCES).declarations
        if not item.private and item.kind != "instance"
    ]


async def ask(toolchain: Toolchain, lines: list[str]) -> tuple[LeanMessage, ...]:
    async with LeanPool(toolchain, workers=1) as pool, pool.lease() as repl:
        return (await repl.run(Command(cmd="\n".join(lines)), timeout=120.0)).messages


async def test_lean_knows_every_name(toolchain: Toolchain, declarations: list[Declaration]) -> None:
    kinds = {item.kind for item in declarations}
    assert {"theorem", "def", "structure", "class", "field", "constructor"} <= kinds
    messages = await ask(toolchain, [f"#check @{item.name}" for item in declarations])
    assert len(messages) == len(declarations)
    unknown = [declarations[it.pos.line - 1].name for it in messages if it.severity == "error"]
    assert unknown == []


async def test_lean_has_the_same_binders(
    toolchain: Toolchain, declarations: list[Declaration]
) -> None:
    """Lean prints a signature with the variables that it included, in their order."""
    stated = [item for item in declarations if item.kind not in ("field", "constructor")]
    messages = await ask(toolchain, [f"#check {item.name}" for item in stated])
    compared, with_variables = 0, 0
    for message in messages:
        item = stated[message.pos.line - 1]
        printed = re.sub(r"^[^\s{]+(\{[^}]*\})?", "", message.data, count=1)
        ours, leans = names(item.signature), names(printed)
        if "(_" not in ours and "{_" not in ours:  # Lean gives these a name of its own
            assert (item.name, ours) == (item.name, leans[: len(ours)])
            compared += 1
            with_variables += bool(ours)
    assert compared > 1000
    assert with_variables > 500


def names(signature: str) -> list[str]:
    """Bracket and name of each binder at the beginning; of an instance, only the bracket."""
    binders, _ = read_binders(signature, 0, len(signature))
    return [
        binder.bracket + name
        for binder in binders
        for name in (("",) if binder.bracket == "[" else binder.names)
    ]
