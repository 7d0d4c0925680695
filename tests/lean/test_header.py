"""A header's imports are run once a process; what follows them is another environment on top."""

from __future__ import annotations

import pytest
from stand_in_repl import history, stand_in

from lean_agent.lean.header import run_header, split_header
from lean_agent.lean.repl import LeanRepl
from lean_agent.lean.toolchain import Toolchain


@pytest.mark.parametrize(
    ("header", "imports", "rest"),
    [
        ("", "", ""),
        (" \n ", "", ""),
        ("import Mathlib", "import Mathlib", ""),
        ("import Mathlib\n", "import Mathlib", ""),
        ("open Nat", "", "open Nat"),
        ("import A\nimport B\n\nopen Nat\n", "import A\nimport B", "\n\n\nopen Nat\n"),
        ("import A -- the import of A\nopen A", "import A -- the import of A", "\nopen A"),
        (
            "import A\n/- then\nimport B\n-/\nopen A",
            "import A",
            "\n/- then\nimport B\n-/\nopen A",
        ),
        ("/- import B -/\nopen A", "", "/- import B -/\nopen A"),
        ("import\n  A\nopen A", "import\n  A", "\n\nopen A"),
        ("import all\n  A\nopen A", "import all\n  A", "\n\nopen A"),
        (
            "module\npublic import A\nmeta import «B»\nopen A",
            "module\npublic import A\nmeta import «B»",
            "\n\n\nopen A",
        ),
        ("import", "import", ""),
    ],
)
def test_a_header_is_split_after_its_imports(header: str, imports: str, rest: str) -> None:
    assert split_header(header) == (imports, rest)


async def test_headers_with_the_same_imports_share_them(toolchain: Toolchain) -> None:
    async with LeanRepl(stand_in(toolchain)) as repl:
        first = await run_header(repl, "import A\nopen Nat")
        second = await run_header(repl, "import A\nopen Real")
        again = await run_header(repl, "import A\nopen Nat")
        assert first is not None and second is not None and first == again
        assert first.env != second.env
        assert await history(repl) == ["import A", "open Nat", "open Real"]


async def test_an_empty_header_runs_nothing(toolchain: Toolchain) -> None:
    async with LeanRepl(stand_in(toolchain)) as repl:
        assert await run_header(repl, "\n") is None
        assert await history(repl) == []


async def test_errors_stand_where_they_are_in_the_header(toolchain: Toolchain) -> None:
    async with LeanRepl(toolchain) as repl:
        answer = await run_header(repl, "import Init\n\nopen Nowhere")
        assert answer is not None
        assert answer.errors[0].pos.line == 3
        answer = await run_header(repl, "import Nowhere\n\nopen Nowhere")
        assert answer is not None
        (error,) = answer.errors
        assert "Nowhere" in error.data
