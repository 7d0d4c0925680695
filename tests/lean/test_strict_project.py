"""Strict checks in a Lake project: which tool is taken, how it is called, what its words mean.

`lean` is the embedded Lean, so what these checks compile is compiled by a real one. The tools
that judge it need a whole toolchain: here they are stand-ins that read the compiled modules,
answer in the tools' own words, and are called exactly as the tools are documented to be.
"""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hostile_lean import write_file
from lake_stand_in import READS_MODULES, Tools
from process_table import wait_until

from lean_agent.lean import embedded, native, sandbox
from lean_agent.lean.goal import StatementError
from lean_agent.lean.limits import ProcessLimits
from lean_agent.lean.repl import ReplCrash, ReplKilled, ReplOutOfMemory, ReplTimeout
from lean_agent.lean.strict.base import Confirmation
from lean_agent.lean.strict.find import find_strict
from lean_agent.lean.strict.untrusted_file import read_untrusted
from lean_agent.lean.toolchain import Toolchain
from lean_agent.problem import Problem
from lean_agent.try_project import try_project

SWAP = Problem(id="swap", statement="theorem swap (a b : Prop) (h : a ∧ b) : b ∧ a")
PROOF = "theorem swap (a b : Prop) (h : a ∧ b) : b ∧ a := ⟨h.2, h.1⟩"

LEANEXPORT = f"""{READS_MODULES}
flag, module, dashes, theorem, *others = sys.argv[1:]
assert flag == "--ignore-missing" and dashes == "--" and "Nat.gcd" in others, sys.argv
print(json.dumps(statement_and_axioms(module, theorem)))
"""
# The words and exit codes are those of Lake's Check.lean and its module Compare.
LAKE = """
assert sys.argv[1] == "comparator", sys.argv
options = dict(zip(sys.argv[2::2], sys.argv[3::2]))
config = json.load(open(options["--config"]))
asked, _ = json.load(open(options["--challenge-from-export"]))
given, axioms = json.load(open(options["--solution-from-export"]))
name = config["theorem_names"][0]
if not given:
    sys.exit("error: Const not found in solution: '" + name + "'")
if asked != given:
    sys.exit("error: Challenge and solution theorem statement do not match: '" + name + "'")
for axiom in axioms:
    if axiom not in config["permitted_axioms"]:
        sys.exit("error: Illegal axiom detected: '" + axiom + "'")
print("Running Lean default kernel on solution")
print("Lean default kernel accepts the solution")
print("Your solution is okay!")
"""
REPLAY_REFUSES = """
print("leanchecker found a problem in LeanAgentSolution", file=sys.stderr)
sys.exit("uncaught exception: (kernel) declaration type mismatch, 'lie' has type")
"""
SAFE_VERIFY_REFUSES = """
print("Found a problem in", sys.argv[2], "with declaration swap: theorem type mismatch",
      file=sys.stderr)
sys.exit("uncaught exception: SafeVerify check failed.")
"""


@pytest.fixture
def tools(tmp_path: Path, toolchain: Toolchain) -> Tools:
    """A toolchain whose `lean` is the embedded one; the others are given by each test."""
    tools = Tools(tmp_path)
    tools.real_lean(toolchain.env["LEAN_PATH"])
    return tools


class Confined:
    """What was started in the sandbox: programs with their arguments and LEAN_PATH."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, list[str], str]] = []

    def called(self, program: str) -> list[list[str]]:
        return [arguments for name, arguments, _ in self.calls if name == program]


@pytest.fixture
def confined(monkeypatch: pytest.MonkeyPatch) -> Confined:
    """The calls that go through the sandbox, noted on their way into it."""
    noted, confine = Confined(), sandbox.confine

    def note(argv: Sequence[str], env: Mapping[str, str], *rest: Any) -> sandbox.Launch:
        noted.calls.append((Path(argv[0]).name, list(argv[1:]), env["LEAN_PATH"]))
        return confine(argv, env, *rest)

    monkeypatch.setattr(sandbox, "confine", note)
    return noted


def left_behind(tools: Tools) -> tuple[set[Path], dict[Path, int]]:
    """The folders that checks work in, and the times of all that is in the project."""
    folders = set(Path(tempfile.gettempdir()).glob("lean-agent-strict-*"))
    return folders, {path: path.stat().st_mtime_ns for path in tools.project.rglob("*")}


def project(tools: Tools, toolchain: Toolchain) -> Toolchain:
    """The project of the stand-ins, as `find_toolchain` describes one; its Lean is embedded."""
    library = toolchain.env["LEAN_PATH"]
    wheel = native.library_folder()
    assert wheel is not None
    environment = embedded.python_environment()
    return Toolchain(
        kind="project",
        argv=("/no/repl",),
        version="leanprover/lean4:v4.32.0, mathlib 0123456789ab",
        cwd=tools.project,
        env={**environment, "LEAN_PATH": library, "LEAN_SYSROOT": str(tools.sysroot)},
        readable=(tools.root, Path(library), wheel),
        library_mib=toolchain.library_mib,
    )


async def confirm(
    tools: Tools, toolchain: Toolchain, code: str, problem: Problem = SWAP, seconds: float = 60
) -> Confirmation:
    """What the project's strict check says. It leaves nothing behind."""
    checker = find_strict(project(tools, toolchain), ProcessLimits())
    assert checker is not None
    before = left_behind(tools)
    try:
        return await checker.confirm(problem, code, seconds)
    finally:
        assert left_behind(tools) == before


