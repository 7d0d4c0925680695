"""Published statements made fit for the Lean of a run: what is changed, and what is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from lean_agent.adaptation import Change, adapt, adapt_text
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
        ("∏ i in s, ∑ j in t, a i j = 1", "∏ i ∈ s, ∑ j ∈ t, a i j = 1"),
        ("∑x in s, f x = 0", "∑x ∈ s, f x = 0"),
        # The type says which numbers 1 and 12 are.
        (
            "∑ k : ℤ in Finset.Icc 1 12, z ^ (k ^ 2) = 36",
            "∑ k ∈ (Finset.Icc 1 12 : Finset ℤ), z ^ (k ^ 2) = 36",
        ),
        ("∑ x : ℤ in {1, 2}, (x - 2) = -1", "∑ x ∈ ({1, 2} : Finset ℤ), (x - 2) = -1"),
        (
            "(∏ p : ℕ × Fin (n + 1) in s ×ˢ {f (1, 2), 3}, p.1) = 1",
            "(∏ p ∈ (s ×ˢ {f (1, 2), 3} : Finset (ℕ × Fin (n + 1))), p.1) = 1",
        ),
        (
            "∑ x : {y : ℤ // p (y, y)} in s, f x = 0",
            "∑ x ∈ (s : Finset ({y : ℤ // p (y, y)})), f x = 0",
        ),
        (
            "∑ i : ℤ in range (∑ j : ℕ in t, j), ∏ k in u, i = 0",
            "∑ i ∈ (range (∑ j ∈ (t : Finset ℕ), j) : Finset ℤ), ∏ k ∈ u, i = 0",
        ),
        (
            "∑ i : ℤ in s.filter fun i ↦ ∃ j, j < i, i = 0",
            "∑ i ∈ (s.filter fun i ↦ ∃ j, j < i : Finset ℤ), i = 0",
        ),
        (
            "∑ i : ℤ -- numbers\n  in s /- all -/, i = 0",
            "∑ i ∈ (s : Finset ℤ) /- all -/, i = 0",
        ),
        # A sum in a type: nobody wrote that. The outer one stays, and will be seen to be broken.
        ("∑ x : Fin (∑ i in t, i) in s, f x = 0", "∑ x : Fin (∑ i ∈ t, i) in s, f x = 0"),
        # What Mathlib still reads as it did stays.
        ("∫ x in a..b, f x = 0",) * 2,
        ("∑ᶠ k in s, f k = 0",) * 2,
        ("∑ k ∈ s, f k = 0 -- ∑ k in s",) * 2,
        ("∑ k, f (k : ι) = 0",) * 2,
        ("∑ k : ι, f k = ∫ x in a..b, f x",) * 2,
        ("(∑ k : (ι) × κ) in s, f k = 0",) * 2,
    ],
)
def test_the_old_spelling_of_sums_is_written_anew(old: str, new: str) -> None:
    adapted = adapt_text(problem(f"theorem t : {old}"), Library("embedded"))
    assert adapted.problem.statement == f"theorem t : {new}"
    assert bool(adapted.changes) == (old != new)


def test_sums_and_products_mean_what_they_meant() -> None:
    header = "import Mathlib\ndef one := ∏ i in {1}, i\n"
    adapted = adapt_text(
        problem("theorem t : ∑ x : ℤ in {1}, x = one", header), Library("embedded")
    )
    assert adapted.changes == (
        Change(what="header: 1 × `∑ x in s` is `∑ x ∈ s`, as Mathlib has it now"),
        Change(what="1 × `∑ x : t in s` is `∑ x ∈ (s : Finset t)`, as Mathlib read it"),
    )
    assert not adapted.doubtful


def test_a_module_that_mathlib_lost_is_the_whole_of_it(project: Path) -> None:
    header = (
        "import Mathlib.Tactic.Ring\nimport Mathlib.Gone.Basic\nimport Other.Thing\n"
        "meta import all Mathlib.Gone\n"
    )
    adapted = adapt_text(problem(header=header), Library(str(project)))
    assert adapted.problem.header == (
        "import Mathlib.Tactic.Ring\nimport Mathlib\nimport Other.Thing\nmeta import all Mathlib\n"
    )
    first, second = adapted.changes
    assert "`import Mathlib.Gone.Basic` is `import Mathlib`" in first.what
    assert "`import Mathlib.Gone` is `import Mathlib`" in second.what
    assert adapted.doubtful  # the whole brings other notations and instances too


@pytest.mark.usefixtures("embedded_lean")
async def test_what_lean_does_not_know_is_left_out_of_a_header() -> None:
    header = (
        "open Nosuch Nat\nset_option checkBinderAnnotations false\n"
        "set_option nosuch.option true\nset_option maxHeartbeats 0\nopen scoped Nowhere\n"
        "set_option linter.nosuch false\n"
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
    assert [(change.what, change.doubtful) for change in adapted.changes] == [
        ("header: `Nosuch` is left out: this Lean has no such namespace", True),
        ("header: `set_option nosuch.option true` is left out: this Lean has no such option", True),
        ("header: `open scoped Nowhere` is left out: this Lean has no such namespace", True),
        (
            "header: `set_option linter.nosuch false` is left out: this Lean has no such option",
            False,
        ),
    ]
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
