"""A Lake project as a toolchain: what is read from it, and how its REPL is started."""

from __future__ import annotations

from pathlib import Path

import pytest
from lake_stand_in import Tools

from lean_agent.errors import UserError
from lean_agent.lean import lake
from lean_agent.lean.lake import LakeProject
from lean_agent.lean.protocol import Command
from lean_agent.lean.repl import LeanRepl
from lean_agent.lean.toolchain import find_toolchain

ANSWERS_WITH_ITS_LEAN_PATH = """
while sys.stdin.readline() and sys.stdin.readline():
    print(json.dumps({"env": 0, "messages": [{"severity": "info", "pos": {"line": 1, "column": 0},
        "endPos": None, "data": os.environ["LEAN_PATH"]}]}), end="\\n\\n", flush=True)
"""


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tools:
    tools = Tools(tmp_path)
    for name, value in tools.environment.items():
        monkeypatch.setenv(name, value)
    return tools


async def test_the_repl_runs_without_lake_in_the_environment_that_lake_makes(tools: Tools) -> None:
    tools.lake()
    repl = tools.repl(ANSWERS_WITH_ITS_LEAN_PATH)
    toolchain = find_toolchain("auto")
    assert toolchain.kind == "project"
    assert toolchain.argv == (str(repl),)
    assert toolchain.cwd == tools.project
    async with LeanRepl(toolchain) as process:
        answer = await process.run(Command(cmd="x"), timeout=30)
    mathlib = tools.project / ".lake/packages/mathlib/.lake/build/lib/lean"
    assert answer.messages[0].data.split(":")[0] == str(mathlib)
    assert len(tools.called("lake")) == 1


def test_the_version_names_lean_and_every_package(tools: Tools) -> None:
    tools.lake()
    tools.repl()
    tools.manifest({"mathlib": "0123456789abcdef0123", "mine": None})
    toolchain = find_toolchain(str(tools.project))
    assert toolchain.version == "leanprover/lean4:v4.32.0, mathlib 0123456789ab, mine local"
    assert toolchain.default_header == "import Mathlib"


def test_the_fingerprint_changes_with_what_the_version_does_not_pin(tools: Tools) -> None:
    local = tools.root / "local" / ".lake" / "build" / "lib" / "lean"
    tools.extra_lean_path = [str(local)]
    tools.lake()
    tools.repl()
    own = tools.project / ".lake/build/lib/lean"
    mathlib = tools.project / ".lake/packages/mathlib/.lake/build/lib/lean"

    def fingerprint() -> str:
        return find_toolchain().fingerprint

    seen = [fingerprint()]
    for place in (own, local):
        place.mkdir(parents=True)
        (place / "Mine.olean").write_bytes(b"one")
        assert fingerprint() not in seen
        seen.append(fingerprint())
        (place / "Mine.olean").write_bytes(b"other")
        assert fingerprint() not in seen
        seen.append(fingerprint())
    # Mathlib is pinned by its revision, and has thousands of modules.
    mathlib.mkdir(parents=True)
    (mathlib / "Mathlib.olean").write_bytes(b"one")
    assert fingerprint() == seen[-1]


def test_a_project_without_mathlib_has_no_header_of_its_own(tools: Tools) -> None:
    tools.lake()
    tools.repl()
    tools.manifest({"REPL": "0123456789abcdef0123"})
    assert find_toolchain(str(tools.project)).default_header == ""


def test_a_folder_that_is_no_project_is_a_user_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UserError, match="not a Lake project"):
        find_toolchain(str(tmp_path))
    monkeypatch.setenv("LEAN_AGENT_PROJECT", str(tmp_path))
    with pytest.raises(UserError, match="not a Lake project"):
        find_toolchain()


def test_what_a_project_lacks_is_named(tools: Tools) -> None:
    with pytest.raises(UserError, match="`lake` is not on the PATH"):
        find_toolchain()
    tools.lake()
    with pytest.raises(UserError, match="lake build repl"):
        find_toolchain()
    tools.repl()
    (tools.project / "lake-manifest.json").write_text("[")
    with pytest.raises(UserError, match="lake update"):
        find_toolchain()
    (tools.project / "lean-toolchain").unlink()
    with pytest.raises(UserError, match="has no lean-toolchain"):
        find_toolchain()


def test_a_lake_that_fails_or_hangs_is_a_user_error_with_its_own_words(
    tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools.repl()
    tools.lake("print('error: no such package', file=sys.stderr); sys.exit(1)")
    with pytest.raises(UserError, match=r"exit code 1\): error: no such package"):
        find_toolchain()
    tools.lake("print('{}')")
    with pytest.raises(UserError, match="it did not name LEAN_PATH and LEAN_SYSROOT"):
        find_toolchain()
    tools.lake("print(json.dumps({'LEAN_PATH': '/somewhere'}))")
    with pytest.raises(UserError, match="it did not name LEAN_PATH and LEAN_SYSROOT"):
        find_toolchain()
    monkeypatch.setattr(lake, "ENVIRONMENT_SECONDS", 0.5)
    tools.lake("import time; time.sleep(600)")
    with pytest.raises(UserError, match=r"not done after 0\.5 s: run `lean-agent setup`"):
        find_toolchain()


def test_a_projects_parts_are_found_without_running_anything(tools: Tools) -> None:
    project = LakeProject(tools.project)
    assert (project.pin, project.lean_version) == ("leanprover/lean4:v4.32.0", "4.32.0")
    assert project.elan_toolchain == tools.sysroot
    assert project.executable("safe_verify") is None
    assert project.executable("repl") is None
    repl = tools.repl(package="repl")
    assert project.executable("repl") == repl
    mathlib = tools.project / ".lake/packages/mathlib/.lake/build/lib/lean/Mathlib.olean"
    mathlib.parent.mkdir(parents=True)
    assert project.compiled("Mathlib") is None
    mathlib.touch()
    assert project.compiled("Mathlib") == mathlib
    assert tools.calls == []
