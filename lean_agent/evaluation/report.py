"""The report of a run: written into its folder, and shown in the terminal."""

from __future__ import annotations

from rich.console import Console

from lean_agent.evaluation.summary import Report
from lean_agent.trace.store import RunFolder


def write_report(run: RunFolder) -> Report:
    """Count the run, write `report.json` and `report.html` into its folder, return the report.

    Raises UserError where the run holds no episode yet.
    """
    raise NotImplementedError


def print_report(report: Report, console: Console) -> None:
    """The report as tables: pass@k with intervals, by difficulty, by topic, and what else counts."""
    raise NotImplementedError