def test_the_best_tool_is_taken_and_named(tools: Tools, toolchain: Toolchain) -> None:
    def name() -> str | None:
        found = find_strict(project(tools, toolchain), ProcessLimits())
        return found.name if found else None

    lean = "(leanprover/lean4:v4.32.0)"
    assert name() is None
    tools.built("safe_verify", package="SafeVerify")
    assert name() == f"SafeVerify {lean}"
    tools.built("lean4checker", package="lean4checker")
    assert name() == f"lean4checker {lean}"
    tools.bundled("leanchecker")
    assert name() == f"leanchecker {lean}"
    tools.bundled("leanexport")
    assert name() == f"lake comparator {lean}"
    tools.bundled("nanoda_bin")
    assert name() == f"lake comparator with nanoda {lean}"


def comparator(tools: Tools) -> None:
    tools.bundled("leanexport", LEANEXPORT)
    tools.bundled("lake", LAKE)


def leanchecker(tools: Tools) -> None:
    tools.bundled("leanchecker")


JUDGES_OF_DATA = pytest.mark.parametrize("tool", [comparator, leanchecker])


@JUDGES_OF_DATA
@pytest.mark.parametrize(
    "code",
    [
        PROOF,
        # The same by definition, with a helper, in another form.
        "theorem help (a b : Prop) : a ∧ b → b ∧ a := fun h => ⟨h.2, h.1⟩\n"
        "theorem swap : ∀ a b : Prop, a ∧ b → And b a := help",
        "section\nvariable (a b : Prop)\n"
        "theorem swap (h : a ∧ b) : b ∧ a := And.intro h.2 h.1\nend",
    ],
)
async def test_a_proof_of_what_was_asked_is_confirmed(
    tools: Tools, toolchain: Toolchain, tool: object, code: str
) -> None:
    assert callable(tool)
    tool(tools)
    found = await confirm(tools, toolchain, code)
    assert found.confirmed, found.detail


@JUDGES_OF_DATA
@pytest.mark.parametrize(
    "code",
    [
        "theorem swap (a b : Prop) (h : a ∧ b) : b ∧ a := sorry",
        "axiom cheat (p : Prop) : p\ntheorem swap (a b : Prop) (h : a ∧ b) : b ∧ a := cheat _",
        "theorem swap (a b : Prop) (h : a ∧ b) : a ∧ b := h",
        "theorem swap (a b : Prop) (h : a ∧ b) (_ : b) : b ∧ a := ⟨h.2, h.1⟩",
        "theorem other : True := trivial",
        # By itself it is no such proof: Lean would go from one to the other for us.
        "abbrev swap (a b : Prop) (h : a ∧ b) : b ∧ a := ⟨h.2, h.1⟩",
        "private theorem swap (a b : Prop) (h : a ∧ b) : b ∧ a := ⟨h.2, h.1⟩",
        "theorem swap (a b : Prop) (h : a ∧ b) : b ∧ a := ⟨h.2, h.1⟩\n"
        "theorem unfinished : 1 = 2 := sorry",
        # What comes after it is read otherwise: the judged theorem is about something else.
        "theorem swap : True := trivial\nmacro_rules | `(type_of% $_) => `(True)",
        "theorem swap : True := trivial\nend _candidate\n#exit",
    ],
)
async def test_what_proves_something_else_or_nothing_is_not_confirmed(
    tools: Tools, toolchain: Toolchain, tool: object, code: str
) -> None:
    assert callable(tool)
    tool(tools)
    assert not (await confirm(tools, toolchain, code)).confirmed


OWN_SYNTAX = f'local notation "it" => And\n{PROOF}'


