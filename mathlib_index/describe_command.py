"""The command `mathlib-index describe`: it parses, calls and prints, no more."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from mathlib_index.catalogue import Catalogue
from mathlib_index.command_errors import errors_as_one_line
from mathlib_index.declaration import Declaration
from mathlib_index.describe import (
    Describer,
    Estimate,
    Progress,
    estimate,
    estimate_from,
    undescribed,
)
from mathlib_index.descriptions import DescriptionWriter
from mathlib_index.errors import IndexUnusable, MathlibIndexError
from mathlib_index.progress import build_progress
from mathlib_index.sources import read_declarations
from mathlib_index.store import MANIFEST_FILE, check_files, how_to_build, read_manifest

EPILOG = (
    "Example: mathlib-index describe Mathlib --model Qwen/Qwen3-8B@http://127.0.0.1:8000/v1 "
    "--out descriptions.jsonl, then mathlib-index build Mathlib --out mathlib.index "
    "--descriptions descriptions.jsonl"
)
_MEASURED_ROUNDS = 2  # of requests at a time, from which the time of a larger run is estimated


class _NotConfirmed(MathlibIndexError):
    """The user said no, or could not be asked; its text says what to do."""


def describe(
    sources: Annotated[
        Path,
        typer.Argument(
            metavar="SOURCES_OR_INDEX",
            help="Folder of Lean sources, a LeanDojo corpus.jsonl, or an index.",
        ),
    ],
    model: Annotated[
        str,
        typer.Option(
            metavar="NAME@URL",
            help="Model behind any server that speaks OpenAI's protocol; without @URL it is "
            "OpenAI's own. The key comes from OPENAI_API_KEY.",
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(help="JSONL file of descriptions. One that is there is added to."),
    ],
    concurrency: Annotated[int, typer.Option(min=1, max=1024, help="Requests at a time.")] = 16,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Describe this many more, and stop.")
    ] = None,
    prompt_price: Annotated[
        float | None, typer.Option(min=0, help="Price of a million prompt tokens.")
    ] = None,
    completion_price: Annotated[
        float | None, typer.Option(min=0, help="Price of a million completion tokens.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before starting.")] = False,
) -> None:
    """Let a language model write one line of plain English for each declaration.

    Requests, tokens, cost and time are estimated first, and you are asked; the time, and how many
    tokens an answer has, from a few first answers, which are kept. Kill it at any moment and run
    the same command: it goes on, and no answer that arrived is asked for again. A declaration
    whose statement has changed since is described anew.
    """
    notices = Console(stderr=True, soft_wrap=True, highlight=False)
    prices = None
    if prompt_price is not None or completion_price is not None:
        prices = (prompt_price or 0.0, completion_price or 0.0)
    try:
        with errors_as_one_line():
            describer = Describer(model)
            declarations = _declarations(sources)
            with DescriptionWriter(out) as writer:
                pending = list(undescribed(declarations, describer.model, writer.known))[:limit]
                if not pending:
                    amount = f"all {len(declarations)} declarations"
                    typer.echo(f"Nothing to do: {out} describes {amount}.")
                    return
                session = _Session(describer, writer, concurrency, prices, notices)
                done = session.describe(pending, ask=not yes)
    except KeyboardInterrupt:
        typer.echo(f"Stopped. Run the same command to go on: {out} holds all answers.", err=True)
        raise typer.Exit(130) from None
    typer.echo(
        f"Described {done.described} declarations ({done.usage.prompt:,} prompt and "
        f"{done.usage.completion:,} completion tokens): {out}"
    )
    if done.refused:
        notices.print(f"{done.refused} answers were of no use; they will not be asked for again.")
    if done.unanswered:
        notices.print(f"{done.unanswered} requests were refused by the server; run again to retry.")


def _declarations(sources: Path) -> list[Declaration]:
    if (sources / MANIFEST_FILE).is_file():
        return _declarations_of_index(sources)
    with build_progress() as report:
        return read_declarations(
            sources, on_progress=partial(report, "Reading Lean files")
        ).declarations


def _declarations_of_index(folder: Path) -> list[Declaration]:
    check_files(folder, read_manifest(folder))
    try:
        return list(Catalogue(folder))
    except (OSError, ValueError, KeyError) as error:
        raise IndexUnusable(
            f"the index at {folder} cannot be understood ({error}). {how_to_build(folder)}"
        ) from error


@dataclass(frozen=True)
class _Session:
    """One sitting with a model."""

    describer: Describer
    writer: DescriptionWriter
    concurrency: int
    prices: tuple[float, float] | None
    notices: Console

    def describe(self, pending: Sequence[Declaration], ask: bool) -> Progress:
        """Estimate, ask, and describe. Raises `_NotConfirmed`."""
        self._show(estimate(pending))
        if ask and not sys.stdin.isatty():
            raise _NotConfirmed("nobody is there to be asked: give --yes to start.")
        first, rest = self._split(pending)
        done = Progress()
        if first:
            done = self._run(first, f"The first {len(first)}")
            self._show(estimate_from(first, done, rest))
        if ask and not typer.confirm("Start?", err=True):
            raise _NotConfirmed("not started.")
        return done + self._run(rest, "Describing")

    def _split(self, pending: Sequence[Declaration]) -> tuple[Sequence[Declaration], ...]:
        measured = _MEASURED_ROUNDS * self.concurrency
        measured = measured if len(pending) > 2 * measured else 0
        return pending[:measured], pending[measured:]

    def _run(self, pending: Sequence[Declaration], what: str) -> Progress:
        with build_progress() as report:
            report(what, 0, len(pending))
            answers = self.describer.run(
                pending,
                self.writer,
                concurrency=self.concurrency,
                on_answer=lambda progress: report(what, progress.done, len(pending)),
            )
            return asyncio.run(answers)

    def _show(self, expected: Estimate) -> None:
        parts = [
            f"{expected.requests:,} requests to {self.describer.model}",
            f"about {expected.usage.prompt:,} prompt and {expected.usage.completion:,} completion "
            "tokens",
            f"cost about {expected.cost(*self.prices):.2f}"
            if self.prices is not None
            else "cost unknown without --prompt-price and --completion-price",
        ]
        if expected.seconds is not None:
            parts.append(f"about {timedelta(seconds=round(expected.seconds))} h at this rate")
        self.notices.print("; ".join(parts), markup=False)
