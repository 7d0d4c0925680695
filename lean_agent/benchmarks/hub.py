"""Problems from the Hugging Face Hub, through the package `datasets`."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from lean_agent.benchmarks.record import record_problem
from lean_agent.errors import UserError
from lean_agent.problem import Problem

PREFIX = "hub:"


def hub_problems(spec: str) -> Iterator[Problem]:
    """The problems of all splits of `hub:OWNER/NAME[:CONFIG]`; ids that repeat are numbered.

    A record has the fields that a line of a JSONL file has; its split, where it names none, is
    the data set's. Raises UserError where `datasets` or the data set is not to be had.
    """
    try:
        datasets = import_module("datasets")
    except ImportError as error:
        raise UserError(
            f"{spec} needs the package datasets: `pip install 'lean-agent[datasets]'`"
        ) from error
    name, _, config = spec.removeprefix(PREFIX).partition(":")
    if name.count("/") != 1 or not all(name.split("/")):
        raise UserError(f"{spec}: a data set is named hub:OWNER/NAME or hub:OWNER/NAME:CONFIG")
    try:
        found = datasets.load_dataset(name, config or None)
    except Exception as error:  # it raises its own, httpx's, those of file formats, ValueError, …
        first = str(error).strip().split("\n")[0] or type(error).__name__
        raise UserError(
            f"cannot load {spec}: {first} (a private data set needs `hf auth login`; "
            "a file that you have can be named instead)"
        ) from error
    seen: dict[str, int] = {}
    for split, rows in found.items():
        for number, row in enumerate(rows, start=1):
            problem = record_problem(_present(row), f"{spec}, {split}, row {number}", str(split))
            repeats = seen[problem.id] = seen.get(problem.id, 0) + 1
            if repeats > 1:
                problem = problem.model_copy(update={"id": f"{problem.id}.{repeats}"})
            yield problem


def _present(row: object) -> dict[str, object]:
    """The fields of a row that have a value: a table has every column in every row."""
    assert isinstance(row, dict)
    return {str(key): value for key, value in row.items() if value is not None}
