"""Declarations of a built Lake project: the records of our Lean script, from a stand-in `lake`.

There is no Lake project here, so the script itself is only put before Lean's own parser.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from lean_agent.lean.toolchain import Toolchain
from mathlib_index import Declaration
from mathlib_index.errors import SourcesUnusable
from mathlib_index.extract import Extraction
from mathlib_index.lake import SCRIPT, library_modules, parse_records
from mathlib_index.sources import read_declarations

DOCS = [
    {
        "line": 3,
        "text": "\n# Sums of numbers\n\n## Main results\n* `Num.add_comm`: order is free\n",
    },
    {"line": 20, "text": " ### Commutativity "},
]


def declared(name: str, kind: str = "theorem", line: int = 30, **fields: Any) -> dict[str, Any]:
    """A declaration's record; its command begins on the line before its name and has three."""
    return {
        "record": "declaration",
        "name": name,
        "kind": kind,
        "docstring": "",
        "signature": f"{name} : True",
        "body": [],
        "module": "Lib.Sums",
        "begin": [line - 1, 0],
        "end": [line + 1, 9],
        "name_begin": [line, 8],
        "deprecated": False,
        "private": False,
    } | fields


def module(*declarations: dict[str, Any], name: str = "Lib.Sums") -> list[dict[str, Any]]:
    return [{"record": "module", "module": name, "docs": DOCS}, *declarations]


def output(*records: dict[str, Any], modules: int = 1) -> str:
    start = {"record": "start", "lean": "4.32.0", "modules": modules}
    end = {"record": "end"}
    return "".join(json.dumps(record) + "\n" for record in (start, *records, end))


def read(*declarations: dict[str, Any]) -> list[Declaration]:
    extraction, missing = parse_records(output(*module(*declarations)).splitlines(keepends=True))
    assert missing == ""
    return extraction.declarations


def test_a_record_becomes_a_declaration() -> None:
    (found,) = read(
        declared(
            "Num.add_comm",
            docstring=" Addition commutes. ",
            signature="Num.add_comm.{u} {α : Type u}\n    [Num α] (a b : α) : a + b = b + a",
        )
    )
    assert found == Declaration(
        name="Num.add_comm",
        kind="theorem",
        docstring="Addition commutes.",
        signature="{α : Type u} [Num α] (a b : α) : a + b = b + a",
        module="Lib.Sums",
        file="Lib/Sums.lean",
        line=30,
        context="Sums of numbers › Commutativity",
        remark="order is free",
    )


@pytest.mark.parametrize(
    ("printed", "signature"),
    [
        ("f : Nat", ": Nat"),
        ("A.f' (n : Nat) : Nat", "(n : Nat) : Nat"),
        ("A.«term_+_» : Nat", ": Nat"),
        ("_root_.A.f.{u, v} {α : Type u} : α", "{α : Type u} : α"),
        ("f [Mul α] : α", "[Mul α] : α"),
        ("f ⦃x : α⦄ : x = x", "⦃x : α⦄ : x = x"),
    ],
)
def test_the_signature_begins_behind_the_printed_name(printed: str, signature: str) -> None:
    (found,) = read(declared("f", signature=printed))
    assert found.signature == signature


def test_declarations_come_in_the_order_of_their_lines() -> None:
    assert [d.name for d in read(declared("b", line=9), declared("a", line=4))] == ["a", "b"]


def test_what_an_attribute_made_knows_from_what() -> None:
    """Lean puts `add_comm` at the attribute within `@[to_additive, simp] theorem mul_comm`."""
    attribute = {"begin": [40, 2], "end": [40, 13], "name_begin": [40, 2]}
    found = read(
        declared("before", line=36),
        declared("add_comm", **attribute),
        declared("mul_comm", begin=[40, 0], end=[42, 20], name_begin=[41, 8]),
        declared("mul_comm.helper", begin=[42, 4], end=[42, 15], name_begin=[42, 4]),
        declared("after", line=50),
    )
    made = {d.name: (d.generated_from, d.line) for d in found}
    assert made == {
        "before": ("", 36),
        "add_comm": ("mul_comm", 41),
        "mul_comm": ("", 41),
        "mul_comm.helper": ("", 42),
        "after": ("", 50),
    }


