"""`lean-agent compare`: runs of the same problems side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from lean_agent.evaluation.ks import parse_ks
from lean_agent.lean.verdict import Level
from lean_agent.options import Json

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

Ks = Annotated[
    str | None,
    typer.Option(
        "--k",
        metavar="K,K,...",
        help="Show pass@k for these k only, such as `1,8,32`; none may be larger than the number "
        "of samples. [default: the powers of two, and the number of samples]",
    ),
]


def compare(
    runs: Annotated[
        list[Path], typer.Argument(metavar="RUN...", help="Run folders; the first is the baseline.")
    ],
    k: Ks = None,
    level: Annotated[
        Level, typer.Option(help="Count proofs that were checked at this level or better.")
    ] = Level.STRICT,
    folder: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help="Also write compare.md, compare.tex (booktabs), compare.json and compare.html.",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Compare runs of the same problems with the first: pass@k, problems won and lost, cost.

    Differences are taken problem by problem at equal numbers of samples, with bootstrap intervals
    and McNemar's exact test, and at equal completion tokens where both runs count them. Settings
    that differ are listed. One run alone gives its own tables in the same formats.

    Example: `lean-agent compare runs/before runs/after --k 1,8,32 --out comparison`
    """
    from lean_agent.evaluation.compare import compare_runs
    from lean_agent.evaluation.compare_files import write_comparison
    from lean_agent.evaluation.compare_tables import print_comparison

    found = compare_runs(runs, level, None if k is None else parse_ks(k))
    written: tuple[Path, ...] = ()
    if folder is not None:
        written = write_comparison(found, folder)
    if json:
        typer.echo(found.model_dump_json(indent=2))
        return
    print_comparison(found, out)
    if written:
        words = f"Written: {', '.join(map(str, written))}"
        err.print(words, highlight=False, markup=False, soft_wrap=True)
