"""Check accepted proofs again, from their traces alone."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from rich.console import Console
from rich.progress import TextColumn

from lean_agent.chat import Frozen
from lean_agent.concurrency import for_each
from lean_agent.lean.goal import StatementError
from lean_agent.lean.repl import ReplError
from lean_agent.lean.verdict import NO_ANSWER, Level, Verdict
from lean_agent.lean.verifier import Verifier
from lean_agent.submission import submitted_proof
from lean_agent.trace.counting import counting
from lean_agent.trace.trace import Trace

# A proof that took most of its time limit then must not fail on a slower machine now.
PATIENCE = 2.0


class Standing(StrEnum):
    """What became of an accepted proof."""

    HOLDS = "holds"
    WRONG = "wrong"
    NO_ANSWER = "no answer"  # Lean was stopped or died, so nothing is known


class Recheck(Frozen):
    """How an accepted episode stands now, and a sentence that says why.

    `verdict` is Lean's new one, or None where the trace contradicts itself and
    there was no use in asking Lean.
    """

    episode_id: str
    standing: Standing
    why: str
    verdict: Verdict | None = None

    @property
    def agrees(self) -> bool:
        """Whether the proof holds."""
        return self.standing is Standing.HOLDS


async def recheck(
    traces: Iterable[Trace],
    verifier: Verifier,
    console: Console | None = None,
    *,
    level: Level = Level.STRICT,
    check_seconds: float | None = None,
) -> list[Recheck]:
    """Check every episode that claims a proof again; the others are passed over.

    Only the problem and the proof that stand in the trace are used. Each check has
    `check_seconds`, by default PATIENCE times what the episode's checks had. Traces are
    read as Lean processes come free, so a run of any size fits in memory. The
    answers come in the order of the traces. With a `console`, progress is shown.
    What reading `traces` raises is raised here.
    """
    claims = enumerate(trace for trace in traces if trace.proved or trace.proof is not None)
    done: dict[int, Recheck] = {}
    wrong = 0
    with counting(console, TextColumn("{task.fields[wrong]} wrong")) as progress:
        bar = progress.add_task("Checking again", total=None, wrong=0)

        async def check(claim: tuple[int, Trace]) -> None:
            nonlocal wrong
            position, trace = claim
            done[position] = await _recheck_one(trace, verifier, level, check_seconds)
            wrong += done[position].standing is Standing.WRONG
            progress.update(bar, advance=1, wrong=wrong)

        await for_each(claims, verifier.pool.workers, check)
    return [done[position] for position in sorted(done)]


async def _recheck_one(
    trace: Trace, verifier: Verifier, level: Level, check_seconds: float | None
) -> Recheck:
    def result(standing: Standing, why: str, verdict: Verdict | None = None) -> Recheck:
        return Recheck(episode_id=trace.episode_id, standing=standing, why=why, verdict=verdict)

    if said := contradiction(trace):
        return result(Standing.WRONG, said)
    assert trace.proof is not None  # contradiction saw to it
    seconds = check_seconds or PATIENCE * trace.limits.check_seconds
    try:
        verdict = await verifier.verify(trace.problem, trace.proof, seconds, level)
    except StatementError as error:
        # Its cause is a ReplError where Lean was stopped or died over the statement.
        open_one = isinstance(error.__cause__, ReplError)
        return result(Standing.NO_ANSWER if open_one else Standing.WRONG, str(error))
    if verdict.accepted:
        return result(Standing.HOLDS, "Lean accepts the proof again", verdict)
    if verdict.reason in NO_ANSWER:
        why = f"Lean came to no answer ({verdict.reason}): {verdict.detail}"
        return result(Standing.NO_ANSWER, why, verdict)
    why = f"Lean does not accept the proof ({verdict.reason}): {verdict.detail}"
    then, now = trace.versions.get("lean"), verifier.pool.toolchain.version
    if then != now:
        why += f" (the trace was made with {then}, this is {now})"
    return result(Standing.WRONG, why, verdict)


def contradiction(trace: Trace) -> str | None:
    """How the trace disagrees with itself about what was proved, or None."""
    if trace.proof is None:
        return "the trace claims a proof but holds none"
    if not trace.proved:
        return f"the trace holds a proof, but its outcome is {trace.outcome}"
    if trace.proof not in _accepted_code(trace):
        return (
            "the proof is neither the code of a check_lean call that the trace shows accepted, nor "
            "written down in an answer that it shows accepted"
        )
    return None


def _accepted_code(trace: Trace) -> list[object]:
    """What Lean accepted, as the answers hold it: sent to check_lean, or only written down."""
    answers = (message for message in trace.messages if message.role == "assistant")
    accepted: list[object] = []
    for answer, verdicts in zip(answers, trace.verdicts_by_call(), strict=False):
        sent = {call.id: call.arguments.get("code") for call in answer.tool_calls}
        for call_id, verdict in verdicts.items():
            if verdict.accepted and call_id in sent:
                accepted.append(sent[call_id])
            elif verdict.accepted:
                accepted.append(submitted_proof(answer.content, trace.problem))
    return accepted