def safe_verify(tools: Tools) -> None:
    tools.built("safe_verify", "SafeVerify", "print('SafeVerify check passed.', file=sys.stderr)")


@pytest.mark.parametrize("tool", [leanchecker, safe_verify])
async def test_only_comparator_judges_what_may_run_programs_while_it_is_compiled(
    tools: Tools, toolchain: Toolchain, tool: Callable[[Tools], None]
) -> None:
    tool(tools)
    assert (await confirm(tools, toolchain, PROOF)).confirmed
    found = await confirm(tools, toolchain, OWN_SYNTAX)
    assert not found.confirmed
    assert "only `lake comparator`" in found.detail and "`notation`" in found.detail
    comparator(tools)
    assert (await confirm(tools, toolchain, OWN_SYNTAX)).confirmed


async def test_of_what_a_candidate_writes_the_tools_see_the_compiled_module_alone(
    tools: Tools, toolchain: Toolchain
) -> None:
    comparator(tools)
    alone = "for place in os.environ['LEAN_PATH'].split(':')[:2]:\n"
    alone += "    assert os.listdir(place) == [os.path.basename(place) + '.olean'], place\n"
    tools.bundled("leanexport", alone + LEANEXPORT)
    planted = write_file("Evil.olean")
    found = await confirm(tools, toolchain, f"{planted}\n{PROOF}")
    assert found.confirmed, found.detail


async def test_a_module_that_imports_more_than_the_problem_is_not_confirmed(
    tools: Tools, toolchain: Toolchain
) -> None:
    leanchecker(tools)
    imports_more = """
if sys.argv[-1] == "LeanAgentSolution.lean":
    text = open(sys.argv[-1]).read()
    os.unlink(sys.argv[-1])
    print("import Core\\n" + text, file=open(sys.argv[-1], "w"))
"""
    tools.real_lean(toolchain.env["LEAN_PATH"], first=imports_more)
    found = await confirm(tools, toolchain, PROOF)
    assert not found.confirmed
    assert found.detail == "the compiled proof does not import what the problem does"


def test_what_is_no_plain_file_is_not_read(tmp_path: Path) -> None:
    file, link, pipe = (tmp_path / name for name in ("file", "link", "pipe"))
    file.write_bytes(b"12345")
    link.symlink_to(file)
    os.mkfifo(pipe)
    assert read_untrusted(file, 5) == b"12345"
    for path in (link, pipe, tmp_path, tmp_path / "none"):
        assert read_untrusted(path, 5) == b""
    assert read_untrusted(file, 4) == b""


@JUDGES_OF_DATA
async def test_the_axioms_of_a_proof_are_listed(
    tools: Tools, toolchain: Toolchain, tool: object
) -> None:
    assert callable(tool)
    tool(tools)
    problem = Problem(id="ext", statement="theorem ext (a b : Prop) (h : a ↔ b) : a = b")
    found = await confirm(tools, toolchain, f"{problem.statement} := propext h", problem)
    assert (found.confirmed, found.axioms) == (True, ("propext",))
    cheat = f"axiom cheat (p : Prop) : p\n{problem.statement} := cheat _"
    found = await confirm(tools, toolchain, cheat, problem)
    assert not found.confirmed
    assert "cheat" in found.detail


async def test_names_may_have_parts_universes_and_the_headers_namespace(
    tools: Tools, toolchain: Toolchain
) -> None:
    leanchecker(tools)
    problem = Problem(
        id="id",
        header="namespace Outer\ndef twice (n : Nat) : Nat := n + n",
        statement="theorem Inner.same.{u} (α : Sort u) (x : α) (n : Nat) : x = x ∧ twice n = n + n",
    )
    code = (
        "theorem Inner.same.{v} (α : Sort v) (x : α) (n : Nat) : x = x ∧ twice n = n + n "
        ":= ⟨rfl, rfl⟩"
    )
    found = await confirm(tools, toolchain, code, problem)
    assert found.confirmed, found.detail


async def test_a_definition_is_confirmed_when_it_has_the_type_that_was_asked_for(
    tools: Tools, toolchain: Toolchain
) -> None:
    leanchecker(tools)
    problem = Problem(id="pick", statement="def pick (a b : Nat) : Nat")
    assert (await confirm(tools, toolchain, "def pick (a b : Nat) : Nat := a", problem)).confirmed
    wrong = "def pick (a b : Nat) : Bool := true"
    assert not (await confirm(tools, toolchain, wrong, problem)).confirmed


