"""Benchmarks: where problems come from, by name or from any JSONL file."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
from platformdirs import user_cache_path
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lean_agent.errors import UserError
from lean_agent.problem import Problem, declaration

EMBEDDED_PROBLEMS = Path(__file__).parent.parent / "lean_project" / "embedded" / "problems.jsonl"

# Published files of the two public benchmarks, as their provers are evaluated on them.
PUBLISHED = {
    "proofnet": "https://raw.githubusercontent.com/deepseek-ai/DeepSeek-Prover-V1.5/main/datasets/proofnet.jsonl",
    "minif2f": "https://raw.githubusercontent.com/Goedel-LM/Goedel-Prover-V2/main/dataset/minif2f.jsonl",
}

_DOCSTRING = re.compile(r"/--.*?-/\s*", re.DOTALL)


class _Record(BaseModel):
    """One line of a problem file: our own field names, or those that published files use."""

    model_config = ConfigDict(extra="ignore")

    id: str | None = None
    name: str | None = None
    statement: str | None = None
    formal_statement: str | None = None
    header: str = ""
    informal: str = ""
    informal_prefix: str = ""
    split: str = "test"
    topic: str = ""
    difficulty: int | None = Field(default=None)


def load_benchmark(benchmark: str, split: str | None = "test") -> list[Problem]:
    """Problems of a benchmark by name (`embedded`, `proofnet`, `minif2f`) or JSONL path.

    Only those of `split` are returned, all of them when `split` is None.
    Raises UserError for an unknown name, an unreadable file or an empty split.
    """
    path = _locate(benchmark)
    # ProofNet repeats theorem names (181 distinct ones among 186 in test), so a
    # published file's repeats are numbered; in a user's own file they are a mistake.
    problems = list(_read(path, number_repeats=benchmark in PUBLISHED))
    chosen = [problem for problem in problems if split is None or problem.split == split]
    if not chosen:
        splits = ", ".join(sorted({problem.split for problem in problems})) or "none at all"
        raise UserError(f"{path}: no problems in split {split!r}; the file has: {splits}")
    return chosen


def _locate(benchmark: str) -> Path:
    if benchmark == "embedded":
        return EMBEDDED_PROBLEMS
    if benchmark in PUBLISHED:
        return _published(benchmark)
    path = Path(benchmark)
    if path.is_file():
        return path
    known = ", ".join(["embedded", *PUBLISHED])
    raise UserError(
        f"unknown benchmark {benchmark!r}: name one of {known}, or an existing JSONL file"
    )


def _published(benchmark: str) -> Path:
    """The file from LEAN_AGENT_DATA, from the cache, or fetched once into the cache."""
    name = f"{benchmark}.jsonl"
    if folder := os.environ.get("LEAN_AGENT_DATA"):
        path = Path(folder) / name
        if not path.is_file():
            raise UserError(f"LEAN_AGENT_DATA is set, but {path} does not exist")
        return path
    path = user_cache_path("lean-agent") / "benchmarks" / name
    if path.is_file():
        return path
    url = PUBLISHED[benchmark]
    try:
        answer = httpx.get(url, follow_redirects=True, timeout=30).raise_for_status()
    except httpx.HTTPError as error:
        raise UserError(
            f"cannot fetch {benchmark} ({error}); download {url} by hand to {path}, "
            f"or set LEAN_AGENT_DATA to a folder that holds {name}"
        ) from error
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}.part")
    partial.write_bytes(answer.content)
    partial.replace(path)
    return path


def _read(path: Path, number_repeats: bool) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"cannot read {path}: {error}") from error
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        where = f"{path}, line {number}"
        problem = _parse(line, where)
        repeats = seen[problem.id] = seen.get(problem.id, 0) + 1
        if repeats > 1:
            if not number_repeats:
                raise UserError(f"{where}: the id {problem.id!r} stands there a second time")
            problem = problem.model_copy(update={"id": f"{problem.id}.{repeats}"})
        yield problem


def _parse(line: str, where: str) -> Problem:
    try:
        record = _Record.model_validate_json(line)
    except ValidationError as error:
        raise UserError(f"{where}: {_first_complaint(error)}") from error
    text = record.statement or record.formal_statement
    if text is None:
        raise UserError(f"{where}: no field `statement` (or `formal_statement`)")
    if record.id is None and record.name is None:
        raise UserError(f"{where}: no field `id` (or `name`)")
    preamble, statement = _split_preamble(text)
    try:
        return Problem(
            id=record.id or record.name or "",
            statement=statement,
            header=f"{record.header}{preamble}",
            informal=record.informal or _comment_text(record.informal_prefix),
            split=record.split,
            topic=record.topic,
            difficulty=record.difficulty,
        )
    except ValidationError as error:
        raise UserError(f"{where}: {_first_complaint(error)}") from error


def _split_preamble(text: str) -> tuple[str, str]:
    """Imports and opens that stand before the declaration, and the declaration itself."""
    found = declaration(text)
    if found is None:
        return "", text
    return _DOCSTRING.sub("", text[: found.start()]), text[found.start() :]


def _comment_text(comment: str) -> str:
    return comment.strip().removeprefix("/--").removesuffix("-/").strip()


def _first_complaint(error: ValidationError) -> str:
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"])
    return f"field `{field}`: {first['msg']}" if field else f"not a JSON object: {first['msg']}"
