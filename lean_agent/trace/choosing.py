"""Choosing, and holding what is chosen against Lean, by turns, until all of it stands.

Three things are asked of Lean. Whether a proof needs what a search brought: it is checked without
that (`rules/need.py`), quickly. Whether the tools answer as the trace says: its calls are made
again, so that its proof is checked again too, strictly. And only that, where Lean or the search
index at hand are not those that the trace was made with. What does not stand is left, what the
proof does not need comes after what others need, and the choice is made anew. So Lean is asked
about hundreds of traces, however many there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from rich.console import Console

from lean_agent.concurrency import for_each
from lean_agent.errors import UserError
from lean_agent.lean.goal import StatementError
from lean_agent.lean.library import Library
from lean_agent.lean.verdict import Level, Reason
from lean_agent.lean.verifier import Verifier
from lean_agent.problem import Problem
from lean_agent.tools import Toolbox
from lean_agent.trace.balance import Candidate, Choice, choose
from lean_agent.trace.clockless import identity
from lean_agent.trace.counting import counting
from lean_agent.trace.gathering import Gathered, Passed
from lean_agent.trace.recheck import PATIENCE, Recheck, recheck
from lean_agent.trace.recheck import Standing as Claim
from lean_agent.trace.replay import Replayed, Standing, other_versions, replay
from lean_agent.trace.rules.need import without
from lean_agent.trace.rules.rule import Left, Rule
from lean_agent.trace.rules.search_use import SearchKind, SearchUse, used_names
from lean_agent.trace.selection_record import Request
from lean_agent.trace.sources import Source
from lean_agent.trace.trace import Limits, Trace
from lean_agent.workbench import Workbench

TRIALS = 4
"""For each trace that is asked for so many proofs at most are tried without a search's result;
more could only be left untried where nearly no proof needs one."""

_WITHOUT = "the accepted proof, which Lean {} without it"


@dataclass(frozen=True)
class LeanAtHand:
    """The Lean that traces are held against, and the modules of it.

    `bench` is the same Lean with a search index, or None where there is no index: then nothing is
    replayed. `check_seconds` is the time limit of each check, by default PATIENCE times what it
    had in the run.
    """

    verifier: Verifier
    library: Library
    bench: Workbench | None = None
    check_seconds: float | None = None

    def can_replay(self, trace: Trace) -> bool:
        """Whether Lean and the index are those that the trace was made with."""
        if self.bench is None:
            return False
        versions = {name: self.bench.versions[name] for name in ("lean", "index", "strict")}
        there = versions.keys() <= trace.versions.keys()
        return there and not other_versions([trace], versions)

    def seconds(self, trace: Trace) -> float:
        """The time limit of a check."""
        return self.check_seconds or PATIENCE * trace.limits.check_seconds

    def toolbox(self, problem: Problem, limits: Limits) -> Toolbox:
        """The tools to replay with."""
        assert self.bench is not None  # or nothing could be replayed
        if self.check_seconds is not None:
            limits = limits.model_copy(update={"check_seconds": self.check_seconds})
        return self.bench.toolbox(problem, limits)


class Choosing:
    """The choice from what was gathered. What is not taken in the end is put to its `left`."""

    def __init__(
        self, gathered: Gathered, request: Request, lean: LeanAtHand, console: Console | None
    ) -> None:
        self._gathered = gathered
        self._request = request
        self._lean = lean
        self._console = console
        self._refuted: dict[str, Left] = {}
        self._tried: set[str] = set()
        self._held: set[str] = set()  # against Lean, whole
        self.replayed: set[str] = set()
        self.traces: dict[str, Trace] = {}
        """Those that Lean was asked about, by identity."""

    async def choose(self) -> list[Passed]:
        """Those that are taken, in the order in which they were."""
        passed = self._gathered.passed
        while True:
            choice = self._choice()
            chosen = [one.identity for one in choice.taken]
            if untried := self._untried(chosen):
                await self._try_without(untried)
            elif new := [own for own in chosen if own not in self._held]:
                await self._hold(new)
            else:
                break
        for own, why in {**choice.left, **self._refuted}.items():
            self._gathered.left.append((passed[own].episode, why))
        return [passed[own] for own in chosen]

    def _choice(self) -> Choice:
        candidates: list[Candidate] = [
            one.candidate for own, one in self._gathered.passed.items() if own not in self._refuted
        ]
        request = self._request
        return choose(candidates, request.size, request.seed, request.recovery_share)

    def _untried(self, chosen: Sequence[str]) -> list[str]:
        passed = self._gathered.passed
        left = TRIALS * self._request.size - len(self._tried)
        used = [own for own in chosen if passed[own].search.kind is SearchKind.USED]
        return [own for own in used if own not in self._tried][: max(0, left)]

    async def _try_without(self, wanted: Sequence[str]) -> None:
        self._fetch(wanted)
        self._tried.update(wanted)
        passed = self._gathered.passed
        with counting(self._console) as progress:
            bar = progress.add_task("Trying proofs without search results", total=len(wanted))

            async def one(own: str) -> None:
                search = await self._search_of(self.traces[own], passed[own].search)
                candidate = replace(passed[own].candidate, uses=search.kind.in_earnest)
                passed[own] = replace(passed[own], candidate=candidate, search=search)
                progress.advance(bar)

            await for_each(wanted, self._lean.verifier.pool.workers, one)

    async def _search_of(self, trace: Trace, search: SearchUse) -> SearchUse:
        """What the search did, now that Lean was asked about the proof without its results."""
        names = [one.name for one in used_names(trace)]
        proof = without(trace.proof or "", names, trace.problem.header)
        try:
            verdict = await self._lean.verifier.verify(
                trace.problem, proof, self._lean.seconds(trace), Level.FAST
            )
        except StatementError:  # replaying it will tell
            return search
        if verdict.accepted:
            kind, says = SearchKind.UNNEEDED, "accepts"
        elif verdict.reason is Reason.ERRORS:
            kind, says = SearchKind.NEEDED, "refuses"
        else:
            return search
        return search.model_copy(update={"kind": kind, "seen_in": _WITHOUT.format(says)})

    async def _hold(self, wanted: Sequence[str]) -> None:
        self._fetch(wanted)
        self._held.update(wanted)
        ordered = sorted(wanted)
        again = [own for own in ordered if self._lean.can_replay(self.traces[own])]
        other = [own for own in ordered if own not in set(again)]
        self.replayed.update(again)
        workers = self._lean.verifier.pool.workers
        if again:
            traces = (self.traces[own] for own in again)
            replayed = await replay(traces, self._lean.toolbox, workers, self._console)
            for own, one in zip(again, replayed, strict=True):
                if one.standing is not Standing.CLEAN:
                    self._refuted[own] = _not_clean(one)
        if other:
            checked = await recheck(
                (self.traces[own] for own in other),
                self._lean.verifier,
                self._console,
                level=Level.STRICT,
                check_seconds=self._lean.check_seconds,
            )
            for own, claim in zip(other, checked, strict=True):
                if why := _refuted(claim):
                    self._refuted[own] = why

    def _fetch(self, wanted: Collection[str]) -> None:
        passed = self._gathered.passed
        missing = {own for own in wanted if own not in self.traces}
        by_source: dict[Source, set[str]] = defaultdict(set)
        for own in missing:
            by_source[passed[own].episode.source].add(passed[own].episode.id)
        for source, ids in by_source.items():
            for trace in source.fetch(ids):
                if (own := identity(trace)) in missing:
                    self.traces[own] = trace
        if gone := missing - self.traces.keys():
            name = passed[min(gone)].candidate.name
            raise UserError(f"the episode {name} was changed while it was read: begin again")


def _not_clean(replayed: Replayed) -> Left:
    """Why a trace that does not replay clean is left."""
    if replayed.flaws:
        return Left(rule=Rule.REPLAY, why=f"the record is not whole: {replayed.flaws[0]}")
    if replayed.differences:
        first = replayed.differences[0]
        what = first.tool or "the proof that was only written down"
        others = len(replayed.differences) - 1
        more = f", and {others} more" if others else ""
        return Left(
            rule=Rule.REPLAY,
            why=f"turn {first.turn}: {what} answers otherwise now{more}",
            evidence="\n".join(first.diff())[:400],
        )
    open_one = replayed.unconfirmed[0]
    return Left(rule=Rule.REPLAY, why=f"turn {open_one.turn}: not confirmed: {open_one.why}")


def _refuted(checked: Recheck) -> Left | None:
    """Why a proof does not stand now, or None."""
    verdict = checked.verdict
    if checked.standing is Claim.HOLDS and verdict and verdict.level is Level.STRICT:
        return None
    why = checked.why
    if checked.standing is Claim.HOLDS:
        why = "only the fast check accepts the proof again"
    return Left(rule=Rule.VERIFIED_AGAIN, why=why, evidence=checked.standing)
