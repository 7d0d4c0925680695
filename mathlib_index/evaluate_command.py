"""The command `mathlib-index evaluate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from mathlib_index.command_errors import errors_as_one_line
from mathlib_index.evaluation.ablation import ablations
from mathlib_index.evaluation.evaluate import Evaluation
from mathlib_index.evaluation.evaluate import evaluate as evaluate_search
from mathlib_index.evaluation.queries import read_queries, select_queries
from mathlib_index.evaluation.tables import print_evaluation
from mathlib_index.index import SearchIndex
from mathlib_index.progress import build_progress
from mathlib_index.rerank import Search, open_reranker, reranked

EPILOG = "Example: mathlib-index evaluate mathlib.index queries.json --ablation"


def evaluate(
    index: Annotated[Path, typer.Argument(help="Folder that `mathlib-index build` wrote.")],
    queries: Annotated[
        Path,
        typer.Argument(
            help="JSON list of queries: in MathlibQR's form, objects with `full_name` and one "
            'query in each field that begins with q, or {"query": …, "answer": NAME}.'
        ),
    ],
    limit: Annotated[
        int | None,
        typer.Option(min=1, help="Only the queries of the file's first so many declarations."),
    ] = None,
    reranker: Annotated[
        str | None,
        typer.Option(
            metavar="RERANKER",
            help="Evaluate this too, beside the ranking without it: `cross-encoder:NAME_OR_PATH` "
            "or `openai:MODEL@URL` (any OpenAI-compatible server).",
        ),
    ] = None,
    ablation: Annotated[
        bool,
        typer.Option(
            "--ablation",
            help="Evaluate BM25, dense and fused search too, and fused with each further part.",
        ),
    ] = False,
    as_json: Annotated[
        bool,
        typer.Option("--json", help="Print one JSON document, with the rank of every answer."),
    ] = False,
) -> None:
    """Measure how well an index answers queries whose right answers are known.

    Prints nDCG@10, recall@1, @10 and @100, and MRR, overall and by query style, each with a 95%
    bootstrap interval over declarations. Queries whose declaration is not in the index are left
    out and named. A second run prints the same figures.
    """
    with errors_as_one_line():
        evaluation = _evaluate(index, queries, limit, reranker, ablation)
    if as_json:
        typer.echo(evaluation.model_dump_json(by_alias=True, indent=2))
    else:
        print_evaluation(evaluation, Console())


def _evaluate(
    folder: Path, file: Path, limit: int | None, reranker: str | None, ablation: bool
) -> Evaluation:
    asked = read_queries(file)
    second = open_reranker(reranker) if reranker else None
    index = SearchIndex.load(folder)
    questions = select_queries(asked, lambda name: index.get(name) is not None, limit)
    others: dict[str, Search] = ablations(index) if ablation else {}
    if second is not None:
        others[f"with {reranker}"] = reranked(index.search_many, second)
    with build_progress() as report:
        evaluation = evaluate_search(index.search_many, questions, others, report)
    if second is not None and second.malformed:
        typer.echo(
            f"warning: the reranker gave no readable order for {second.malformed} of "
            f"{evaluation.queries} queries; their hits kept theirs.",
            err=True,
        )
    return evaluation
