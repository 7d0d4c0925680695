"""A snippet's own imports are its header, as long as it is one that can be kept."""

from __future__ import annotations

import pytest

from lean_agent.lean.goal import StatementError
from lean_agent.lean.pool import LeanPool
from lean_agent.lean.snippet import Parts, SnippetChecker, split
from lean_agent.lean.toolchain import Toolchain
from lean_agent.problem import MAX_CHARACTERS

HEADER = "open Nat -- " + "x" * MAX_CHARACTERS


def test_the_imports_of_a_snippet_are_parted_from_the_rest() -> None:
    parts = split("import B\nimport A\nexample := 1")
    assert parts.header == "import A\nimport B"
    assert parts.body.split() == ["example", ":=", "1"] and parts.body.count("\n") == 2


def test_more_imports_than_are_kept_stay_where_they_are() -> None:
    code = "\n".join(f"import Module{number}" for number in range(MAX_CHARACTERS // 10))
    assert split(code) == Parts(None, code)


async def test_a_header_without_end_is_refused_before_anything_reads_it(
    toolchain: Toolchain,
) -> None:
    async with LeanPool(toolchain, workers=1) as pool:
        with pytest.raises(StatementError, match="the limit is 100,000"):
            await SnippetChecker(pool).check("#check 0", 60.0, header=HEADER)
        assert pool.pids() == []
