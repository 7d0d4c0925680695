"""Declarations from LeanDojo: its benchmark's corpus, and a repository that it has traced."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from mathlib_index import Declaration
from mathlib_index.errors import SourcesUnusable
from mathlib_index.extract import Extraction
from mathlib_index.sources import read_declarations


def premise(full_name: str | None, code: str, line: int = 10, **fields: Any) -> dict[str, Any]:
    """As `TracedFile.get_premise_definitions` gives it."""
    end = [line + code.count("\n"), 20]
    kind = {"kind": "commanddeclaration"}
    return {"full_name": full_name, "code": code, "start": [line, 1], "end": end} | kind | fields


def corpus_line(*premises: dict[str, Any], path: str = "Lib/Sums.lean") -> str:
    return json.dumps({"path": path, "imports": ["Lib/Basic.lean"], "premises": premises})


def read(folder: Path, *lines: str) -> Extraction:
    path = folder / "corpus.jsonl"
    path.write_text("\n".join(lines) + "\n")
    return read_declarations(path)


def test_a_premise_becomes_a_declaration(tmp_path: Path) -> None:
    code = "theorem add_comm {α : Type u}\n    [Num α] (a b : α) : a + b = b + a"
    (found,) = read(tmp_path, corpus_line(premise("Num.add_comm", code))).declarations
    assert found == Declaration(
        name="Num.add_comm",
        kind="theorem",
        docstring="",  # LeanDojo leaves comments out
        signature="{α : Type u} [Num α] (a b : α) : a + b = b + a",
        module="Lib.Sums",
        file="Lib/Sums.lean",
        line=10,
    )


def test_the_keyword_says_the_kind_and_its_line(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        corpus_line(
            premise("A.f", "@[simp]\ndef f (n : Nat) : Nat := n", line=4),
            premise("A.g", "lemma g : f 0 = 0", line=9, kind="mathlibtacticlemma"),
            premise("A.i", "instance i : Inhabited Nat := ⟨0⟩", line=12),
        ),
    ).declarations
    assert [(d.name, d.kind, d.line) for d in found] == [
        ("A.f", "def", 5),
        ("A.g", "lemma", 9),
        ("A.i", "instance", 12),
    ]


def test_constructors_come_with_their_type_under_their_full_names(tmp_path: Path) -> None:
    code = "inductive Tree (α : Type) where\n  | leaf : Tree α\n  | node (l r : Tree α) : Tree α"
    found = read(tmp_path, corpus_line(premise("Data.Tree", code, line=7))).declarations
    assert [(d.name, d.kind, d.line) for d in found] == [
        ("Data.Tree", "inductive", 7),
        ("Data.Tree.leaf", "constructor", 8),
        ("Data.Tree.node", "constructor", 9),
    ]


@pytest.mark.parametrize(
    ("path", "module"),
    [
        ("Mathlib/Order/Basic.lean", "Mathlib.Order.Basic"),
        (".lake/packages/batteries/Batteries/Data/Nat.lean", "Batteries.Data.Nat"),
        (".lake/packages/lean4/src/lean/Init/Core.lean", "Init.Core"),
        ("lake-packages/std/Std/Logic.lean", "Std.Logic"),
    ],
)
def test_modules_of_packages_have_their_own_names(tmp_path: Path, path: str, module: str) -> None:
    line = corpus_line(premise("a", "theorem a : True"), path=path)
    (found,) = read(tmp_path, line).declarations
    assert (found.module, found.file) == (module, module.replace(".", "/") + ".lean")


def test_an_alias_says_of_what(tmp_path: Path) -> None:
    code = "@[simp] alias comm := Num.add_comm"
    line = corpus_line(premise("Num.comm", code, kind="stdtacticaliasalias"))
    (found,) = read(tmp_path, line).declarations
    assert (found.name, found.generated_from) == ("Num.comm", "Num.add_comm")


def test_what_nobody_can_cite_is_left_out(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        corpus_line(
            premise(None, "theorem x : True"),
            premise("[A.even, A.odd]", "mutual def even := 0 def odd := 1 end"),
            premise("Lean.Elab.f", "def f : Nat := 0"),
            premise("a", "theorem a : True"),
            premise("a", "theorem a : True"),
            premise("b", "???"),
        ),
    )
    assert [d.name for d in found.declarations] == ["a"]
    assert found.warnings == ["1 premises without a readable statement were left out"]


def test_progress_counts_lines(tmp_path: Path) -> None:
    path = tmp_path / "corpus.jsonl"
    lines = [corpus_line(premise(name, f"theorem {name} : True")) for name in "ab"]
    path.write_text("\n".join(lines))
    seen: list[tuple[int, int]] = []
    found = read_declarations(path, "lean-dojo", lambda done, total: seen.append((done, total)))
    assert (found.files, seen) == (2, [(1, 2), (2, 2)])


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('{"path": "A.lean"', "line 2 .*no JSON object"),
        ('{"path": "A.lean", "imports": []}', "line 2 .*premises"),
        ('{"full_name": "a", "code": "theorem a : True"}', "line 2 .*path"),
        ("[]", r"line 2 of .* \(it is no JSON object\)\. Give a folder of Lean files, or a corpus"),
    ],
)
def test_a_line_of_another_format_is_named(tmp_path: Path, line: str, why: str) -> None:
    with pytest.raises(SourcesUnusable, match=why):
        read(tmp_path, corpus_line(premise("a", "theorem a : True")), line)


@pytest.mark.parametrize("content", [b"theorem a : True := trivial\n", b"\xff\xfe"])
def test_any_other_file_is_told_what_was_expected(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.lean"
    path.write_bytes(content)
    with pytest.raises(SourcesUnusable, match=r"x\.lean.*Give a folder of Lean files, or a cor"):
        read_declarations(path)


def test_a_corpus_without_premises_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourcesUnusable, match="no premises"):
        read(tmp_path, corpus_line())


SOURCE = """/-! # Sums -/
namespace Num
variable {α : Type u} [Num α]

