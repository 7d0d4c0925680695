"""`lean-agent traces view`: recorded episodes in the terminal, or as a page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from lean_agent.errors import UserError

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def view(
    path: Annotated[
        Path, typer.Argument(metavar="TRACES", help="Run folder, dataset folder or JSONL file.")
    ],
    ids: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[EPISODE]...", help="Such as `and_swap#3`: the problem, the sample."
        ),
    ] = None,
    proved: Annotated[
        bool | None,
        typer.Option("--proved/--failed", help="List only those with a proof, or without one."),
    ] = None,
    page: Annotated[
        Path | None, typer.Option(help="Write them into this HTML file, which needs no other.")
    ] = None,
) -> None:
    """Look at episodes: turns, tool calls, Lean's errors on the lines they are about, what changed.

    Without EPISODE it lists them all, a line each, for `less` or `grep`; with `--page` it writes
    one page to click through.

    Example: `lean-agent traces view runs/demo --failed | less`

    Example: `lean-agent traces view runs/demo 'nat_even_pow_iff#3' --page episode.html`
    """
    from lean_agent.trace.narrate import Narrator
    from lean_agent.trace.viewer import episodes, find_episodes, list_episodes

    if ids and proved is not None:
        raise UserError("--proved and --failed choose from all episodes: leave EPISODE out")
    if page is not None:
        _refuse_other_name(page)
        from lean_agent.evaluation.trace_page import render_traces

        chosen = iter(find_episodes(path, ids)) if ids else episodes(path, proved)
        _write(page, render_traces(chosen, path.resolve().name))
        return
    if not ids:
        if not list_episodes(episodes(path, proved), out):
            raise UserError(f"{path} holds no {_kind(proved)}episode")
        return
    for trace in find_episodes(path, ids):
        Narrator(out, whole=True).tell(trace)


def _kind(proved: bool | None) -> str:
    return {None: "", True: "proved ", False: "failed "}[proved]


def _refuse_other_name(page: Path) -> None:
    """Of a file that is overwritten: it shall not be one of the run's own by a slip of the hand."""
    if page.suffix.lower() not in {".html", ".htm"}:
        raise UserError(f"--page {page} is not named as a page: choose a name that ends in .html")


def _write(page: Path, text: str) -> None:
    from lean_agent.evaluation.whole_files import write_whole

    try:
        write_whole({page: text})
    except OSError as error:
        raise UserError(f"cannot write {page}: {error.strerror}") from error
    err.print(f"Written: {page} (open it in a browser)", markup=False, soft_wrap=True)
