"""How a run shows where it stands: a bar in a terminal, a line now and then in a log."""

from __future__ import annotations

import time
from datetime import timedelta
from types import TracebackType

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from lean_agent.harmless import harmless
from lean_agent.trace.narrate import story
from lean_agent.trace.trace import Trace

_SECONDS_BETWEEN_LINES = 10.0


class EpisodeProgress:
    """Counts episodes as they end. `done` and `proved` are those of earlier sittings."""

    def __init__(self, console: Console, planned: int, done: int, proved: int) -> None:
        self._console = console
        self._planned, self._done, self._proved = planned, done, proved
        self._before = done
        self._solved: set[str] = set()
        self._began = self._last_line = time.monotonic()
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[proved]} proved"),
            TextColumn("{task.fields[rate]}"),
            TimeElapsedColumn(),
            TextColumn("ETA"),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task(
            "Episodes", total=planned, completed=done, proved=proved, rate=""
        )

    def episode_ended(self, trace: Trace) -> None:
        """One more episode is on the disk. The first proof of each problem gets a line."""
        self._done += 1
        self._proved += trace.proved
        if trace.proved and trace.problem.id not in self._solved:
            self._solved.add(trace.problem.id)
            line = f"proved {trace.problem.id}: {story(trace)}"
            self._say(line)
        for verdict in trace.unconfirmed:
            line = f"UNCONFIRMED {trace.episode_id}: {verdict.detail}"
            self._say(line, "bold red")
        rate = f"{self._rate():.1f} episodes/s"
        self._bar.update(self._task, completed=self._done, proved=self._proved, rate=rate)
        now = time.monotonic()
        if now - self._last_line >= _SECONDS_BETWEEN_LINES or self._done == self._planned:
            self._last_line = now
            self._line(rate)

    def _say(self, line: str, style: str | None = None) -> None:
        self._console.print(
            harmless(line), style=style, highlight=False, markup=False, soft_wrap=True
        )

    def _line(self, rate: str) -> None:
        if self._console.is_terminal:
            return
        eta = timedelta(seconds=round((self._planned - self._done) / self._rate()))
        self._console.print(
            f"{self._done}/{self._planned} episodes, {self._proved} proved, {rate}, ETA {eta}",
            highlight=False,
            soft_wrap=True,
        )

    def _rate(self) -> float:
        elapsed = max(time.monotonic() - self._began, 1e-3)
        return (self._done - self._before) / elapsed

    def __enter__(self) -> EpisodeProgress:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()