async def test_a_broken_problem_is_told_from_a_broken_proof(
    tools: Tools, toolchain: Toolchain
) -> None:
    leanchecker(tools)
    broken = Problem(id="x", statement="theorem x : NoSuchThing")
    with pytest.raises(StatementError, match="NoSuchThing"):
        await confirm(tools, toolchain, "theorem x : True := trivial", broken)
    found = await confirm(tools, toolchain, "theorem swap : True := nonsense")
    assert not found.confirmed
    assert "nonsense" in found.detail


async def test_comparator_is_called_as_lake_documents_it(
    tools: Tools, toolchain: Toolchain, confined: Confined
) -> None:
    comparator(tools)
    tools.bundled("nanoda_bin")
    kept = tools.root / "config.json"
    tools.bundled("lake", f"open({str(kept)!r}, 'w').write(open(sys.argv[3]).read())\n{LAKE}")
    assert (await confirm(tools, toolchain, PROOF)).confirmed
    exports = confined.called("leanexport")
    assert [call[:3] for call in exports] == [
        ["--ignore-missing", "LeanAgentChallenge", "--"],
        ["--ignore-missing", "LeanAgentSolution", "--"],
    ]
    config = json.loads(kept.read_text())
    judged = config.pop("theorem_names")
    assert config == {
        "challenge_module": "LeanAgentChallenge",
        "solution_module": "LeanAgentSolution",
        "permitted_axioms": ["Classical.choice", "Quot.sound", "propext"],
        "enable_nanoda": True,
    }
    assert exports[0][3] == judged[0]
    (called,) = tools.called("lake")
    assert [word for word in called if word[:2] == "--"][:3] == [
        "--config",
        "--challenge-from-export",
        "--solution-from-export",
    ]
    boxed = sandbox.find().kind == "bubblewrap"
    assert ("--inadvisably-no-sandbox" in called) is not boxed
    # Lake has nothing to build, and is not in the project.
    assert all(call.folder != str(tools.project) for call in tools.calls)


async def test_comparator_has_limits_and_none_of_the_environments_secrets(
    tools: Tools, toolchain: Toolchain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "sesame")
    comparator(tools)
    tools.bundled(
        "lake",
        "import resource\n"
        "for name in ('DATA', 'AS', 'NPROC', 'NOFILE', 'FSIZE', 'CPU'):\n"
        "    limit, _ = resource.getrlimit(getattr(resource, f'RLIMIT_{name}'))\n"
        "    assert limit != resource.RLIM_INFINITY, name\n"
        f"assert 'SECRET_TOKEN' not in os.environ\n{LAKE}",
    )
    assert (await confirm(tools, toolchain, PROOF)).confirmed


