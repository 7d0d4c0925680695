"""`lean-agent setup`: the steps of lake in order, and what is said when one fails."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from command import lean_agent

STEPS = ["update", "exe cache get", "build", "build REPL/repl"]
LAKE = """#!/bin/sh
echo "$*" >> calls
[ "$*" != "$FAIL_AT" ] || { echo "lake says why" >&2; exit 1; }
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A Lake project, and beside it a `lake` that writes down how it was called."""
    folder, tools = tmp_path / "project", tmp_path / "bin"
    folder.mkdir()
    (folder / "lakefile.toml").touch()
    tools.mkdir()
    (tools / "lake").write_text(LAKE)
    (tools / "lake").chmod(0o755)
    return folder


def setup(project: Path, fail_at: str = "") -> subprocess.CompletedProcess[str]:
    path = f"{project.parent / 'bin'}{os.pathsep}{os.environ['PATH']}"
    elan = str(project.parent / "no-elan")
    return lean_agent("setup", project, env={"PATH": path, "ELAN_HOME": elan, "FAIL_AT": fail_at})


def calls(project: Path) -> list[str]:
    return (project / "calls").read_text().splitlines()


def test_setup_runs_the_steps_in_the_project_and_says_how_to_use_it(project: Path) -> None:
    done = setup(project)
    assert done.returncode == 0, done.stderr
    assert calls(project) == STEPS
    assert f"LEAN_AGENT_PROJECT={project}" in done.stderr


@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_fails_is_named_and_the_same_command_goes_on(project: Path, step: str) -> None:
    done = setup(project, fail_at=step)
    assert (done.returncode, done.stdout) == (2, "")
    assert calls(project) == STEPS[: STEPS.index(step) + 1]
    assert "lake says why" in done.stderr
    complaint = done.stderr.splitlines()[-1]
    assert complaint.startswith(f"lean-agent: `lake {step}` failed in {project}")
    assert "run `lean-agent setup` again" in complaint


def test_a_folder_without_a_lakefile_is_refused(tmp_path: Path) -> None:
    done = lean_agent("setup", tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"lean-agent: {tmp_path} is no Lake project: it has no lakefile.toml or lakefile.lean\n"
    )


def test_without_lake_and_without_a_network_it_says_what_to_do(project: Path) -> None:
    (project.parent / "bin" / "lake").unlink()
    nowhere = str(project.parent / "bin")
    # A proxy where nobody listens is a machine without a network.
    proxy = dict.fromkeys(("HTTPS_PROXY", "https_proxy"), "http://127.0.0.1:9")
    env = {"PATH": nowhere, "ELAN_HOME": nowhere, "NO_PROXY": "", "no_proxy": "", **proxy}
    done = lean_agent("setup", project, env=env)
    assert (done.returncode, done.stdout) == (2, "")
    complaint = done.stderr.splitlines()[-1]
    assert complaint.startswith("lean-agent: no `lake` here, and the elan installer cannot be")
    assert "--lean embedded" in complaint
