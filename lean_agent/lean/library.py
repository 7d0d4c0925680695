"""Which modules a Lean has, known from the disk without starting it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from lean_agent.errors import UserError
from lean_agent.lean import embedded
from lean_agent.lean.lake import LOCAL, LakeProject
from lean_agent.lean.lexer import Token, tokens
from lean_agent.lean.toolchain import PROJECT_VARIABLE
from lean_agent.problem import Problem

_WITH_LEAN = frozenset({"Init", "Lake", "Lean", "Std"})


class Library:
    """The modules of the Lean that `lean` names: "auto", "embedded" or the path of a Lake project.

    Where the disk does not tell (no such project, packages in folders elsewhere), every module
    counts as there: Lean itself will say.
    """

    def __init__(self, lean: str = "auto") -> None:
        folder = os.environ.get(PROJECT_VARIABLE, "") if lean == "auto" else lean
        self.project = LakeProject(Path(folder).expanduser()) if folder != "embedded" else None
        if not folder:
            self.project = None
        self._known: dict[str, bool] = {}

    def has(self, module: str) -> bool:
        """Whether the module can be imported."""
        if module not in self._known:
            self._known[module] = self._look(module)
        return self._known[module]

    def _look(self, module: str) -> bool:
        if self.project is None:
            return (embedded.SOURCES / f"{module.replace('.', '/')}.lean").is_file()
        if not self.project.exists or module.partition(".")[0] in _WITH_LEAN:
            return True
        try:
            elsewhere = LOCAL in self.project.packages().values()
        except UserError:
            return True
        return elsewhere or self.project.compiled(module) is not None


def imports(header: str) -> Iterator[str]:
    """The modules that a header imports."""
    return (module.text for module in imported(header))


def imported(header: str) -> Iterator[Token]:
    """The words of a header that name the modules it imports."""
    words = tokens(header)
    for word in words:
        if word.text == "import":
            module = next(words, None)
            if module is not None and module.text == "all":
                module = next(words, None)
            if module is not None:
                yield module


def require_library(benchmark: str, problems: Sequence[Problem], lean: str) -> None:
    """Raise UserError where every problem imports something that this Lean has not.

    That is known at once, from the headers and the disk: nothing is started, built or loaded.
    """
    library = Library(lean)
    missing = [
        next((one for one in imports(problem.header) if not _served(library, one)), None)
        for problem in problems
    ]
    if not missing or None in missing:
        return
    wanted = missing[0]
    need = f"{benchmark}: its {len(problems)} statements need {wanted}"
    if library.project is None:
        raise UserError(
            f"{need}, and the embedded Lean has only its own small library. `lean-agent setup` "
            "builds a Lake project with Mathlib (about 10 GB); then give its folder with --lean "
            f"PATH or in {PROJECT_VARIABLE}. (`embedded` is the benchmark that needs no Mathlib.)"
        )
    raise UserError(
        f"{need}, which is not built in the Lake project {library.project.folder}: "
        f"`lean-agent setup {library.project.folder}` builds it, or name another project with "
        "--lean PATH"
    )


def _served(library: Library, module: str) -> bool:
    """Whether a header that imports the module can be used: a part of Mathlib is in the whole."""
    return library.has(module) or (module.startswith("Mathlib.") and library.has("Mathlib"))
