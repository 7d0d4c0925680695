"""`lean-agent traces select`: a dataset from the good episodes of some runs."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from lean_agent.benchmarks import names
from lean_agent.options import Index, Lean
from lean_agent.trace.rules.rule import MEANING
from lean_agent.trace.rules.search_use import SEARCH_MEANING
from lean_agent.trace.selection_record import Request, SelectionRecord
from lean_agent.trace.sources import COMPARED

if TYPE_CHECKING:
    from lean_agent.trace.selection import Selection

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def select(
    runs: Annotated[
        list[Path],
        typer.Argument(metavar="RUN", help="Run folders, datasets or JSONL files of traces."),
    ],
    folder: Annotated[
        Path, typer.Option("--out", metavar="DATASET", help="The folder to make; it must be new.")
    ],
    size: Annotated[int, typer.Option(min=1, help="How many traces.")] = 100,
    seed: Annotated[int, typer.Option(help="Breaks ties between equally good traces.")] = 0,
    against: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="An evaluation set that no problem may overlap with: a benchmark's name or file; "
            "may be given several times. Its split `train`, if any, is left out. "
            f"[default: {', '.join(names())}]",
        ),
    ] = None,
    max_tokens: Annotated[
        int | None, typer.Option(min=1, help="Leave out longer traces. [default: no limit]")
    ] = None,
    tokenizer: Annotated[
        str | None,
        typer.Option(
            metavar="NAME_OR_PATH",
            help="What counts tokens: a tokenizer.json, a folder with one or a name on the Hub. "
            "[default: an estimate from bytes, rather too high]",
        ),
    ] = None,
    recovery_share: Annotated[
        float,
        typer.Option(
            min=0.0,
            max=1.0,
            help="Share of the traces that hold an error and the recovery from it, as near as the "
            "candidates allow.",
        ),
    ] = 0.5,
    mixed: Annotated[
        bool,
        typer.Option(
            "--mixed",
            help="Take runs of different models, prompts, limits or versions together; the card "
            "lists them.",
        ),
    ] = False,
    licence: Annotated[
        str,
        typer.Option("--license", help="What the card says the dataset is published under."),
    ] = "apache-2.0",
    lean: Lean = "auto",
    index: Index = None,
    check_seconds: Annotated[
        float | None,
        typer.Option(
            min=0.1, help="Time limit of each new check. [default: twice that of the run's]"
        ),
    ] = None,
) -> None:
    """Choose good traces of some runs and write them as a dataset, with a card and the reasons.

    Taken are accepted proofs of several turns in which a search helped: one for each problem, none
    alike, none of a problem in an evaluation set, balanced over topic, difficulty, turns and use
    of tools. What is taken is replayed, call by call, if Lean and the search index are those of
    the run; else its proof is checked again. DATASET/selection.jsonl says of every accepted
    episode why it was taken or left. Equal requests make equal bytes on every machine.

    Exit code 0 where as many were taken as asked for, 1 where the dataset is smaller, 2 where
    nothing could be taken or the input is bad.

    Example: `lean-agent traces select runs/train --size 100 --seed 0 --out traces/recovery`
    """
    from lean_agent.trace.dataset import refuse_existing, write_dataset

    request = Request(
        size=size,
        seed=seed,
        against=tuple(against or names()),
        max_tokens=max_tokens,
        tokenizer=tokenizer,
        recovery_share=recovery_share,
        mixed=mixed,
        licence=licence,
    )
    refuse_existing(folder)
    selection = asyncio.run(_select(runs, request, lean, index, check_seconds))
    write_dataset(folder, selection)
    _print(selection.record, folder)
    raise typer.Exit(0 if selection.record.taken == size else 1)


async def _select(
    runs: list[Path], request: Request, lean: str, index: str | None, check_seconds: float | None
) -> Selection:
    from lean_agent.lean.library import Library
    from lean_agent.trace.choosing import LeanAtHand
    from lean_agent.trace.selection import select as choose
    from lean_agent.workbench import open_verifier, open_workbench

    library = Library(lean)
    # Lean is asked anew, even if it was asked the same before.
    if index is None and library.project is not None:
        async with open_verifier(lean, remember=False) as verifier:
            at_hand = LeanAtHand(verifier, library, None, check_seconds)
            return await choose(runs, request, at_hand, err)
    async with open_workbench(lean, index, remember=False) as bench:
        at_hand = LeanAtHand(bench.verifier, library, bench, check_seconds)
        return await choose(runs, request, at_hand, err)


def _print(record: SelectionRecord, folder: Path) -> None:
    out.print(
        f"{record.episodes:,} episodes, {record.candidates:,} accepted, {record.eligible:,} good "
        f"ones of {record.eligible_problems:,} problems.",
        soft_wrap=True,
    )
    for rule, count in record.left.items():
        out.print(f"  {count:>7,} left by {rule}: {MEANING[rule]}", soft_wrap=True)
    for gap in filter(None, (one.gap for one in record.evaluation_sets)):
        err.print(gap, soft_wrap=True)
    for one in record.sources:
        if "not looked for" in one.reference_proofs:
            err.print(f"Reference proofs of {one.name}: {one.reference_proofs}.", soft_wrap=True)
        if one.problems != COMPARED:
            err.print(f"Problems of {one.name}: {one.problems}.", soft_wrap=True)
    out.print(
        f"{record.taken:,} traces are in {folder}, {record.recovering:,} of them with an error and "
        "its recovery; README.md there is the card.",
        soft_wrap=True,
    )
    for kind, count in record.searches.items():
        out.print(f"  {count:>7,} {kind}: {SEARCH_MEANING[kind]}.", soft_wrap=True)
    if record.replayed < record.taken:
        err.print(
            f"{record.taken - record.replayed:,} were made with another Lean or search index than "
            "are at hand: their proofs were checked again, and their calls were not replayed. "
            "--lean and --index name others.",
            soft_wrap=True,
        )
    if record.taken < record.request.size:
        err.print(
            f"[bold yellow]Only {record.taken:,} of the {record.request.size:,} asked for:[/] "
            "there were no more. selection.jsonl says why each other was left; more problems, "
            "samples or turns give more.",
            soft_wrap=True,
        )
