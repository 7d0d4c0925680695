"""Recorded episodes, found by their ids and listed, from a run, a dataset or a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from itertools import islice
from pathlib import Path

from rich.console import Console
from rich.text import Text

from lean_agent.errors import UserError
from lean_agent.harmless import harmless
from lean_agent.suggestion import did_you_mean
from lean_agent.trace.narrate import story
from lean_agent.trace.store import SETTINGS_FILE, RunFolder, read_traces
from lean_agent.trace.trace import Trace

_AT_ONCE = 200
_NAMED = 5


def find_episodes(path: Path, ids: Sequence[str]) -> list[Trace]:
    """The traces of these episodes, in the order of `ids`.

    Of a run folder no others are read. A file of several runs may hold more than one of an id, and
    all of them are given. Raises UserError for an id that is not there, with the one that was
    probably meant.
    """
    wanted = set(ids)
    found: dict[str, list[Trace]] = {}
    for trace in _fetch(path, wanted):
        found.setdefault(trace.episode_id, []).append(trace)
    for id in ids:
        if id not in found:
            raise UserError(f"{path} has no episode {id}{_hint(id, _ids(path))}")
    return [trace for id in dict.fromkeys(ids) for trace in found[id]]


def episodes(path: Path, proved: bool | None = None) -> Iterator[Trace]:
    """All episodes, or those that ended with a proof, or those that did not."""
    if proved is not None and _is_run(path):
        run = RunFolder.open(path)
        wanted = {id for id, end in run.done().items() if (end == "proved") is proved}
        return run.fetch(wanted)
    return (t for t in read_traces(path) if proved is None or t.proved is proved)


def list_episodes(traces: Iterator[Trace], console: Console) -> int:
    """Print a line an episode, as they are read: mark, id, outcome, story. Return how many."""
    shown = width = 0
    while batch := list(islice(traces, _AT_ONCE)):
        # Later lines are as wide as earlier ones, or wider.
        width = max(width, *(len(trace.episode_id) for trace in batch))
        for trace in batch:
            mark, style = ("✓", "green") if trace.proved else ("✗", "red")
            line = Text.assemble(
                (mark, style),
                f" {harmless(trace.episode_id):<{width}}  {trace.outcome:<13}  ",
                (harmless(story(trace)), "dim"),
            )
            console.print(line, soft_wrap=True)
        shown += len(batch)
    return shown


def _is_run(path: Path) -> bool:
    return (path / SETTINGS_FILE).is_file()


def _fetch(path: Path, ids: Set[str]) -> Iterator[Trace]:
    if _is_run(path):
        return RunFolder.open(path).fetch(ids)
    return (trace for trace in read_traces(path) if trace.episode_id in ids)


def _ids(path: Path) -> list[str]:
    if _is_run(path):
        return list(RunFolder.open(path).done())
    return [trace.episode_id for trace in read_traces(path)]


def _hint(id: str, known: Sequence[str]) -> str:
    """What was probably meant: another sample of the problem, or a problem of a similar name."""
    if not known:
        return ": it holds none at all"
    problem, _, sample = id.rpartition("#") if "#" in id else (id, "", "")
    # Problems are few, episodes may be a million.
    first = {name.rpartition("#")[0]: name for name in reversed(known)}
    if problem in first:
        there = [name for name in known if name.rpartition("#")[0] == problem]
        more = ", …" * (len(there) > _NAMED)
        return f": of {problem} there are {', '.join(there[:_NAMED])}{more}"
    same_sample = {f"{name}#{sample}" for name in first}.intersection(known)
    near = did_you_mean(id, sorted(same_sample)) or did_you_mean(problem, first)
    return near or f": an id is problem#sample, such as {known[0]}"
