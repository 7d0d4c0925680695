"""`lean-agent demo`: the whole system at work on the embedded problems."""

from __future__ import annotations

import asyncio
from pathlib import Path

from rich.console import Console

from lean_agent.benchmark_run import RunRequest, run_benchmark
from lean_agent.evaluation.report import print_report, write_report
from lean_agent.lean.verdict import Reason
from lean_agent.settings import Settings
from lean_agent.trace.narrate import Narrator
from lean_agent.trace.store import RunFolder
from lean_agent.trace.trace import Limits, Trace


def run_demo(folder: Path, samples: int, limit: int | None, out: Console, err: Console) -> None:
    """Run the embedded test problems with the portfolio model, then show what came of it.

    The same folder goes on where it stopped, and says so when all is done.
    """
    request = RunRequest(
        benchmark="embedded",
        settings=Settings(
            model="portfolio",
            limits=Limits(turns=11, check_seconds=5),  # the portfolio's later turns seldom help
        ),
        samples=samples,
        out=folder,
        limit=limit,
        lean="embedded",
    )
    summary = asyncio.run(run_benchmark(request, err))
    run = RunFolder.open(folder)
    if (trace := _telling_episode(run)) is not None:
        out.print("\n[bold]One episode of this run[/]")
        Narrator(out).tell(trace)
    out.print()
    print_report(write_report(run), out)
    out.print(
        f"\nPage:   {folder / 'report.html'} (open it in a browser)\n"
        f"Traces: lean-agent traces view {folder}\n"
        f"Check:  lean-agent verify --traces {folder}",
        markup=False,
        soft_wrap=True,
    )
    if summary.failures:
        out.print(
            f"{len(summary.failures)} episodes did not end; the same command tries them again."
        )


def _telling_episode(run: RunFolder) -> Trace | None:
    """The shortest accepted episode with both tools and a Lean error, if there is one."""

    def interest(trace: Trace) -> tuple[bool, bool, int]:
        called = {call.name for message in trace.messages for call in message.tool_calls}
        verdicts = (verdict for turn in trace.turns for verdict in turn.verdicts)
        corrected = any(verdict.reason is Reason.ERRORS for verdict in verdicts)
        said = sum(len(turn.raw) for turn in trace.turns)
        return (len(called) > 1, corrected, -said)

    return max((trace for trace in run.traces() if trace.proved), key=interest, default=None)