@pytest.mark.parametrize(
    ("kind", "printed", "body"),
    [
        ("def", ["fun n =>\n  n + 1"], "fun n => n + 1"),
        ("def", ["Nat.brecOn n fun n f => f"], ""),  # how Lean compiles a recursion
        ("theorem", [], ""),
        ("inductive", ["T.one : T", "T.two (n : Nat) :\n  T"], "one : T | two (n : Nat) : T"),
        ("structure", ["T.mk (one : Nat) (two : one = 1) : T"], "(one : Nat) (two : one = 1) : T"),
    ],
)
def test_the_body_says_what_it_stands_for(kind: str, printed: list[str], body: str) -> None:
    assert read(declared("T", kind, body=printed))[0].body == body


def test_a_long_body_is_cut() -> None:
    body = read(declared("f", "def", body=["x + " * 1000]))[0].body
    assert len(body) == 400 and body.endswith("…")


def test_deprecated_and_private_are_marked() -> None:
    found = read(declared("a", deprecated=True), declared("b", private=True, line=40))
    assert [(d.deprecated, d.private) for d in found] == [(True, False), (False, True)]


def test_a_constant_that_lean_cannot_print_costs_a_warning() -> None:
    failure = {"record": "failure", "name": "bad", "reason": "deep recursion"}
    text = output(*module(declared("good")), failure)
    extraction, _ = parse_records(text.splitlines(keepends=True))
    assert [d.name for d in extraction.declarations] == ["good"]
    assert extraction.warnings == ["bad was left out: deep recursion"]


