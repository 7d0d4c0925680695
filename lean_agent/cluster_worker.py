"""What a node of a Ray cluster does in a run: an actor that plays the episodes it is given."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import AsyncExitStack, suppress
from pathlib import Path

from rich.console import Console

from lean_agent.chat import Frozen
from lean_agent.errors import UserError
from lean_agent.executor import Failed, Player
from lean_agent.models.patience import Patience
from lean_agent.open_model import open_model
from lean_agent.problem import Problem
from lean_agent.settings import Settings
from lean_agent.trace.store import RunSettings
from lean_agent.workbench import TOKEN_VARIABLE, Workbench, open_workbench


class Orders(Frozen):
    """What a worker is told of the run.

    `asked` says how its model is reached, `run` how episodes are played, `versions` on what the
    results of the run rest. `lean` and `index` are the run's; the folder that their paths begin
    at is `folder`. `environment` holds keys and addresses that the worker's own may lack.
    """

    asked: Settings
    run: RunSettings
    versions: dict[str, str]
    lean: str
    index: str | None
    folder: str
    environment: dict[str, str]

    @classmethod
    def of(
        cls, asked: Settings, run: RunSettings, bench: Workbench, lean: str, index: str | None
    ) -> Orders:
        """Those of a run, with what this process has opened for it."""
        names = (asked.backend.transport.key_env, "OPENAI_BASE_URL", TOKEN_VARIABLE)
        return cls(
            asked=asked,
            run=run,
            versions=bench.versions,
            lean=lean,
            index=index,
            folder=str(Path.cwd()),
            environment={name: os.environ[name] for name in names if name in os.environ},
        )


class ClusterWorker:
    """A Lean pool, a search index and a model on one node. Ray makes an actor of it."""

    def __init__(self) -> None:
        self._opened = AsyncExitStack()
        self._player: Player | None = None

    async def open(self, orders: bytes, lean_processes: int) -> str | None:
        """Get everything ready; the orders are JSON. Returns why this node cannot take part, if so.

        That is a thing it lacks, or one that differs from what the run's results rest on.
        """
        # Of another version the rest of the orders may not be readable.
        wanted = json.loads(orders)["versions"]
        from lean_agent import __version__

        differing = _differing({"lean_agent": __version__}, wanted)
        try:
            return differing or await self._open(Orders.model_validate_json(orders), lean_processes)
        except UserError as error:
            return str(error)

    async def _open(self, orders: Orders, lean_processes: int) -> str | None:
        os.environ.update(orders.environment)
        with suppress(OSError):  # paths that are whole, and names, need it not
            os.chdir(orders.folder)
        enter = self._opened.enter_async_context
        bench: Workbench = await enter(open_workbench(orders.lean, orders.index, lean_processes))
        differing = _differing(bench.versions, orders.versions)
        if differing:
            return differing
        model = await enter(open_model(orders.asked, Console(stderr=True)))
        limits = orders.run.limits
        self._player = Player(
            orders.run,
            model,
            lambda problem, _: bench.toolbox(problem, limits),
            bench.versions,
            Patience(orders.asked.backend.transport.patience_seconds),
        )
        return _differing(model.facts, orders.run.model_facts)

    async def play(self, problem: bytes, sample: int) -> bytes | Failed:
        """One episode: its trace as JSON, or why there is none. The problem is JSON."""
        assert self._player is not None
        played = await self._player.play(Problem.model_validate_json(problem), sample)
        return played if isinstance(played, Failed) else played.model_dump_json().encode()

    async def close(self) -> None:
        """End the Lean processes and give the model back."""
        await self._opened.aclose()


def _differing(here: Mapping[str, str], wanted: Mapping[str, str]) -> str | None:
    """What is known on both sides and not the same."""
    differing = [
        f"its {name} is {here[name]}, and the run's is {wanted[name]}"
        for name in wanted
        if name in here and here[name] != wanted[name]
    ]
    return "; ".join(differing) or None
