"""The `lean-agent` command: it reads arguments, calls the library and prints."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer
from rich.console import Console
from rich.text import Text

from lean_agent import __version__
from lean_agent.benchmarks_command import benchmarks as benchmarks_app
from lean_agent.compare_command import Ks, compare
from lean_agent.concurrency import Scheduler
from lean_agent.errors import UserError
from lean_agent.harmless import harmless
from lean_agent.lean.server.command import serve_lean
from lean_agent.lean.verdict import Level
from lean_agent.mcp_command import mcp
from lean_agent.models_command import models
from lean_agent.options import (
    Assignments,
    CheckSeconds,
    Concurrency,
    Header,
    Index,
    Json,
    Lean,
    LeanOrRecord,
    Lenient,
    Limit,
    MaxTokens,
    Model,
    PlayMode,
    Preset,
    Prompt,
    Samples,
    Seconds,
    Seed,
    SettingsFile,
    Temperature,
    Turns,
    Variants,
)
from lean_agent.plan_command import plan
from lean_agent.settings import FLAGS, read_settings
from lean_agent.traces_command import traces as traces_app
from lean_agent.verify_command import verify

if TYPE_CHECKING:
    from lean_agent.benchmark_run import RunRequest
    from lean_agent.runner import Failure

# What scripts read goes to standard output; progress and complaints go to standard error.
out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

app = typer.Typer(
    name="lean-agent",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="Language models that prove theorems in Lean 4 with tools: prove, collect, measure.\n\n"
    "Start with `lean-agent demo`: it needs no GPU, no model and no Lean installation. "
    "`lean-agent doctor` says what this machine has and how to get the rest.",
)


@app.command()
def demo(
    folder: Annotated[
        Path, typer.Option("--out", help="Run folder; the same one goes on where it stopped.")
    ] = Path("runs/demo"),
    samples: Samples = 8,
    limit: Limit = None,
) -> None:
    """Prove the embedded test problems with the portfolio model: the whole system at work.

    Builds the embedded library and its search index on first use, shows one episode, runs all
    problems times 8 samples, and ends with a pass@k table, traces and a page to look at.
    """
    from lean_agent.demo import run_demo

    run_demo(folder, samples, limit, out, err)


@app.command()
def prove(
    statement: Annotated[
        str, typer.Option(help='The theorem, such as "theorem t (a b : Prop) (h : a ∧ b) : b ∧ a".')
    ],
    model: Model = None,
    header: Header = "",
    informal: Annotated[str, typer.Option(help="The theorem in plain English.")] = "",
    preset: Preset = None,
    settings_file: SettingsFile = None,
    assignments: Assignments = None,
    temperature: Temperature = None,
    max_tokens: MaxTokens = None,
    seed: Seed = None,
    mode: PlayMode = None,
    prompt: Prompt = None,
    lenient: Lenient = None,
    turns: Turns = None,
    seconds: Seconds = None,
    lean: Lean = "auto",
    index: Index = None,
    check_seconds: CheckSeconds = None,
    trace: Annotated[
        Path | None, typer.Option(help="Append the episode's trace to this JSONL file.")
    ] = None,
) -> None:
    """Let a model prove one theorem, and watch it work.

    Prints the accepted proof on standard output; the model's words and Lean's go to standard
    error, as they come. Exit code 0 when proved, 1 when not, 2 for bad input.

    Example: `lean-agent prove --model portfolio --statement "theorem t (p : Prop) : p → p"`

    Example: `lean-agent prove --preset qwen3-8b --model openai:@http://127.0.0.1:8000/v1
    --statement "theorem t (p : Prop) : p → p"`
    """
    given = _flags(locals())
    from lean_agent.prove import prove_one

    settings = read_settings(settings_file, assignments or (), given)
    with _appending(trace) as file:
        episode = asyncio.run(
            prove_one(
                statement,
                header,
                informal,
                settings,
                lean=lean,
                index=index,
                console=err,
            )
        )
        if episode.proof is not None:
            typer.echo(episode.proof)
        if file is not None:
            _write_line(file, episode.model_dump_json())
    if episode.proof is None:
        raise typer.Exit(1)


@app.command()
def run(
    benchmark: Annotated[
        str,
        typer.Argument(
            metavar="BENCHMARK",
            help="`embedded`, `proofnet`, `minif2f`, `putnambench`, a JSONL file, a folder, or "
            "`hub:OWNER/NAME`.",
        ),
    ],
    samples: Samples,
    folder: Annotated[Path, typer.Option("--out", help="Run folder, made or gone on with.")],
    model: Model = None,
    split: Annotated[str, typer.Option(help="Which problems of the benchmark.")] = "test",
    limit: Limit = None,
    skip_broken: Annotated[
        bool,
        typer.Option(
            "--skip-broken",
            help="Leave out problems whose statements do not elaborate, instead of stopping. They "
            "count as unsolved, and reports name them.",
        ),
    ] = False,
    concurrency: Concurrency = 8,
    cluster: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Play the episodes on a Ray cluster: `auto`, on one of its machines, or "
            "HOST:PORT. --concurrency is then for each node.",
        ),
    ] = None,
    scheduler: Annotated[
        Scheduler,
        typer.Option(help="`taskgroup`, or `asyncio-pool` (which puts Ctrl-C off to the end)."),
    ] = Scheduler.TASK_GROUP,
    preset: Preset = None,
    settings_file: SettingsFile = None,
    assignments: Assignments = None,
    temperature: Temperature = None,
    max_tokens: MaxTokens = None,
    seed: Seed = None,
    mode: PlayMode = None,
    prompt: Prompt = None,
    variants: Variants = None,
    lenient: Lenient = None,
    turns: Turns = None,
    seconds: Seconds = None,
    lean: LeanOrRecord = "auto",
    index: Index = None,
    check_seconds: CheckSeconds = None,
) -> None:
    """Run a benchmark: problems times samples, each episode a trace in the run folder.

    Stop it any time, with Ctrl-C or kill -9; the same command goes on. A JSONL file has one
    problem a line with the fields `id`, `statement` and, if you like, `header`, `informal`,
    `split`, `topic`, `difficulty`.

    Example: `lean-agent run embedded --model portfolio --samples 4 --out runs/mine`

    Example: `lean-agent run minif2f --preset goedel-prover-v2-8b --model vllm: --samples 32
    --concurrency 256 --out runs/goedel` samples whole proofs as that prover was published;
    `--mode agent` gives the same model the tools.

    Example: `lean-agent run embedded --model portfolio --samples 4 --variants json,xml,python
    --out runs/variants` measures what hangs on how the tools are described.
    """
    given = _flags(locals())
    from lean_agent.benchmark_run import RunRequest, run_benchmark

    settings = read_settings(settings_file, assignments or (), given)
    request = RunRequest(
        benchmark=benchmark,
        settings=settings,
        samples=samples,
        out=folder,
        split=split,
        limit=limit,
        skip_broken=skip_broken,
        concurrency=concurrency,
        cluster=cluster,
        scheduler=scheduler,
        lean=lean,
        index=index,
    )
    if variants is not None:
        _run_variants(request, variants)
        return
    summary = asyncio.run(run_benchmark(request, err))
    _say_failures(summary.failures)
    _say(
        f"{summary.done} of {summary.planned} episodes done, {summary.proved} proved. "
        f"Next: lean-agent report {folder}"
    )
    if summary.failures:
        raise typer.Exit(1)


def _run_variants(request: RunRequest, names: str) -> None:
    from lean_agent.evaluation.variants_table import print_variants, write_variants
    from lean_agent.variants import run_variants

    ended = asyncio.run(run_variants(request, names, err))
    _say_failures(ended.failures)
    print_variants(ended.variants, out)
    written = write_variants(ended.variants, request.out)
    _say(f"Written: {', '.join(map(str, written))}. Each run: lean-agent report {request.out}/NAME")
    if ended.failures:
        raise typer.Exit(1)


def _say_failures(failures: Sequence[Failure]) -> None:
    for failure in failures:
        _say(f"{failure.episode_id} did not end: {failure.why}", style="yellow")


@app.command()
def report(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="Run folder.")],
    level: Annotated[
        Level, typer.Option(help="Count proofs that were checked at this level or better.")
    ] = Level.STRICT,
    k: Ks = None,
    json: Json = False,
) -> None:
    """Print pass@k with intervals, by difficulty and topic; write report.json and report.html."""
    from lean_agent.evaluation.ks import parse_ks
    from lean_agent.evaluation.report import print_report, write_report
    from lean_agent.trace.store import RunFolder

    ks = None if k is None else parse_ks(k)
    found = write_report(RunFolder.open(folder), level, ks)
    if json:
        typer.echo(found.model_dump_json(indent=2))
        return
    print_report(found, out)
    _say(f"Written: {folder / 'report.json'} and {folder / 'report.html'}")


app.command()(verify)
app.command()(compare)
app.add_typer(benchmarks_app)
app.command()(plan)
app.command()(serve_lean)
app.command()(mcp)
app.command()(models)
app.add_typer(traces_app)


@app.command()
def doctor(json: Json = False) -> None:
    """Say what this machine has (Lean, index, GPU, model servers) and how to get the rest."""
    from lean_agent.doctor import diagnose, print_diagnosis

    diagnosis = diagnose()
    if json:
        typer.echo(diagnosis.model_dump_json(indent=2))
    else:
        print_diagnosis(diagnosis, out)


@app.command()
def setup(
    project: Annotated[
        Path | None, typer.Argument(help="Lake project; by default the one that comes along.")
    ] = None,
) -> None:
    """Install Lean and build a Lake project with Mathlib and the REPL, for real Mathlib proofs.

    Needs the network and about 10 GB of disk. Go on with the same command after a failure.
    """
    from lean_agent.setup_project import LAKE_PROJECT, setup_project

    setup_project((project or LAKE_PROJECT).resolve(), err)


@app.callback(invoke_without_command=True)
def _options(
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    if version:
        typer.echo(__version__)
        raise typer.Exit


def _flags(arguments: Mapping[str, object]) -> dict[str, object]:
    """Those of a command's arguments that set a model's settings."""
    return {name: arguments[name] for name in FLAGS}


def _appending(path: Path | None) -> AbstractContextManager[TextIO | None]:
    """The file, opened before the work begins, so that no result is lost on a bad path."""
    if path is None:
        return nullcontext()
    try:
        return path.open("a", encoding="utf-8")
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror}") from error


def _say(line: str, style: str | None = None) -> None:
    err.print(harmless(line), style=style, markup=False, soft_wrap=True)


def _write_line(file: TextIO, line: str) -> None:
    try:
        file.write(line + "\n")
        file.flush()
    except OSError as error:
        raise UserError(f"cannot write to {file.name}: {error.strerror}") from error


def main() -> None:
    """Run the command line; bad input ends in one clear line and exit code 2."""
    try:
        app()
    except UserError as error:
        # One line a complaint, and no word of it taken for Rich's markup.
        err.print(Text("lean-agent:", "red"), Text(harmless(str(error))), soft_wrap=True)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
