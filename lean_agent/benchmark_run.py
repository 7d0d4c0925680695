"""A benchmark run from its settings: problems, model, workbench and run folder put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from lean_agent import __version__
from lean_agent.benchmarks import load_benchmark
from lean_agent.cluster_nodes import check_cluster
from lean_agent.concurrency import Scheduler
from lean_agent.episode import EpisodeSettings
from lean_agent.errors import UserError
from lean_agent.executor import LocalExecutor
from lean_agent.lean.library import Library, require_library
from lean_agent.models import check
from lean_agent.models.backends import split_spec
from lean_agent.models.base import Model
from lean_agent.models.patience import Patience
from lean_agent.models.replay import ReplayModel
from lean_agent.open_model import open_model
from lean_agent.options import RECORDED, checks_anew
from lean_agent.problem import Problem
from lean_agent.recorded import Playback, RecordedTools
from lean_agent.runner import RunSummary, run, run_on
from lean_agent.settings import Settings, episode_settings
from lean_agent.statements import ReadyProblems, ready_problems
from lean_agent.trace.store import SETTINGS_FILE, RunFolder, RunSettings, problems_checksum
from lean_agent.workbench import Workbench, open_workbench


@dataclass(frozen=True)
class RunRequest:
    """What to run and where to. The fields are the options of `lean-agent run`.

    `concurrency` is for this machine or, with the address of a Ray `cluster`, for each node of it.
    """

    benchmark: str
    settings: Settings
    samples: int
    out: Path
    split: str = "test"
    limit: int | None = None
    concurrency: int = 8
    scheduler: Scheduler = Scheduler.TASK_GROUP
    lean: str = "auto"
    index: str | None = None
    cluster: str | None = None
    skip_broken: bool = False


async def run_benchmark(request: RunRequest, console: Console) -> RunSummary:
    """Run, or go on with, the episodes that `request` asks for.

    Raises UserError for anything in the request that cannot be used; the model, which may take
    long to load, is the last to be looked at.
    """
    asked = request.settings
    if request.lean == RECORDED:
        return await _run_recorded(request, console)
    check_request(request)
    episode = episode_settings(asked)
    problems = requested_problems(request)
    async with open_workbench(request.lean, request.index) as bench:
        ready = await ready_for(request, problems, bench, [request.out], console)
        settings = run_settings(
            request,
            ready,
            episode,
            toolchain=bench.toolchain.version,
            index_checksum=bench.index_checksum,
        )
        RunFolder.refuse_other(request.out, settings)
        async with open_model(asked, console) as model:
            episode_settings(asked, model.tools_in_prompt)
            problems = ready.sound
            return await run_into(request.out, request, problems, model, settings, bench, console)


def check_request(request: RunRequest) -> None:
    """Raise UserError for what can be seen to be wrong before anything is opened."""
    asked = request.settings
    checks_anew(request.lean)
    if request.cluster is not None:
        check_cluster(request.cluster, asked.model)
    check(asked.model, asked.backend)


async def _run_recorded(request: RunRequest, console: Console) -> RunSummary:
    """The same on a record: it has the model's answers, the tools' and the verdicts."""
    asked = request.settings
    backend, path = split_spec(asked.model)
    if backend.name != "replay" or request.cluster is not None or request.index is not None:
        raise UserError(
            f"--lean {RECORDED} takes the verdicts and search results of a record: give that with "
            "--model replay:RUN, and neither --index nor --cluster"
        )
    check(asked.model, asked.backend)
    model = ReplayModel(Path(path))
    tools = RecordedTools(Path(path), model.traces)
    ready = tools.ready(load_benchmark(request.benchmark, request.split)[: request.limit])
    settings = run_settings(
        request,
        ready,
        asked.episode,
        toolchain=tools.version("lean"),
        index_checksum=tools.version("index"),
        recorded=tools.checksum,
    )
    with RunFolder.create_or_resume(request.out, settings) as folder:
        console.print(
            f"Verdicts and search results are taken from the record {path}; nothing is checked "
            "anew.",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )
        playback = Playback(settings, model, tools)
        executor = LocalExecutor(playback, request.concurrency, request.scheduler)
        return await run_on(executor, ready.sound, folder, console)


def requested_problems(request: RunRequest) -> list[Problem]:
    """The problems that are asked for.

    Raises UserError where they cannot be had, and where all need a library that the Lean asked
    for has not: at once, before anything is started.
    """
    problems = load_benchmark(request.benchmark, request.split)[: request.limit]
    require_library(request.benchmark, problems, request.lean)
    return problems


async def ready_for(
    request: RunRequest,
    problems: Sequence[Problem],
    bench: Workbench,
    folders: Sequence[Path],
    console: Console,
) -> ReadyProblems:
    """The problems as they are run: adapted to the bench's Lean, those that are broken told apart.

    Where one of the run `folders` is there, its run knows already which are. Raises UserError
    where a statement does not elaborate and the request does not leave it out.
    """
    there = next((one for one in folders if (one / SETTINGS_FILE).exists()), None)
    return await ready_problems(
        problems,
        bench.verifier,
        Library(request.lean),
        request.settings.limits.check_seconds,
        console,
        skip_broken=request.skip_broken,
        known_broken=RunFolder.open(there).settings.broken if there else None,
    )


def run_settings(
    request: RunRequest,
    ready: ReadyProblems,
    episode: EpisodeSettings,
    *,
    toolchain: str,
    index_checksum: str,
    recorded: str | None = None,
) -> RunSettings:
    """What the run's folder records of the request.

    `episode` says how episodes are played, with its prompt by its full name; `recorded` is as in
    RunSettings.
    """
    asked = request.settings
    return RunSettings(
        benchmark=request.benchmark,
        benchmark_checksum=problems_checksum(ready.all),
        split=request.split,
        limit=request.limit,
        problem_ids=tuple(problem.id for problem in ready.all),
        broken=ready.broken,
        model=asked.model,
        preset=asked.preset,
        samples=request.samples,
        sampling=asked.sampling,
        limits=asked.limits,
        episode=episode,
        backend=asked.backend.deciding_answers(),
        toolchain=toolchain,
        index_checksum=index_checksum,
        recorded=recorded,
        lean_agent=__version__,
    )


async def run_into(
    path: Path,
    request: RunRequest,
    problems: Sequence[Problem],
    model: Model,
    settings: RunSettings,
    bench: Workbench,
    console: Console,
) -> RunSummary:
    """Run, or go on with, the request in the run folder `path`, with what has been opened for it.

    `settings` are those of `run_settings`; the model's facts are added.
    """
    asked = request.settings
    settings = settings.model_copy(update={"model_facts": dict(model.facts)})
    with RunFolder.create_or_resume(path, settings) as folder:
        if request.cluster is not None:
            from lean_agent.cluster import ClusterExecutor
            from lean_agent.cluster_worker import Orders

            orders = Orders.of(asked, settings, bench, request.lean, request.index)
            executor = ClusterExecutor(request.cluster, orders, request.concurrency, console)
            return await run_on(executor, problems, folder, console)
        return await run(
            problems,
            model,
            lambda problem, _: bench.toolbox(problem, asked.limits),
            folder,
            versions=bench.versions,
            concurrency=request.concurrency,
            scheduler=request.scheduler,
            patience=Patience(asked.backend.transport.patience_seconds),
            console=console,
        )
