"""One problem set under several prompts: a run folder each, and a table of them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console

from lean_agent.benchmark_run import RunRequest, run_into
from lean_agent.benchmarks import load_benchmark
from lean_agent.episode import Mode
from lean_agent.errors import UserError
from lean_agent.evaluation.variants import Variants, compare_variants
from lean_agent.lean.verdict import Level
from lean_agent.models import resolve
from lean_agent.prompts import prompts_for, resolve_prompt
from lean_agent.runner import Failure
from lean_agent.trace.store import SETTINGS_FILE
from lean_agent.workbench import open_workbench

ALL = "all"


@dataclass(frozen=True)
class VariantRuns:
    """What became of the runs: their numbers, and the episodes that came to no end."""

    variants: Variants
    failures: tuple[Failure, ...]


async def run_variants(request: RunRequest, names: str, console: Console) -> VariantRuns:
    """Run, or go on with, the request once for each of the prompts that `names` lists.

    Each has a run folder of its own, named after the prompt, in `request.out`. The model and the
    Lean processes are opened once. Proofs count that were checked strictly, or as well as this
    Lean can where it has no strict check. Raises UserError for a name that cannot be used, before
    anything is run, and as `run_benchmark` does.
    """
    _refuse_run_folder(request)
    problems = load_benchmark(request.benchmark, request.split)[: request.limit]
    asked = request.settings
    model = resolve(asked.model, asked.backend, asked.episode.lenient)
    try:
        prompts = named_variants(names, asked.episode.mode, model.tools_in_prompt)
        folders = {prompt: request.out / prompt for prompt in prompts}
        failures: list[Failure] = []
        async with open_workbench(request.lean, request.index) as bench:
            for number, (prompt, folder) in enumerate(folders.items(), start=1):
                line = f"Variant {number} of {len(folders)}: {prompt}"
                console.print(line, style="bold", highlight=False, markup=False)
                episode = asked.episode.model_copy(update={"prompt": prompt})
                summary = await run_into(folder, request, problems, model, episode, bench, console)
                failures += summary.failures
            level = Level.STRICT if bench.verifier.strict else Level.FAST
    finally:
        await model.close()
    return VariantRuns(compare_variants(folders, level), tuple(failures))


def named_variants(names: str, mode: Mode, tools_in_prompt: bool = True) -> tuple[str, ...]:
    """The full names of the prompts in a list such as `json,xml@1`; `all` is all of the mode.

    Raises UserError for one that is unknown, named twice, or does not go with the mode or with
    how the model gets its tools.
    """
    if names.strip() == ALL:
        return prompts_for(mode, tools_in_prompt)
    listed = [name.strip() for name in names.split(",")]
    if not all(listed):
        raise UserError(
            f"--variants {names!r} has an empty name: write prompts with commas between them, "
            f"such as {_some(mode)}, or {ALL}"
        )
    prompts = [resolve_prompt(name, mode, tools_in_prompt) for name in listed]
    twice = next((prompt for prompt in prompts if prompts.count(prompt) > 1), None)
    if twice is not None:
        raise UserError(f"--variants {names!r} names {twice} twice")
    return tuple(prompts)


def _some(mode: Mode) -> str:
    some: Sequence[str] = prompts_for(mode)
    return ",".join(some[:2])


def _refuse_run_folder(request: RunRequest) -> None:
    if (request.out / SETTINGS_FILE).exists():
        raise UserError(
            f"{request.out} is the folder of a single run: choose another --out for the variants"
        )
