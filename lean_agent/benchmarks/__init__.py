"""Benchmarks: where problems come from, by name, from files or from the Hugging Face Hub."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from lean_agent.benchmarks.hub import PREFIX, hub_problems
from lean_agent.benchmarks.lean_file import lean_file_problem
from lean_agent.benchmarks.published import PUBLISHED, locate
from lean_agent.benchmarks.record import jsonl_problems
from lean_agent.errors import UserError
from lean_agent.problem import Problem

EMBEDDED_PROBLEMS = (
    Path(__file__).parent.parent.parent / "lean_project" / "embedded" / "problems.jsonl"
)

FORMS = "a JSONL or .lean file, a folder of them, or hub:OWNER/NAME[:CONFIG]"
"""What else than a name may stand for a benchmark."""


def names() -> tuple[str, ...]:
    """The benchmarks that have a name."""
    return ("embedded", *PUBLISHED)


def load_benchmark(benchmark: str, split: str | None = "test") -> list[Problem]:
    """The problems of a benchmark.

    It is one of `names()`, the path of a JSONL or Lean file or of a folder of such files, or
    `hub:OWNER/NAME[:CONFIG]`. Only problems of `split` are returned, all when `split` is None.
    Raises UserError for an unknown name, an unreadable file or an empty split.
    """
    if benchmark.startswith(PREFIX):
        where, found = benchmark, hub_problems(benchmark)
    else:
        path = find_benchmark(benchmark)
        # ProofNet repeats theorem names (181 distinct ones among 186 in test), so a
        # published file's repeats are numbered; in a user's own file they are a mistake.
        where, found = str(path), _unique(_read(path), number=benchmark in PUBLISHED)
    problems = list(found)
    if not problems:
        raise UserError(f"{where} holds no problem")
    chosen = [problem for problem in problems if split is None or problem.split == split]
    if not chosen:
        splits = ", ".join(sorted({problem.split for problem in problems}))
        raise UserError(f"{where}: no problems in split {split!r}; the file has: {splits}")
    return chosen


def find_benchmark(benchmark: str, fetch: bool = True) -> Path:
    """The file or folder of a benchmark; a published one is fetched if need be.

    Raises UserError where there is none, or none yet and `fetch` is false.
    """
    if benchmark == "embedded":
        return EMBEDDED_PROBLEMS
    if benchmark in PUBLISHED:
        return locate(benchmark, fetch)
    path = Path(benchmark)
    if path.exists():
        return path
    raise UserError(
        f"unknown benchmark {benchmark!r}: name one of {', '.join(names())}, or {FORMS}"
    )


def _read(path: Path) -> Iterator[tuple[str, Problem]]:
    """All problems below `path`, each with the place it stands at."""
    if not path.is_dir():
        yield from _read_file(path)
        return
    files = sorted(
        file
        for file in path.rglob("*")
        if file.suffix in (".jsonl", ".lean") and file.name != "lakefile.lean" and file.is_file()
    )
    if not files:
        raise UserError(f"{path}: a benchmark's folder holds .jsonl or .lean files; here are none")
    for file in files:
        yield from _read_file(file)


def _read_file(path: Path) -> Iterator[tuple[str, Problem]]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"cannot read {path}: {error}") from error
    if path.suffix == ".lean":
        yield str(path), lean_file_problem(text, path)
    else:
        yield from jsonl_problems(text, path)


def _unique(found: Iterable[tuple[str, Problem]], number: bool) -> Iterator[Problem]:
    """The problems, told apart by number where their ids are the same, or refused."""
    seen: dict[str, int] = {}
    for where, problem in found:
        repeats = seen[problem.id] = seen.get(problem.id, 0) + 1
        if repeats > 1:
            if not number:
                raise UserError(f"{where}: the id {problem.id!r} stands there a second time")
            problem = problem.model_copy(update={"id": f"{problem.id}.{repeats}"})
        yield problem
