"""What the files around the code promise: commands, extras, images, and a quick start."""

from __future__ import annotations

import importlib
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = set(PROJECT["optional-dependencies"])
DOCKERFILES = sorted((ROOT / "docker").glob("*.Dockerfile"))
LEAN_AGENT = {
    *("demo", "prove", "run", "report", "compare", "verify"),
    *("benchmarks", "traces", "plan", "serve-lean", "mcp", "models", "doctor", "setup"),
}
MATHLIB_INDEX = {"build", "search", "evaluate", "serve", "mcp", "describe"}
HEAVY = [
    "torch",
    "faiss",
    "sentence_transformers",
    "transformers",
    "openai",
    "vllm",
    "datasets",
    "ray",
    "trl",
]


def instructions(dockerfile: Path) -> list[list[str]]:
    """The words of each instruction, continued lines joined."""
    text = re.sub(r"^#.*\n", "", dockerfile.read_text(), flags=re.MULTILINE)
    lines = text.replace("\\\n", " ").splitlines()
    return [shlex.split(line) for line in lines if line.strip()]


def texts() -> dict[str, str]:
    """What people read and copy commands from."""
    files = [ROOT / "README.md", ROOT / "lean_project" / "README.md", ROOT / "Makefile"]
    sources = (ROOT / "lean_agent").glob("*.py")
    return {str(path): path.read_text() for path in [*files, *DOCKERFILES, *sources]}


def test_there_is_an_image_for_the_cpu_and_one_for_the_gpu() -> None:
    assert [path.name for path in DOCKERFILES] == ["cpu.Dockerfile", "gpu.Dockerfile"]


@pytest.mark.parametrize("dockerfile", DOCKERFILES, ids=lambda path: path.name)
def test_an_image_copies_files_that_exist_and_all_that_the_package_needs(dockerfile: Path) -> None:
    copied = [
        source
        for name, *words in instructions(dockerfile)
        if name == "COPY"
        for source in [word for word in words if not word.startswith("--")][:-1]
    ]
    assert {"pyproject.toml", "README.md", "lean_agent", "mathlib_index", "lean_project"} <= set(
        copied
    )
    for source in copied:
        assert (ROOT / source).exists(), source
    for words in instructions(dockerfile):
        if "-c" in words:
            assert words[words.index("-c") + 1] in copied


@pytest.mark.parametrize("dockerfile", DOCKERFILES, ids=lambda path: path.name)
def test_an_image_does_not_run_models_code_as_root(dockerfile: Path) -> None:
    users = [words[1] for words in instructions(dockerfile) if words[0] == "USER"]
    assert users and "root" not in users


def test_extras_that_are_named_anywhere_exist() -> None:
    named = {
        (where, extra.strip())
        for where, text in texts().items()
        for extras in re.findall(r"(?:lean-agent|'\.|\"\.|-e \.)\[([\w, -]+)\]", text)
        for extra in extras.split(",")
    }
    assert {"dev", "vllm"} <= {extra for _, extra in named}
    assert [one for one in named if one[1] not in EXTRAS] == []


def test_extras_that_doctor_looks_for_are_those_of_the_project() -> None:
    from lean_agent.doctor import diagnose

    named = set(re.findall(r"'\.\[([\w-]+)\]'", " ".join(f.detail for f in diagnose().findings)))
    assert named <= EXTRAS
    installed = {f.what for f in diagnose().findings if f.found}
    assert named | installed >= {"vllm", "lean-dojo", "datasets"}


def test_the_two_commands_import() -> None:
    assert set(PROJECT["scripts"]) == {"lean-agent", "mathlib-index"}
    for target in PROJECT["scripts"].values():
        module, _, function = target.partition(":")
        assert callable(getattr(importlib.import_module(module), function))


@pytest.mark.parametrize(
    ("module", "commands"), [("lean_agent.cli", LEAN_AGENT), ("mathlib_index", MATHLIB_INDEX)]
)
def test_help_lists_every_command_and_each_has_help(module: str, commands: set[str]) -> None:
    help_text = python("-m", module, "--help")
    listed = set(re.findall(r"^│ (\w[\w-]*) ", help_text, flags=re.MULTILINE))
    assert listed == commands


def test_options_of_the_synopsis_are_there() -> None:
    for name, options in (
        ("prove", "--statement --header --informal --model"),
        ("run", "BENCHMARK --model --samples --out --split --limit --seed --concurrency"),
        ("report", "RUN --json"),
        ("verify", "--statement --traces"),
        ("doctor", "--json"),
    ):
        help_text = python("-m", "lean_agent.cli", name, "--help")
        assert [option for option in options.split() if option not in help_text] == []


def test_commands_in_texts_exist() -> None:
    known = {"lean-agent": LEAN_AGENT, "mathlib-index": MATHLIB_INDEX}
    unknown = [
        (where, name, word)
        for where, text in texts().items()
        for name, word in re.findall(r"`(lean-agent|mathlib-index) ([a-z]\S*?)[` ]", text)
        if word not in known[name]
    ]
    assert unknown == []


def test_links_in_the_readme_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", (ROOT / "README.md").read_text()):
        assert target.startswith("https://") or (ROOT / target).exists(), target


def test_plain_commands_start_without_heavy_packages() -> None:
    loaded = python(
        "-c",
        "import lean_agent, lean_agent.cli, lean_agent.verify, lean_agent.benchmark_run\n"
        "import mathlib_index, mathlib_index.cli, sys\n"
        f"print([name for name in {HEAVY} if name in sys.modules])",
    )
    assert loaded == "[]\n"


def test_make_and_ci_run_what_they_say() -> None:
    for target, command in (("demo", "lean-agent demo"), ("test", "-m pytest")):
        done = subprocess.run(
            ["make", "--no-print-directory", "--dry-run", "--always-make", target],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.splitlines()[-1].endswith(command)
        assert "-m venv .venv" in done.stdout
        assert "-c constraints.txt" in done.stdout
    assert "torch==2.13.0" in (ROOT / "constraints.txt").read_text().splitlines()
    assert (ROOT / ".ci" / "run").read_text().splitlines()[-1] == "exec make test"
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111


def python(*arguments: str) -> str:
    """What Python prints, in a wide terminal."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={"PATH": "", "COLUMNS": "120", "HOME": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout
