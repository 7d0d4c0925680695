"""What is compiled of a theorem, as text: stand-ins for programs that load modules print it.

python compiled_theorem.py FOLDER_OF_MODULES MODULE THEOREM
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from lean_agent.lean.strict.olean import read_constants
from lean_agent.lean.strict.theory import Terms, text

# Axioms are not followed into the library: a proof that these tests use names them itself.
LIBRARY_AXIOMS = {"propext", "Quot.sound", "Classical.choice", "sorryAx"}


def statement_and_axioms(module: str, theorem: str) -> tuple[str, list[str]]:
    """The type of a theorem in a module on LEAN_PATH, as text, and the axioms below it.

    A theorem that is not there has no type.
    """
    folders = map(Path, os.environ["LEAN_PATH"].split(os.pathsep))
    file = next(p for folder in folders if (p := folder / f"{module}.olean").is_file())
    terms = Terms()
    constants = read_constants(file.read_bytes(), terms)
    known = {text(name): constant for name, constant in constants.items()}
    if theorem not in known:
        return "", []
    waiting, seen = [theorem], set[str]()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            if name in known:
                waiting += map(text, terms.constants(known[name].terms))
    axioms = {name for name in seen if name in known and known[name].kind == 0} | (
        seen & LIBRARY_AXIOMS
    )
    kind = known[theorem]
    shape = [terms.nodes[term] for term in terms.below([kind.type])]
    numbers = {term: place for place, term in enumerate(terms.below([kind.type]))}
    # Terms are numbered by module: here they are numbered by their place in this type.
    written = [[numbers.get(p, p) if type(p) is int else str(p) for p in node] for node in shape]
    return f"{kind.levels} {written}", sorted(axioms)


if __name__ == "__main__":
    print(statement_and_axioms(sys.argv[1], sys.argv[2]))
