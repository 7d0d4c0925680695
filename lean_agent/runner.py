"""Many episodes: all problems times all samples, some at a time, in a run that can be resumed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence

from rich.console import Console

from lean_agent.chat import Frozen
from lean_agent.concurrency import Scheduler
from lean_agent.errors import UserError
from lean_agent.executor import Episode, Executor, Failed, LocalExecutor, Player, episode_name
from lean_agent.models.base import Model
from lean_agent.models.patience import Patience
from lean_agent.problem import Problem
from lean_agent.progress import EpisodeProgress
from lean_agent.tools import Toolbox
from lean_agent.trace.store import RunFolder
from lean_agent.trace.trace import Outcome, Trace

FAILURES_FILE = "failures.log"

# So many failures with no episode between them mean that nothing works any more.
_FAILURES_IN_A_ROW = 5


class Failure(Frozen):
    """An episode that came to no end of its own, and why. The same command tries it again."""

    episode_id: str
    why: str


class RunSummary(Frozen):
    """Where a run stands: `planned` episodes, `done` of them, `proved` of those."""

    planned: int
    done: int
    proved: int
    failures: tuple[Failure, ...] = ()


async def run(
    problems: Sequence[Problem],
    model: Model,
    make_toolbox: Callable[[Problem, int], Toolbox],
    folder: RunFolder,
    *,
    versions: Mapping[str, str],
    concurrency: int = 8,
    scheduler: Scheduler = Scheduler.TASK_GROUP,
    patience: Patience | None = None,
    console: Console | None = None,
) -> RunSummary:
    """Run every episode that the folder does not hold yet, `concurrency` at a time.

    Samples, sampling and limits are those of the folder's settings. Every problem
    gets its first sample before any gets its second. An episode that fails (a bug,
    or no model to ask) is passed over, noted in `failures.log`, and tried again
    by the next sitting. `patience` is that with the model's server. Progress goes to
    `console`, by default standard error.

    `make_toolbox` is given the problem and the number of the sample. Raises UserError where
    episodes do nothing but fail. When cancelled (Ctrl-C) it says
    how to go on; what has ended is kept.
    """
    player = Player(folder.settings, model, make_toolbox, versions, patience or Patience())
    executor = LocalExecutor(player, concurrency, scheduler)
    return await run_on(executor, problems, folder, console)


async def run_on(
    executor: Executor,
    problems: Sequence[Problem],
    folder: RunFolder,
    console: Console | None = None,
) -> RunSummary:
    """The same with the episodes played by `executor`; this process alone writes to the folder."""
    console = console or Console(stderr=True)
    sitting = _Sitting(problems, executor, folder)
    before = sitting.summary()
    if 0 < before.done < before.planned:
        _say(console, f"Going on with {folder.path}: {before.done} episodes are done already.")
    try:
        with EpisodeProgress(console, before.planned, before.done, before.proved) as progress:
            await sitting.run(progress)
    except asyncio.CancelledError:
        now = sitting.summary()
        _say(
            console,
            f"Stopped. {now.done} of {now.planned} episodes are kept in {folder.path}; "
            "the same command goes on from there.",
        )
        raise
    return sitting.summary()


class _Sitting:
    """The episodes that one call of `run` has to do, and what became of them."""

    def __init__(
        self,
        problems: Sequence[Problem],
        executor: Executor,
        folder: RunFolder,
    ) -> None:
        self._executor = executor
        self._folder = folder
        outcomes = folder.done()
        plan = [(one, sample) for sample in range(folder.settings.samples) for one in problems]
        self.left = [one for one in plan if episode_name(one) not in outcomes]
        self._planned = len(plan)
        self._done = len(plan) - len(self.left)
        self._proved = sum(outcome is Outcome.PROVED for outcome in outcomes.values())
        self._failures: list[Failure] = []
        self._failed_in_a_row = 0

    def summary(self) -> RunSummary:
        return RunSummary(
            planned=self._planned,
            done=self._done,
            proved=self._proved,
            failures=tuple(self._failures),
        )

    async def run(self, progress: EpisodeProgress) -> None:
        def ended(episode: Episode, result: Trace | Failed) -> None:
            if isinstance(result, Failed):
                self._failed(episode_name(episode), result)
                return
            self._failed_in_a_row = 0
            self._folder.append(result)
            self._done += 1
            self._proved += result.proved
            progress.episode_ended(result)

        await self._executor.play_all(self.left, ended)

    def _failed(self, episode: str, failed: Failed) -> None:
        why = failed.why
        self._failures.append(Failure(episode_id=episode, why=why))
        path = self._folder.path / FAILURES_FILE
        try:
            with path.open("a", encoding="utf-8") as log:
                log.write(f"{episode}\n{failed.details}\n")
        except OSError as error:
            raise UserError(
                f"{episode} failed ({why}), and {path} cannot be written: {error.strerror}"
            ) from error
        self._failed_in_a_row += 1
        if self._failed_in_a_row >= max(_FAILURES_IN_A_ROW, self._executor.places):
            raise UserError(
                f"{self._failed_in_a_row} episodes in a row failed, the last with: {why}. "
                f"{self._done} of {self._planned} episodes are kept in {self._folder.path}; "
                f"the same command goes on from there (details in {FAILURES_FILE})"
            )


def _say(console: Console, text: str) -> None:
    console.print(text, highlight=False, markup=False, soft_wrap=True)
