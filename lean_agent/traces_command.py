"""`lean-agent traces`: what can be done with recorded episodes."""

from __future__ import annotations

import typer

from lean_agent.export_command import export_traces
from lean_agent.replay_command import replay
from lean_agent.select_command import select
from lean_agent.view_command import view

traces = typer.Typer(
    name="traces",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Recorded episodes: look at them, choose a dataset from them, export it, replay it.",
)
traces.command()(view)
traces.command()(select)
traces.command("export")(export_traces)
traces.command()(replay)