LAKEFILE = 'name = "lib"\n[[lean_lib]]\nname = "Lib"\n'


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Lake project, and a folder for a `lake` at the front of PATH."""
    folder = tmp_path / "project"
    (tmp_path / "bin").mkdir()
    folder.mkdir()
    (folder / "lakefile.toml").write_text(LAKEFILE)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    return folder


def put_lake(project: Path, script: str) -> None:
    """A `lake` that writes down how it was called and goes on with `script`."""
    lake = project.parent / "bin" / "lake"
    lake.write_text(f'#!/bin/sh\necho "$PWD: $*" >> {project.parent}/calls\n{script}\n')
    lake.chmod(0o755)


def prints(project: Path, text: str, then: str = "") -> None:
    (project.parent / "output").write_text(text)
    put_lake(project, f"cat {project.parent}/output\n{then}")


def read_project(project: Path, seen: list[tuple[int, int]] | None = None) -> Extraction:
    reports = [] if seen is None else seen
    return read_declarations(project, "lake", lambda done, total: reports.append((done, total)))


def test_lake_runs_our_script_in_the_project(project: Path) -> None:
    prints(
        project,
        output(*module(declared("a")), *module(declared("b"), name="Lib.More"), modules=2),
        then="echo 'info: noise' >&2",
    )
    seen: list[tuple[int, int]] = []
    found = read_project(project, seen)
    assert [d.name for d in found.declarations] == ["a", "b"]
    assert (found.files, seen) == (2, [(1, 2), (2, 2)])
    calls = (project.parent / "calls").read_text()
    assert calls == f"{project}: env lean --run {SCRIPT} Lib\n"


def test_much_noise_on_standard_error_does_not_block_it(project: Path) -> None:
    prints(project, output(*module(declared("a"))))
    noise = "yes 'warning: something' | head -n 100000 >&2"
    put_lake(project, f"{noise}\ncat {project.parent}/output")
    assert len(read_project(project).declarations) == 1


def test_a_failure_is_told_with_leans_last_words(project: Path) -> None:
    put_lake(
        project,
        "echo 'uncaught exception: unknown module prefix Lib' >&2\n"
        "echo \"No directory 'Lib' or file 'Lib.olean' in the search path\" >&2\nexit 1",
    )
    with pytest.raises(SourcesUnusable) as caught:
        read_project(project)
    complaint = str(caught.value)
    assert f"could not list the declarations of Lib in {project} (exit code 1)" in complaint
    assert "run `lake build` there" in complaint
    assert complaint.endswith("'Lib.olean' in the search path")


def test_only_the_last_lines_of_a_long_failure_are_told(project: Path) -> None:
    put_lake(project, "seq 1 1000 >&2\nexit 3")
    with pytest.raises(SourcesUnusable) as caught:
        read_project(project)
    assert str(caught.value).split("\n  ")[1:] == [str(n) for n in range(993, 1001)]


def test_a_failure_after_all_records_is_a_failure(project: Path) -> None:
    prints(project, output(*module(declared("a"))), then="exit 1")
    with pytest.raises(SourcesUnusable, match="exit code 1"):
        read_project(project)


@pytest.mark.parametrize(
    ("keep", "why"),
    [
        (-5, "breaks off in line 4"),
        (len(output(modules=1).splitlines(keepends=True)[0]), "has no end"),
        (0, "has no end"),
    ],
)
def test_output_that_breaks_off_is_a_failure(project: Path, keep: int, why: str) -> None:
    prints(project, output(*module(declared("a")))[:keep])
    with pytest.raises(SourcesUnusable, match=why):
        read_project(project)


def test_something_else_in_the_output_is_named_and_lake_is_ended(project: Path) -> None:
    prints(project, "Hello from an initializer\n", then="sleep 600")
    started = time.monotonic()
    with pytest.raises(SourcesUnusable, match=r"line 1 .*'Hello from an initializer'"):
        read_project(project)
    assert time.monotonic() - started < 300


def test_without_lake_it_says_where_to_get_it(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(project))
    monkeypatch.setenv("ELAN_HOME", str(project))
    with pytest.raises(SourcesUnusable, match="`lake` is not on the PATH"):
        read_project(project)


def test_elan_need_not_be_on_the_path(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prints(project, output(*module(declared("a"))))
    elan = project.parent / "elan"
    elan.mkdir()
    (project.parent / "bin").rename(elan / "bin")
    monkeypatch.setenv("ELAN_HOME", str(elan))
    assert len(read_project(project).declarations) == 1


def test_a_folder_without_a_lakefile_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourcesUnusable, match="is no Lake project"):
        read_project(tmp_path)


@pytest.mark.parametrize(
    ("lakefile", "text", "modules"),
    [
        ("lakefile.toml", LAKEFILE, ["Lib"]),
        ("lakefile.toml", LAKEFILE + '[[lean_lib]]\nname = "Tests"\n', ["Lib", "Tests"]),
        (
            "lakefile.toml",
            'defaultTargets = ["Lib"]\n' + LAKEFILE + '[[lean_lib]]\nname = "Tests"\n',
            ["Lib"],
        ),
        ("lakefile.toml", LAKEFILE + 'roots = ["Lib.A", "Lib.B"]\n', ["Lib.A", "Lib.B"]),
        (
            "lakefile.lean",
            "import Lake\nopen Lake DSL\npackage lib where\n\n"
            "@[default_target]\nlean_lib Lib where\n  roots := #[`Lib]\n\nlean_lib Tests\n",
            ["Lib"],
        ),
        ("lakefile.lean", "package «my-lib»\nlean_lib «MyLib»\n", ["MyLib"]),
    ],
)
def test_default_targets_say_what_to_import(
    tmp_path: Path, lakefile: str, text: str, modules: list[str]
) -> None:
    (tmp_path / lakefile).write_text(text)
    assert library_modules(tmp_path) == modules


@pytest.mark.parametrize(
    ("text", "why"), [("name = ", "cannot read"), ('name = "x"\n', "declares no lean_lib")]
)
def test_a_lakefile_of_no_use_is_named(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "lakefile.toml").write_text(text)
    with pytest.raises(SourcesUnusable, match=why):
        library_modules(tmp_path)


def test_lean_can_parse_the_script(toolchain: Toolchain, tmp_path: Path) -> None:
    """The embedded Lean has no module `Lean`, so names stay unknown, but its parser is whole."""
    text = SCRIPT.read_text().replace("import Lean\n", "\n", 1)
    broken = tmp_path / "script.lean"
    broken.write_text(f"{text}\n#eval (\n")
    done = subprocess.run(
        [sys.executable, "-m", "lean_agent.lean.native", str(broken)],
        env=dict(toolchain.env),
        capture_output=True,
        text=True,
    )
    (complaint,) = (line for line in done.stdout.splitlines() if "unexpected" in line)
    last_line = text.count("\n") + 3
    assert f"script.lean:{last_line}:0: error: unexpected end of input" in complaint
