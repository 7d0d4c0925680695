"""Check accepted proofs again, from their traces alone."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from lean_agent.chat import Frozen
from lean_agent.concurrency import for_each
from lean_agent.lean.goal import StatementError
from lean_agent.lean.verdict import Level, Verdict
from lean_agent.lean.verifier import Verifier
from lean_agent.trace.trace import Trace

CHECK_TOOL = "check_lean"

# A proof that took most of its time limit then must not fail on a slower machine now.
PATIENCE = 2.0


class Recheck(Frozen):
    """Whether an accepted episode still holds, and a sentence that says why or why not.

    `verdict` is Lean's new one, or None where the trace contradicts itself and
    there was no use in asking Lean.
    """

    episode_id: str
    agrees: bool
    why: str
    verdict: Verdict | None = None


async def recheck(
    traces: Iterable[Trace], verifier: Verifier, console: Console | None = None
) -> list[Recheck]:
    """Check every episode that claims a proof again; the others are passed over.

    Only the problem and the proof that stand in the trace are used. Traces are
    read as Lean processes come free, so a run of any size fits in memory. The
    answers come in the order of the traces. With a `console`, progress is shown.
    What reading `traces` raises is raised here.
    """
    claims = enumerate(trace for trace in traces if trace.proved or trace.proof is not None)
    done: dict[int, Recheck] = {}
    wrong = 0
    with _progress(console) as progress:
        bar = progress.add_task("Checking again", total=None, wrong=0)

        async def check(claim: tuple[int, Trace]) -> None:
            nonlocal wrong
            position, trace = claim
            done[position] = await _recheck_one(trace, verifier)
            wrong += not done[position].agrees
            progress.update(bar, advance=1, wrong=wrong)

        await for_each(claims, verifier.pool.workers, check)
    return [done[position] for position in sorted(done)]


async def _recheck_one(trace: Trace, verifier: Verifier) -> Recheck:
    if contradiction := _contradiction(trace):
        return Recheck(episode_id=trace.episode_id, agrees=False, why=contradiction)
    assert trace.proof is not None  # _contradiction saw to it
    timeout = PATIENCE * trace.limits.check_seconds
    try:
        verdict = await verifier.verify(trace.problem, trace.proof, timeout, Level.STRICT)
    except StatementError as error:
        return Recheck(episode_id=trace.episode_id, agrees=False, why=str(error))
    if verdict.accepted:
        why = "Lean accepts the proof again"
    else:
        why = f"Lean does not accept the proof ({verdict.reason}): {verdict.detail}"
        then, now = trace.versions.get("lean"), verifier.pool.toolchain.version
        if then != now:
            why += f" (the trace was made with {then}, this is {now})"
    return Recheck(episode_id=trace.episode_id, agrees=verdict.accepted, why=why, verdict=verdict)


def _contradiction(trace: Trace) -> str | None:
    """How the trace disagrees with itself about what was proved, or None."""
    if trace.proof is None:
        return "the trace claims a proof but holds none"
    if not trace.proved:
        return f"the trace holds a proof, but its outcome is {trace.outcome}"
    if trace.proof not in _accepted_code(trace):
        return "the proof is not the code of any check_lean call that the trace shows accepted"
    return None


def _accepted_code(trace: Trace) -> set[str]:
    """The code sent in turns in which Lean accepted something."""
    answers = [message for message in trace.messages if message.role == "assistant"]
    return {
        call.arguments["code"]
        for message, turn in zip(answers, trace.turns, strict=False)
        if any(verdict.accepted for verdict in turn.verdicts)
        for call in message.tool_calls
        if call.name == CHECK_TOOL and isinstance(call.arguments.get("code"), str)
    }


def _progress(console: Console | None) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[wrong]} wrong"),
        TimeElapsedColumn(),
        console=console,
        disable=console is None,
    )
