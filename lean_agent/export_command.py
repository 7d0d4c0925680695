"""`lean-agent traces export`: episodes in the format that a trainer takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from enum import StrEnum
from json import dumps
from pathlib import Path
from shlex import quote
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from lean_agent.dialects import DIALECTS, dialect_named
from lean_agent.errors import UserError
from lean_agent.harmless import harmless
from lean_agent.options import Json
from lean_agent.trace.export import Exported, FormatName, Nothing, Style, export, format_named
from lean_agent.trace.store import read_traces
from lean_agent.trace.trace import Trace

_SHOWN = 5
_CALLS_BY_TEMPLATE = (FormatName.MESSAGES, FormatName.ARROW, FormatName.PARQUET)
_BEFORE_TRAINING = (
    "Before you train: not every chat template writes calls (Llama 3's, Phi 3's and Qwen 2.5 VL's "
    "leave them out without a word), and the student would learn to call nothing. Those tried are "
    "in lean_agent/trace/export/README.md; another is tried by `lean-agent traces export {dataset} "
    "--to text --template MODEL --out FILE`, which refuses such a template. With --tools prompt "
    "calls are text, and get through."
)

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False)


class ToolsIn(StrEnum):
    """What `--tools` takes."""

    NATIVE = "native"
    PROMPT = "prompt"


Dataset = Annotated[
    Path, typer.Argument(metavar="DATASET", help="Dataset folder, run folder or JSONL of traces.")
]
To = Annotated[FormatName, typer.Option(help="What to write; see below.")]
Out = Annotated[
    Path, typer.Option("--out", help="File to write, for arrow a folder; must not be there.")
]
Tools = Annotated[
    ToolsIn,
    typer.Option(
        help="native: tools beside the messages and calls as such, for the student's own chat "
        "template. prompt: both as text, as our agent sends it with --dialect."
    ),
]
DialectName = Annotated[
    str | None,
    typer.Option("--dialect", help=f"With --tools prompt: {', '.join(DIALECTS)}. Default: hermes."),
]
Template = Annotated[
    str | None,
    typer.Option(help="For text: a model's folder or Hub name, or a Jinja file with the template."),
]
Thinking = Annotated[bool, typer.Option(help="Whether think blocks stay in the answers.")]
Unproved = Annotated[
    bool, typer.Option("--unproved", help="Also episodes without an accepted proof.")
]


def export_traces(
    dataset: Dataset,
    to: To,
    path: Out,
    tools: Tools = ToolsIn.NATIVE,
    dialect: DialectName = None,
    template: Template = None,
    thinking: Thinking = True,
    unproved: Unproved = False,
    json: Json = False,
) -> None:
    """Write episodes as training data.

    - messages: JSON Lines with messages and tools, as TRL's SFTTrainer takes them
    - openai: JSON Lines for OpenAI's fine-tuning
    - sharegpt: JSON Lines for LLaMA-Factory
    - arrow, parquet: a table with a row each episode, for datasets
    - text: JSON Lines with one text each, through a chat template

    Example: `lean-agent traces export traces/sample --to messages --out train.jsonl`
    """
    if dialect is not None and tools is ToolsIn.NATIVE:
        raise UserError(
            "--dialect says how calls are written as text: it goes with --tools prompt; with "
            "--tools native the student's chat template writes them"
        )
    if str(path) == "-":
        raise UserError("an export is written whole or not at all, so --out takes a file's name")
    chosen = dialect_named(dialect or "hermes") if tools is ToolsIn.PROMPT else None
    style = Style(dialect=chosen, thinking=thinking)
    form = format_named(to, style, template)
    traces = _counted(read_traces(dataset))
    try:
        done = export(traces, form, style, path, unproved=unproved)
    except Nothing as nothing:
        raise UserError(f"{dataset}: {nothing}") from nothing
    if json:
        typer.echo(done.model_dump_json(indent=2))
    else:
        _print(done, form.use)
        if chosen is None and to in _CALLS_BY_TEMPLATE:
            out.print(_BEFORE_TRAINING.format(dataset=quote(str(dataset))), markup=False)


def _counted(traces: Iterable[Trace]) -> Iterator[Trace]:
    """The same, with a count in a terminal: there may be a hundred thousand."""
    columns = (SpinnerColumn(), TextColumn("{task.completed:,} episodes"), TimeElapsedColumn())
    disable = not err.is_terminal
    with Progress(*columns, console=err, transient=True, disable=disable) as progress:
        task = progress.add_task("", total=None)
        for trace in traces:
            yield trace
            progress.advance(task)


def _print(done: Exported, use: str) -> None:
    out.print(f"{done.episodes} episodes, {done.answers} answers: {done.path}", markup=False)
    if done.spoilt:
        weighed = "with weight 0" if done.format is FormatName.OPENAI else "as they were written"
        out.print(f"Something is wrong in {done.spoilt} of the answers; they are in it {weighed}.")
    if done.unheard:
        out.print(f"The chat template leaves out words or thinking of {done.unheard} answers.")
    if done.unproved:
        out.print(f"Passed over: {done.unproved} without an accepted proof (--unproved).")
    reasons = Counter(one.why for one in done.left_out)
    for why, times in reasons.most_common(_SHOWN):
        first = next(one.episode for one in done.left_out if one.why == why)
        more = f" and {times - 1} more" if times > 1 else ""
        out.print(harmless(f"Left out: {first}{more}: {why}"), markup=False)
    if len(reasons) > _SHOWN:
        out.print(f"Left out for other reasons (--json): {len(reasons) - _SHOWN}")
    out.print(f"Use: {use.replace('PATH', dumps(str(done.path)))}", markup=False)
