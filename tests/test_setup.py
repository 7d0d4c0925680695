"""`lean-agent setup`: the steps of lake in order, a trial at the end, and what is said of failures.

Lake and elan are stand-ins; the Lean that the trial checks with is the embedded one.
"""

from __future__ import annotations

import subprocess
import tomllib
from pathlib import Path

import pytest
from command import lean_agent
from lake_stand_in import Tools

from lean_agent.lean.lake import LakeProject
from lean_agent.lean.toolchain import Toolchain
from lean_agent.setup_project import LAKE_PROJECT

STEPS = ["update", "exe cache get", "build", "build REPL/repl"]
FAILS = """
if " ".join(sys.argv[1:]) == {step!r}:
    sys.exit("lake says why")
"""


@pytest.fixture
def tools(tmp_path: Path, toolchain: Toolchain) -> Tools:
    """A Lake project as it is after its build, with the embedded Lean in place of its own."""
    tools = Tools(tmp_path)
    tools.real_lean(toolchain.env["LEAN_PATH"])
    tools.manifest({"REPL": "0123456789abcdef0123"})
    tools.bundled("leanchecker")
    tools.lake()
    return tools


def setup(tools: Tools) -> subprocess.CompletedProcess[str]:
    return lean_agent("setup", tools.project, env=tools.environment)


def steps(tools: Tools) -> list[str]:
    """What lake was asked to do, without the question for its environment."""
    called = [" ".join(arguments) for arguments in tools.called("lake")]
    return [call for call in called if not call.startswith("env ")]


def test_setup_runs_the_steps_tries_the_result_and_says_how_to_use_it(tools: Tools) -> None:
    done = setup(tools)
    assert done.returncode == 0, done.stderr
    assert steps(tools) == STEPS
    strict = "leanchecker (leanprover/lean4:v4.32.0)"
    assert f"It tells them apart, and so does the strict check: {strict}" in done.stderr
    assert f"LEAN_AGENT_PROJECT={tools.project}" in done.stderr


@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_fails_is_named_and_the_same_command_goes_on(tools: Tools, step: str) -> None:
    tools.lake(FAILS.format(step=step))
    done = setup(tools)
    assert (done.returncode, done.stdout) == (2, "")
    assert steps(tools) == STEPS[: STEPS.index(step) + 1]
    assert "lake says why" in done.stderr
    complaint = done.stderr.splitlines()[-1]
    assert complaint.startswith(f"lean-agent: `lake {step}` failed in {tools.project}")
    assert "run `lean-agent setup` again" in complaint


def test_a_project_without_a_strict_tool_is_ready_and_says_so(tools: Tools) -> None:
    (tools.sysroot / "bin" / "leanchecker").unlink()
    done = setup(tools)
    assert done.returncode == 0, done.stderr
    assert "There is no strict check" in done.stderr


@pytest.mark.parametrize(
    ("leanchecker", "complaint"),
    [
        ("sys.exit('cannot open shared object file')", "does not check as it should"),
        ("print('leanchecker found a problem in X'); sys.exit(1)", "leanchecker found a problem"),
    ],
)
def test_a_strict_tool_that_does_not_work_is_found_by_the_trial(
    tools: Tools, leanchecker: str, complaint: str
) -> None:
    tools.bundled("leanchecker", leanchecker)
    done = setup(tools)
    assert (done.returncode, done.stdout) == (2, "")
    assert complaint in done.stderr.splitlines()[-1]


def test_our_own_project_is_pinned_to_one_release_that_brings_a_strict_check() -> None:
    project = LakeProject(LAKE_PROJECT)
    lakefile = tomllib.loads((LAKE_PROJECT / "lakefile.toml").read_text())
    pins = {package["rev"] for package in lakefile["require"]}
    assert pins == {f"v{project.lean_version}"}
    assert project.lean_version is not None
    assert tuple(map(int, project.lean_version.split("."))) >= (4, 28, 0)  # leanchecker


def test_a_folder_without_a_lakefile_is_refused(tmp_path: Path) -> None:
    done = lean_agent("setup", tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"lean-agent: {tmp_path} is no Lake project: it has no lakefile.toml or lakefile.lean\n"
    )


def test_without_lake_and_without_a_network_it_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "lakefile.toml").touch()
    nowhere = str(tmp_path)
    # A proxy where nobody listens is a machine without a network.
    proxy = dict.fromkeys(("HTTPS_PROXY", "https_proxy"), "http://127.0.0.1:9")
    env = {"PATH": nowhere, "ELAN_HOME": nowhere, "NO_PROXY": "", "no_proxy": "", **proxy}
    done = lean_agent("setup", tmp_path, env=env)
    assert (done.returncode, done.stdout) == (2, "")
    complaint = done.stderr.splitlines()[-1]
    assert complaint.startswith("lean-agent: no `lake` here, and the elan installer cannot be")
    assert "--lean embedded" in complaint
