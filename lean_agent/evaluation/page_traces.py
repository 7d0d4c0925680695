"""The traces of a report page: a first part within the page, the others in files beside it.

A page that is opened from disk may not fetch files, but it may load scripts. So each file is a
script that hands its traces to the page, loaded when one of them is opened.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from lean_agent.evaluation.page_data import PageData
from lean_agent.evaluation.tally import Tally
from lean_agent.evaluation.whole_files import PART
from lean_agent.harmless import straight
from lean_agent.trace.store import RunFolder
from lean_agent.trace.trace import Trace, episode_id

MAX_TRACES = 20_000


@dataclass(frozen=True)
class Room:
    """How many bytes of traces a page carries in itself, in each file, and in all."""

    page: int = 8_000_000
    file: int = 2_000_000
    all: int = 300_000_000


@dataclass(frozen=True)
class CarriedTraces:
    """Where the traces are: `first` in the page, the others by id in a file beside it."""

    first: PageData
    files: dict[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.first) + len(self.files)

    def __contains__(self, episode: str) -> bool:
        return episode in self.first or episode in self.files


@contextmanager
def carried_traces(
    run: RunFolder, tally: Tally, problems: Sequence[str], folder: Path, room: Room | None = None
) -> Iterator[CarriedTraces]:
    """Take the traces of these problems, accepted ones first, as far as there is room.

    At the end `folder` gets the files and loses those of an earlier report; where all fit into the
    page there is no folder then. Where the page cannot be written in between, it stays as it was.
    Each trace is read once, and no more than one file's worth is held. Raises OSError where the
    folder cannot be written.
    """
    partial = folder.with_name(folder.name + PART)
    shutil.rmtree(partial, ignore_errors=True)
    try:
        yield _carried(run, tally, problems, folder, partial, room or Room())
        if folder.exists():
            shutil.rmtree(folder)
        if partial.exists():
            partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _carried(
    run: RunFolder, tally: Tally, problems: Sequence[str], folder: Path, partial: Path, room: Room
) -> CarriedTraces:
    """Those of `carried_traces`, whose files are written into `partial`."""
    carried = CarriedTraces(PageData(room.page))
    traces = _chosen(run, tally, problems)
    left = room.all
    file = PageData(left)
    within = True

    def write() -> None:
        partial.mkdir(exist_ok=True)
        name = f"{len(list(partial.iterdir())):03}.js"
        address = f"{folder.name}/{name}"
        text = f'leanAgentTraces("{address}",{file.script()});\n'
        (partial / name).write_text(straight(text), encoding="utf-8")
        carried.files.update(dict.fromkeys(file, address))

    for trace in traces:
        within = within and carried.first.add(trace)
        if within:
            continue
        if not file.add(trace):
            break
        if file.bytes >= room.file:
            write()
            left -= file.bytes
            file = PageData(left)
    if len(file):
        write()
    return carried


def _chosen(run: RunFolder, tally: Tally, problems: Sequence[str]) -> Iterator[Trace]:
    """The traces of these problems: accepted ones, then the others, as they finished."""
    left = MAX_TRACES
    for proved in (True, False):
        ids = [
            episode_id(problem, sample)
            for problem in problems
            if problem in tally.problems
            for sample in sorted(tally.problems[problem].outcomes)
            if (tally.problems[problem].outcomes[sample] == "proved") is proved
        ][:left]
        left -= len(ids)
        if ids:
            yield from run.fetch(set(ids))
