"""What is compiled of a theorem, as text: stand-ins for programs that load modules print it.

python compiled_theorem.py FOLDER_OF_MODULES MODULE THEOREM
"""

from __future__ import annotations

import os
from pathlib import Path

from lean_agent.lean.strict.olean import _Reader, read_constants
from lean_agent.lean.strict.theory import Constant, Kind, Terms, text

# Axioms are not followed into the library: a proof that these tests use names them itself.
LIBRARY_AXIOMS = {"propext", "Quot.sound", "Classical.choice", "sorryAx"}


def proof_and_kind(module: str, theorem: str, candidate: str) -> tuple[str, str]:
    """Whether the candidate itself is the proof of a theorem in a module, and what kind it is."""
    terms, known = _module(module)
    candidate = candidate.replace("«", "").replace("»", "")
    proof = terms.nodes[known[theorem].value or 0]
    if proof[0] == "app":  # Nonempty.intro
        proof = terms.nodes[proof[2]]
    itself = proof[0] == "const" and text(proof[1]) == candidate
    kinds = {Kind.THEOREM: "theorem", Kind.DEFINITION: "definition"}
    kind = kinds.get(known[candidate].kind, "other") if candidate in known else "missing"
    return "candidate" if itself else "other", kind


def statement_and_axioms(module: str, theorem: str) -> tuple[str, list[str]]:
    """The type of a theorem in a module on LEAN_PATH, as text, and the axioms below it.

    A theorem that is not there has no type.
    """
    terms, known = _module(module)
    if theorem not in known:
        return "", []
    waiting, seen = [theorem], set[str]()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            if name in known:
                waiting += map(text, terms.constants(known[name].terms))
    axioms = {name for name in seen if name in known and known[name].kind == Kind.AXIOM} | (
        seen & LIBRARY_AXIOMS
    )
    found = known[theorem]
    return f"{found.levels} {_written(terms, found.type)}", sorted(axioms)


def imports(module: str) -> list[str]:
    """The modules that a module on LEAN_PATH imports itself."""
    reader = _Reader(_content(module), Terms())
    _, (imported, *_), _ = reader._constructor(reader._root)
    return [
        text(reader._name(reader._constructor(address)[1][0]))
        for address in reader._array(imported)
    ]


def _content(module: str) -> bytes:
    folders = map(Path, os.environ["LEAN_PATH"].split(os.pathsep))
    return next(p for folder in folders if (p := folder / f"{module}.olean").is_file()).read_bytes()


def _module(name: str) -> tuple[Terms, dict[str, Constant]]:
    terms = Terms()
    constants = read_constants(_content(name), terms)
    return terms, {text(name): constant for name, constant in constants.items()}


def _written(terms: Terms, term: int) -> str:
    """A term as text that does not depend on how the module numbers terms."""
    parts = set(terms.children(term))
    node = terms.nodes[term]
    return f"({' '.join(_written(terms, p) if p in parts else str(p) for p in node)})"