@JUDGES_OF_DATA
async def test_without_bubblewrap_the_tools_run_within_limits(
    tools: Tools, toolchain: Toolchain, tool: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert callable(tool)
    tool(tools)
    monkeypatch.setattr(sandbox, "find", lambda: sandbox.Sandbox("limits", "not here"))
    assert (await confirm(tools, toolchain, PROOF)).confirmed
    lie = PROOF.replace("⟨h.2, h.1⟩", "sorry")
    assert not (await confirm(tools, toolchain, lie)).confirmed
    assert all("--inadvisably-no-sandbox" in call for call in tools.called("lake"))


async def test_leanchecker_gets_the_module_and_the_judge_both(
    tools: Tools, toolchain: Toolchain, confined: Confined
) -> None:
    leanchecker(tools)
    assert (await confirm(tools, toolchain, PROOF)).confirmed
    assert confined.called("leanchecker") == [["LeanAgentSolution"]]
    judge = confined.called("lean")[-1]
    assert (judge[0], Path(judge[1]).name) == ("--run", "Judge.lean")
    assert judge[2:4] == ["LeanAgentChallenge", "LeanAgentSolution"]
    assert judge[5] == "swap"
    path = next(path for program, _, path in confined.calls if program == "leanchecker")
    modules = [Path(folder).name for folder in path.split(os.pathsep)[:2]]
    assert modules == ["LeanAgentChallenge", "LeanAgentSolution"]


async def test_what_the_kernel_does_not_replay_is_not_confirmed(
    tools: Tools, toolchain: Toolchain
) -> None:
    tools.bundled("leanchecker", REPLAY_REFUSES)
    found = await confirm(tools, toolchain, PROOF)
    assert not found.confirmed
    assert found.detail == "leanchecker: leanchecker found a problem in LeanAgentSolution"


async def test_safe_verify_gets_problem_and_candidate_as_they_are_written(
    tools: Tools, toolchain: Toolchain, confined: Confined
) -> None:
    safe_verify(tools)
    assert (await confirm(tools, toolchain, PROOF)).confirmed
    (called,) = confined.called("safe_verify")
    names = ["LeanAgentChallenge.olean", "LeanAgentSolution.olean"]
    assert [Path(file).name for file in called] == names
    tools.built("safe_verify", "SafeVerify", SAFE_VERIFY_REFUSES)
    found = await confirm(tools, toolchain, PROOF)
    assert not found.confirmed
    assert found.detail.endswith("with declaration swap: theorem type mismatch")


@pytest.mark.parametrize(
    ("script", "error", "words"),
    [
        ("sys.exit('cannot open shared object file')", ReplCrash, "shared object file"),
        ("os.kill(os.getpid(), 9)", ReplKilled, "leanchecker ended with status"),
        ("sys.exit('INTERNAL PANIC: out of memory')", ReplOutOfMemory, "ran out of memory"),
    ],
)
async def test_a_tool_that_falls_over_has_said_nothing(
    tools: Tools, toolchain: Toolchain, script: str, error: type[Exception], words: str
) -> None:
    tools.bundled("leanchecker", script)
    with pytest.raises(error, match=words):
        await confirm(tools, toolchain, PROOF)


async def test_comparator_that_cannot_start_has_said_nothing(
    tools: Tools, toolchain: Toolchain
) -> None:
    comparator(tools)
    tools.bundled("lake", "print('error: needs `git` on PATH', file=sys.stderr); sys.exit(2)")
    with pytest.raises(ReplCrash, match="needs `git` on PATH"):
        await confirm(tools, toolchain, PROOF)
    tools.bundled("lake", "print('nothing of note')")
    with pytest.raises(ReplCrash, match="gave no verdict"):
        await confirm(tools, toolchain, PROOF)


async def test_a_proof_that_takes_too_long_is_stopped(tools: Tools, toolchain: Toolchain) -> None:
    leanchecker(tools)
    endless = "theorem swap (a b : Prop) (h : a ∧ b) : b ∧ a := by repeat skip"
    with pytest.raises(ReplTimeout, match="lean was not done"):
        await confirm(tools, toolchain, endless, seconds=1)


async def test_a_cancelled_check_leaves_no_process_and_no_folder(
    tools: Tools, toolchain: Toolchain, confined: Confined
) -> None:
    tools.bundled("leanchecker", "import time\ntime.sleep(600)")
    check = asyncio.create_task(confirm(tools, toolchain, PROOF))
    await until(lambda: bool(confined.called("leanchecker")) and processes_of(tools) != [])
    check.cancel()
    with pytest.raises(asyncio.CancelledError):
        await check
    await until(lambda: processes_of(tools) == [])


def processes_of(tools: Tools) -> list[str]:
    """The command lines of the processes that run a program of the stand-ins."""
    lines = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            lines.append(file.read_text(errors="replace"))
    return [line for line in lines if str(tools.sysroot) in line]


async def until(condition: Callable[[], bool]) -> None:
    """Wait for a condition without holding up the event loop."""
    await asyncio.to_thread(wait_until, condition)


ON_A_REAL_PROJECT = pytest.mark.parametrize("any_toolchain", ["project"], indirect=True)


@ON_A_REAL_PROJECT
@pytest.mark.parametrize(
    ("code", "confirmed"),
    [
        (PROOF, True),
        ("theorem swap : ∀ a b : Prop, a ∧ b → And b a := fun _ _ h => ⟨h.2, h.1⟩", True),
        (PROOF.replace("⟨h.2, h.1⟩", "sorry"), False),
        ("theorem swap : True := trivial\nmacro_rules | `(type_of% $_) => `(True)", False),
        (
            "theorem swap : True := trivial\n"
            'macro "theorem" n:ident ":" t:term ":=" p:term : command => `(axiom $n : $t)',
            False,
        ),
    ],
)
async def test_the_strict_check_of_a_real_project(
    any_toolchain: Toolchain, code: str, confirmed: bool
) -> None:
    checker = find_strict(any_toolchain, ProcessLimits())
    assert checker is not None, "this project has none: `lean-agent doctor` says how to get one"
    problem = SWAP.model_copy(update={"header": any_toolchain.default_header})
    found = await checker.confirm(problem, code, seconds=60)
    assert found.confirmed is confirmed, found.detail


@ON_A_REAL_PROJECT
async def test_the_trial_that_setup_ends_with_passes_on_a_real_project(
    any_toolchain: Toolchain,
) -> None:
    assert any_toolchain.cwd is not None
    assert "so does the strict check" in await try_project(any_toolchain.cwd)
