"""Published statements made fit for the Lean of a run: what is changed, and what is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from lean_agent.adaptation import adapt, adapt_text
from lean_agent.errors import UserError
from lean_agent.lean.library import Library, imports, require_library
from lean_agent.problem import Problem
from lean_agent.workbench import open_verifier

MATHLIB = "import Mathlib\n"


def problem(statement: str = "theorem t : 1 = 1", header: str = MATHLIB) -> Problem:
    return Problem(id="t", statement=statement, header=header)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A Lake project whose Mathlib, as far as the disk tells, has one module beside the whole."""
    (tmp_path / "lakefile.toml").touch()
    (tmp_path / "lake-manifest.json").write_text('{"packages": [{"name": "mathlib", "rev": "1"}]}')
    built = tmp_path / ".lake" / "packages" / "mathlib" / ".lake" / "build" / "lib" / "lean"
    (built / "Mathlib" / "Tactic").mkdir(parents=True)
    (built / "Mathlib.olean").touch()
    (built / "Mathlib" / "Tactic" / "Ring.olean").touch()
    return tmp_path


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("∑ k in s, f k = 0", "∑ k ∈ s, f k = 0"),
        ("(∏ k in Finset.range 6, k) = 0", "(∏ k ∈ Finset.range 6, k) = 0"),
        ("∑ k : ℤ in Finset.Icc 1 12, z ^ k = 36", "∑ k ∈ Finset.Icc 1 12, z ^ k = 36"),
        ("∏ i in s, ∑ j in t, a i j = 1", "∏ i ∈ s, ∑ j ∈ t, a i j = 1"),
        # What Mathlib still reads as it did stays.
        ("∫ x in a..b, f x = 0",) * 2,
        ("∑ᶠ k in s, f k = 0",) * 2,
        ("∑ k ∈ s, f k = 0 -- ∑ k in s",) * 2,
        ("∑ k, f (k : ι) = 0",) * 2,
    ],
)
def test_the_old_spelling_of_sums_is_written_anew(old: str, new: str) -> None:
    adapted = adapt_text(problem(f"theorem t : {old}"), Library("embedded"))
    assert adapted.problem.statement == f"theorem t : {new}"
    assert bool(adapted.changes) == (old != new)


def test_a_module_that_mathlib_lost_is_the_whole_of_it(project: Path) -> None:
    header = "import Mathlib.Tactic.Ring\nimport Mathlib.Gone.Basic\nimport Other.Thing\n"
    adapted = adapt_text(problem(header=header), Library(str(project)))
    assert adapted.problem.header == (
        "import Mathlib.Tactic.Ring\nimport Mathlib\nimport Other.Thing\n"
    )
    [change] = adapted.changes
    assert "`import Mathlib.Gone.Basic` is `import Mathlib`" in change


@pytest.mark.usefixtures("embedded_lean")
async def test_what_lean_does_not_know_is_left_out_of_a_header() -> None:
    header = (
        "open Nosuch Nat\nset_option checkBinderAnnotations false\n"
        "set_option nosuch.option true\nset_option maxHeartbeats 0\nopen scoped Nowhere\n"
        "def one := 1\n"
    )
    async with open_verifier("embedded", workers=1) as verifier:
        asked = [problem("theorem t : one = 1", header), problem(header="open Nat (nosuch)\n")]
        adapted, other = await adapt(asked, verifier, Library("embedded"), 30)
        await verifier.check_statement(adapted.problem)
    left = (
        "open Nat set_option checkBinderAnnotations false set_option maxHeartbeats 0 def one := 1"
    )
    assert adapted.problem.header.split() == left.split()
    assert adapted.changes == (
        "header: `Nosuch` is left out: this Lean has no such namespace",
        "header: `set_option nosuch.option true` is left out: this Lean has no such option",
        "header: `open scoped Nowhere` is left out: this Lean has no such namespace",
    )
    assert (other.problem, other.changes) == (asked[1], ())  # Lean will say what is wrong with it


def test_a_header_names_its_imports() -> None:
    header = "/- import Old -/ import Mathlib\nimport all Aesop -- import Other\nopen Nat\n"
    assert list(imports(header)) == ["Mathlib", "Aesop"]


def test_a_library_that_all_statements_need_is_missed_at_once(project: Path) -> None:
    problems = [problem(), problem(header="import Mathlib.Gone\n")]
    with pytest.raises(UserError) as caught:
        require_library("mine", problems, "embedded")
    said = str(caught.value)
    assert "its 2 statements need Mathlib, and the embedded Lean has only its own" in said
    assert "lean-agent setup" in said
    assert "LEAN_AGENT_PROJECT" in said
    require_library("mine", problems, str(project))
    require_library("mine", [problem(), problem(header="")], "embedded")  # one can be run
    (project / ".lake/packages/mathlib/.lake/build/lib/lean/Mathlib.olean").unlink()
    with pytest.raises(UserError, match=r"not built in the Lake project .*lean-agent setup /"):
        require_library("mine", problems, str(project))


def test_the_projects_variable_is_looked_at(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEAN_AGENT_PROJECT", str(project))
    assert Library().has("Mathlib.Tactic.Ring")
    assert Library().has("Lean.Elab")
    assert not Library().has("Mathlib.Gone")
    monkeypatch.delenv("LEAN_AGENT_PROJECT")
    assert Library().has("Core")
    assert not Library().has("Mathlib")
