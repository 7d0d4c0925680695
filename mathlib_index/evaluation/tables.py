"""An evaluation as tables for the terminal."""

from __future__ import annotations

from collections import Counter

from rich.console import Console
from rich.table import Table
from rich.text import Text

from mathlib_index.evaluation.evaluate import Evaluation, StyledScores
from mathlib_index.evaluation.metrics import Interval, Scores

THIS_INDEX = "this index"
_SHOWN_MISSING = 5


def print_evaluation(evaluation: Evaluation, console: Console) -> None:
    """Scores by style and, if other rankings were evaluated too, a table that sets them side by
    side."""
    console.print(
        f"{evaluation.queries:,} queries for {evaluation.declarations:,} declarations, "
        "with 95% intervals (bootstrap over declarations):",
        highlight=False,
    )
    console.print(_styles_table(evaluation))
    if evaluation.comparisons:
        console.print()
        console.print(_comparison_table(evaluation))
        console.print()
        console.print(_comparison_by_style(evaluation))
    if evaluation.missing:
        console.print(_missing_line(evaluation.missing), style="yellow", highlight=False)


def _styles_table(evaluation: Evaluation) -> Table:
    counts = Counter(rank.style for rank in evaluation.ranks)
    table = _table("style", "queries", *_metric_names())
    for style, scores in evaluation.by_style.items():
        table.add_row(style, str(counts[style]), *map(_with_interval, _intervals(scores)))
    if len(counts) > 1:
        table.add_section()
        cells = map(_with_interval, _intervals(evaluation))
        table.add_row("all", str(evaluation.queries), *cells, style="bold")
    return table


def _comparison_table(evaluation: Evaluation) -> Table:
    table = _table("ranking", *_metric_names(), f"nDCG@10 less\n{THIS_INDEX}'s")
    for label, other in evaluation.comparisons.items():
        cells = (f"{interval.value:.3f}" for interval in _intervals(other))
        table.add_row(label, *cells, _with_interval(other.difference.ndcg_at_10, "+"))
    cells = (f"{interval.value:.3f}" for interval in _intervals(evaluation))
    table.add_row(THIS_INDEX, *cells, "", style="bold")
    return table


def _comparison_by_style(evaluation: Evaluation) -> Table:
    rankings: list[StyledScores] = [*evaluation.comparisons.values(), evaluation]
    table = _table("nDCG@10", *evaluation.comparisons, THIS_INDEX)
    for style in evaluation.by_style:
        table.add_row(
            style, *(f"{scores.by_style[style].ndcg_at_10.value:.3f}" for scores in rankings)
        )
    table.add_section()
    table.add_row("all", *(f"{scores.ndcg_at_10.value:.3f}" for scores in rankings), style="bold")
    return table


def _missing_line(missing: tuple[str, ...]) -> str:
    names = ", ".join(missing[:_SHOWN_MISSING])
    more = f" and {len(missing) - _SHOWN_MISSING} more" if len(missing) > _SHOWN_MISSING else ""
    return f"Not counted, as the index does not hold {len(missing)} of the answers: {names}{more}."


def _table(first: str, *columns: str) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(first, no_wrap=True)
    for column in columns:
        table.add_column(column, justify="right")
    return table


def _metric_names() -> list[str]:
    return ["nDCG@10", "recall@1", "recall@10", "recall@100", "MRR"]


def _intervals(scores: Scores) -> list[Interval]:
    return [getattr(scores, name) for name in Scores.model_fields]


def _with_interval(interval: Interval, sign: str = "") -> Text:
    low, high = f"{interval.low:{sign}.2f}", f"{interval.high:{sign}.2f}"
    ends = f"{low} to {high}" if sign else f"{low}–{high}"
    return Text(f"{interval.value:{sign}.3f}\n").append(ends, "not bold dim")
