"""The command line `mathlib-index`: it parses, calls and prints, no more."""

from __future__ import annotations

import time
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, get_args

import typer
from pydantic import BaseModel
from rich.console import Console
from rich.markup import escape
from rich.text import Text

from mathlib_index import describe_command, evaluate_command, mcp_command
from mathlib_index.build import build_index
from mathlib_index.command_errors import errors_as_one_line
from mathlib_index.declaration import DeclarationKind
from mathlib_index.encoder import DEFAULT_MODEL
from mathlib_index.index import Filters, Hit, SearchIndex
from mathlib_index.progress import build_progress
from mathlib_index.rerank import Search, open_reranker, reranked
from mathlib_index.server import command as serve_command

app = typer.Typer(
    help="Search the declarations of a Lean library in plain English.",
    epilog="Example: mathlib-index build Mathlib --out mathlib.index, then "
    'mathlib-index search mathlib.index "addition is commutative" -k 5',
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


class DeviceChoice(StrEnum):
    """Where the embedding model runs."""

    auto = "auto"
    cpu = "cpu"
    cuda = "cuda"


class OriginChoice(StrEnum):
    """Where declarations come from."""

    auto = "auto"
    sources = "sources"
    lake = "lake"
    lean_dojo = "lean-dojo"


KindChoice = StrEnum("KindChoice", [(kind, kind) for kind in get_args(DeclarationKind)])  # type: ignore[misc]


class SearchAnswer(BaseModel):
    """What `search --json` prints."""

    query: str
    hits: list[Hit]


def main() -> None:
    """Entry point of the command `mathlib-index`."""
    app(prog_name="mathlib-index")


@app.command(
    epilog="Example: mathlib-index build ~/mathlib4 --out mathlib.index  "
    "(an unchanged library is not encoded again)"
)
def build(
    sources: Annotated[
        Path,
        typer.Argument(
            help="Folder of Lean sources, a library's or one inside it; or what --origin says."
        ),
    ],
    out: Annotated[Path, typer.Option(help="Folder for the index; an index in it is replaced.")],
    model: Annotated[
        str, typer.Option(help="Name or path of any sentence-transformers model.")
    ] = DEFAULT_MODEL,
    origin: Annotated[
        OriginChoice,
        typer.Option(
            help="sources: Lean files, read as text, without Lean. lake: a built Lake project, "
            "asked through Lean. lean-dojo: a corpus.jsonl of LeanDojo, or a repository that it "
            "has traced. auto: a file is lean-dojo, a folder sources."
        ),
    ] = OriginChoice.auto,
    descriptions: Annotated[
        Path | None, typer.Option(help="What `mathlib-index describe` wrote.")
    ] = None,
    device: Annotated[
        DeviceChoice, typer.Option(help="auto is the GPU where torch sees one.")
    ] = DeviceChoice.auto,
) -> None:
    """Read the public declarations of a Lean library and build an index of them.

    Kill it at any moment and run it again: texts that were encoded are not encoded again. Left
    out, as no proof cites them: private and unsafe declarations, names in the namespace Lean or
    with a component that starts with an underscore, and opaque constants with an extern attribute.
    """
    started = time.monotonic()
    with errors_as_one_line(), build_progress() as report:
        result = build_index(
            sources,
            out,
            origin=origin.value,
            descriptions=descriptions,
            model=model,
            device=device.value,
            report=report,
        )
    notices = Console(stderr=True, soft_wrap=True)
    for warning in result.warnings:
        notices.print(f"warning: {escape(warning)}", style="yellow", highlight=False)
    made = result.manifest
    amount = f"{made.declarations} declarations from {made.files} files"
    if result.rebuilt:
        typer.echo(f"Indexed {amount} in {time.monotonic() - started:.1f} s: {out}")
        typer.echo(
            f"Vectors: {made.vectors}, recall@10 against exact search {made.recall_at_10:.3f}"
        )
    else:
        typer.echo(f"Nothing to do: {out} already holds these {amount}, with the model {model}.")


@app.command(epilog='Example: mathlib-index search mathlib.index "every prime divides" -k 5 --json')
def search(
    index: Annotated[Path, typer.Argument(help="Folder that `mathlib-index build` wrote.")],
    query: Annotated[
        str, typer.Argument(help="The fact you look for, in words, LaTeX or Lean; or a name.")
    ],
    k: Annotated[int, typer.Option("-k", help="How many answers.")] = 10,
    kind: Annotated[
        list[KindChoice] | None,
        typer.Option(help="Only this kind of declaration; may be given more than once."),
    ] = None,
    module: Annotated[
        str,
        typer.Option(help="Only this module and those below it, as `Mathlib.Topology.Algebra`."),
    ] = "",
    reranker: Annotated[
        str | None,
        typer.Option(
            metavar="RERANKER",
            help="Let this put the best answers in order: `cross-encoder:NAME_OR_PATH` or "
            "`openai:MODEL@URL`. Measure it first: mathlib-index evaluate --reranker.",
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON document instead.")
    ] = False,
) -> None:
    """Find the declarations that a sentence describes; a full name finds itself first.

    In a pipe or a file an answer is one line: rank, name, kind, signature and docstring, with tabs
    between.
    """
    with errors_as_one_line():
        loaded = SearchIndex.load(index)
        filters = Filters(kinds=frozenset(one.value for one in kind or ()), module=module)
        ranking: Search = partial(loaded.search_many, filters=filters)
        if reranker is not None:
            ranking = reranked(ranking, open_reranker(reranker))
        hits = ranking([query], k)[0]
    if as_json:
        typer.echo(SearchAnswer(query=query, hits=hits).model_dump_json(indent=2))
    elif hits:
        _print(hits, Console())
    else:
        typer.echo("Nothing found. Try other words, or fewer filters.")


app.command(epilog=evaluate_command.EPILOG)(evaluate_command.evaluate)
app.command(epilog=serve_command.EPILOG)(serve_command.serve)
app.command(epilog=mcp_command.EPILOG)(mcp_command.mcp)
app.command(epilog=describe_command.EPILOG)(describe_command.describe)


def _print(hits: list[Hit], console: Console) -> None:
    """On a terminal a name, whole, and below it what it says, cut to the width; else one line."""
    for hit in hits:
        found = hit.declaration
        docstring = " ".join(found.docstring.split())
        if not console.is_terminal:
            parts = (str(hit.rank), found.name, found.kind, found.signature, docstring)
            typer.echo("\t".join(parts).rstrip())
            continue
        head = Text.assemble(f"{hit.rank:>2}  ", (found.name, "bold"), f"  {found.kind}")
        console.print(head, soft_wrap=True)
        for text, style in ((docstring, ""), (found.signature, "dim")):
            if text:
                console.print(Text(f"    {text}", style), no_wrap=True, overflow="ellipsis")