/-- Addition commutes. -/
theorem add_comm (a b : α) : a + b = b + a := proof
end Num
"""
TRACED = """
from pathlib import Path
from types import SimpleNamespace

class TracedRepo:
    @classmethod
    def load_from_disk(cls, root_dir, build_deps=True):
        if (Path(root_dir) / "fail").exists():
            raise RuntimeError(f"{root_dir} is not a Git repo.")
        premises = [
            {"full_name": "Num.add_comm", "code": "theorem add_comm (a b : α) : a + b = b + a",
             "start": [5, 1], "end": [6, 52], "kind": "commanddeclaration"},
            {"full_name": "Num.made", "code": "theorem made : True",
             "start": [7, 1], "end": [7, 20], "kind": "commanddeclaration"},
        ]
        file = SimpleNamespace(
            path=Path("Lib/Sums.lean"), get_premise_definitions=lambda: premises
        )
        return SimpleNamespace(traced_files=[file])
"""


@pytest.fixture
def traced(tmp_path: Path) -> Path:
    """A folder as LeanDojo leaves it: sources, and an XML file for each."""
    (tmp_path / "Lib").mkdir()
    (tmp_path / "Lib" / "Sums.lean").write_text(SOURCE)
    xml = tmp_path / ".lake" / "build" / "ir" / "Lib" / "Sums.trace.xml"
    xml.parent.mkdir(parents=True)
    xml.touch()
    return tmp_path


@pytest.fixture
def lean_dojo(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package with the part of lean_dojo's API that is used, in its documented shape."""
    packages = tmp_path_factory.mktemp("packages")
    (packages / "lean_dojo.py").write_text(TRACED)
    monkeypatch.syspath_prepend(packages)
    monkeypatch.delitem(sys.modules, "lean_dojo", raising=False)


@pytest.mark.usefixtures("lean_dojo")
def test_a_traced_repository_has_docstrings_from_its_sources(traced: Path) -> None:
    known, made = read_declarations(traced, "lean-dojo").declarations
    assert (known.name, known.docstring, known.line) == ("Num.add_comm", "Addition commutes.", 6)
    assert known.signature.endswith("(a b : α) : a + b = b + a")
    assert (made.name, made.signature, made.line) == ("Num.made", ": True", 7)


@pytest.mark.usefixtures("lean_dojo")
def test_what_lean_dojo_cannot_load_is_told_in_its_words(traced: Path) -> None:
    (traced / "fail").touch()
    with pytest.raises(SourcesUnusable, match=r"LeanDojo cannot load .* is not a Git repo"):
        read_declarations(traced, "lean-dojo")


def test_without_lean_dojo_it_says_how_to_get_it(
    traced: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "lean_dojo", None)
    with pytest.raises(SourcesUnusable, match=r"pip install 'lean-agent\[lean-dojo\]'"):
        read_declarations(traced, "lean-dojo")


def test_a_folder_that_is_not_traced_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourcesUnusable, match="is not traced"):
        read_declarations(tmp_path, "lean-dojo")


def test_a_folder_is_read_as_sources_unless_told_otherwise(traced: Path) -> None:
    assert [d.name for d in read_declarations(traced).declarations] == ["Num.add_comm"]
