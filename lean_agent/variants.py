"""One problem set under several prompts: a run folder each, and a table of them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from lean_agent.benchmark_run import (
    RunRequest,
    check_request,
    ready_for,
    requested_problems,
    run_into,
    run_settings,
)
from lean_agent.episode import Mode
from lean_agent.errors import UserError
from lean_agent.evaluation.variants import Variants, compare_variants
from lean_agent.evaluation.variants_table import TABLE_FILES
from lean_agent.evaluation.whole_files import PART
from lean_agent.lean.verdict import Level
from lean_agent.open_model import open_model
from lean_agent.prompts.catalogue import TEMPLATES, prompts_for, resolve_prompt
from lean_agent.runner import Failure
from lean_agent.settings import preset_settings
from lean_agent.trace.store import SETTINGS_FILE, RunFolder, RunSettings
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
    asked = request.settings
    if asked.model.startswith("replay:"):
        raise UserError("a replay has the one prompt of its record: leave --variants out")
    check_request(request)
    mode = asked.episode.mode
    named = named_variants(names, mode)
    _refuse_another_prompt(request, console)
    _refuse_other_folder(request.out)
    problems = requested_problems(request)
    folders: dict[str, Path] = {}
    failures: list[Failure] = []
    async with open_workbench(request.lean, request.index) as bench:
        out = [request.out / prompt for prompt in named]
        ready = await ready_for(request, problems, bench, out, console)

        def settings_with(prompt: str) -> RunSettings:
            episode = asked.episode.model_copy(update={"prompt": prompt})
            return run_settings(
                request,
                ready,
                episode,
                toolchain=bench.toolchain.version,
                index_checksum=bench.index_checksum,
            )

        for prompt in named:
            RunFolder.refuse_other(request.out / prompt, settings_with(prompt))
        async with open_model(asked, console) as model:
            prompts = named_variants(names, mode, model.tools_in_prompt)
            if len(prompts) < len(named):
                _say(
                    console,
                    f"{len(prompts)} of the {len(named)} prompts of the mode {mode}: this model "
                    "gets its tools beside the prompt, so the others, which differ in how they "
                    "describe them, are left out (`--set backend.interface=prompt` puts them into "
                    "the prompt)",
                )
            for number, prompt in enumerate(prompts, start=1):
                _say(console, f"Variant {number} of {len(prompts)}: {prompt}")
                folder = folders[prompt] = request.out / prompt
                settings = settings_with(prompt)
                summary = await run_into(
                    folder, request, ready.sound, model, settings, bench, console
                )
                failures += summary.failures
        level = Level.STRICT if bench.verifier.strict else Level.FAST
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


def _refuse_another_prompt(request: RunRequest, console: Console) -> None:
    """Variants take the place of a preset's prompt, which is said, but not of one of the user's."""
    asked = request.settings
    prompt = asked.episode.prompt
    if prompt and (asked.preset is None or prompt != preset_settings(asked.preset).episode.prompt):
        raise UserError(
            f"--variants says which prompts are used: leave {prompt} out (--prompt, or "
            "`episode.prompt` in the settings)"
        )
    if prompt:
        _say(console, f"The prompt of the preset, {prompt}, gives way to the variants.")


def _refuse_other_folder(out: Path) -> None:
    if (out / SETTINGS_FILE).exists():
        raise UserError(f"{out} is the folder of a single run: choose another --out")
    if out.exists() and not out.is_dir():
        raise UserError(f"{out} is a file, not a folder: choose another --out")
    ours = {one.full_name for one in TEMPLATES} | set(TABLE_FILES)
    there = [path.name for path in out.iterdir()] if out.is_dir() else []
    other = [name for name in there if name.removesuffix(PART) not in ours]
    if other:
        raise UserError(
            f"{out} holds other things than variants, {min(other)} for one: choose another --out"
        )


def _say(console: Console, line: str) -> None:
    console.print(line, style="bold", highlight=False, markup=False, soft_wrap=True)
