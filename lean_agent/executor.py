"""Executor: where the episodes of a run are played, so many at a time."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from lean_agent.agent import run_episode
from lean_agent.chat import Frozen
from lean_agent.concurrency import Scheduler, for_each
from lean_agent.errors import UserError
from lean_agent.models.base import Model
from lean_agent.models.patience import Patience
from lean_agent.problem import Problem
from lean_agent.tools import Toolbox
from lean_agent.trace.store import RunSettings
from lean_agent.trace.trace import Trace, episode_id

Episode = tuple[Problem, int]
"""One to be played: a problem, and the number of the sample."""


class Failed(Frozen):
    """Why an episode came to no end of its own; `details` is for the log."""

    why: str
    details: str

    @classmethod
    def of(cls, error: Exception) -> Failed:
        """What the exception tells."""
        why = str(error) if isinstance(error, UserError) else f"{type(error).__name__}: {error}"
        return cls(why=why, details="".join(traceback.format_exception(error)))


Ended = Callable[[Episode, Trace | Failed], None]
"""Told of each episode as it ends. What it raises stops the others."""


class Executor(Protocol):
    """Plays episodes; keeps no account of them."""

    @property
    def places(self) -> int:
        """How many episodes may be played at once now."""
        ...

    async def play_all(self, episodes: Sequence[Episode], ended: Ended) -> None:
        """Play every one of them, begun in this order, and tell `ended` of each once."""
        ...


class Player:
    """Plays one episode after another as the run's settings have it, in this process.

    `versions` are what the traces rest on, `patience` is that with the model's server.
    """

    def __init__(
        self,
        settings: RunSettings,
        model: Model,
        make_toolbox: Callable[[Problem, int], Toolbox],
        versions: Mapping[str, str],
        patience: Patience,
    ) -> None:
        self._settings = settings
        self._model = model
        self._make_toolbox = make_toolbox
        self._versions = versions
        self._patience = patience

    async def play(self, problem: Problem, sample: int) -> Trace | Failed:
        """The trace, or why there is none: a bug in one episode must not cost the others."""
        try:
            return await run_episode(
                problem,
                self._model,
                self._make_toolbox(problem, sample),
                sample=sample,
                sampling=self._settings.sampling,
                limits=self._settings.limits,
                settings=self._settings.episode,
                patience=self._patience,
                versions=self._versions,
            )
        except Exception as error:
            return Failed.of(error)


class LocalExecutor:
    """Plays the episodes in this process, `concurrency` at a time."""

    def __init__(
        self, player: Player, concurrency: int, scheduler: Scheduler = Scheduler.TASK_GROUP
    ) -> None:
        self.places = concurrency
        self._player = player
        self._scheduler = scheduler

    async def play_all(self, episodes: Sequence[Episode], ended: Ended) -> None:
        """Play every one of them; the first exception of `ended` stops all and is raised."""

        async def play(episode: Episode) -> None:
            ended(episode, await self._player.play(*episode))

        await for_each(episodes, min(self.places, len(episodes)), play, self._scheduler)


def episode_name(episode: Episode) -> str:
    """Its identity within the run."""
    problem, sample = episode
    return episode_id(problem.id, sample)
