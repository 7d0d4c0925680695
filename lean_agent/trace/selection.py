"""Selection: which traces of some runs make a dataset, and why each of the others does not.

`gathering.py` reads the runs and holds every accepted episode against the rules of one trace; of
those that pass, `balance.py` takes as many as are asked for. What it takes is checked again by
Lean, from the trace alone; where a proof does not hold, its trace is left and the choice is made
anew without it, until all that is taken holds. So Lean is asked about hundreds of proofs, however
many there are.

Nothing hangs on the order of runs, files and lines, on the working directory or on time: equal
requests over equal episodes make equal bytes.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from lean_agent import __version__
from lean_agent.errors import UserError
from lean_agent.lean.verdict import Level
from lean_agent.lean.verifier import Verifier
from lean_agent.trace.balance import FEATURES, Candidate, Choice, choose
from lean_agent.trace.clockless import identity, without_clock
from lean_agent.trace.gathering import Gathered, Measures, Passed, gather
from lean_agent.trace.recheck import Recheck, Standing, recheck
from lean_agent.trace.rules.contamination import Decontamination
from lean_agent.trace.rules.rule import MEANING, Left, Rule
from lean_agent.trace.rules.token_count import TokenCounter
from lean_agent.trace.selection_record import (
    Candidacy,
    Played,
    Request,
    Row,
    SelectionRecord,
    Spread,
)
from lean_agent.trace.sources import Source, open_sources
from lean_agent.trace.trace import Trace


@dataclass(frozen=True)
class Selection:
    """The traces taken, without clock and by id, a line for each candidate, and the record."""

    traces: tuple[Trace, ...]
    candidacies: tuple[Candidacy, ...]
    record: SelectionRecord


async def select(
    paths: Sequence[Path],
    request: Request,
    verifier: Verifier,
    console: Console | None = None,
    check_seconds: float | None = None,
) -> Selection:
    """Choose `request.size` traces, or as many as there are.

    `verifier` must have a strict check; each of its checks has `check_seconds`, by default twice
    what it had in the run. With a `console` progress is shown. Raises UserError where a source, an
    evaluation set or the tokenizer cannot be read, where the episodes were played under different
    conditions and `request.mixed` is false, and where none is taken: then it says how many each
    rule left.
    """
    if verifier.strict is None:
        raise UserError(
            "a dataset holds only what the strict check accepts, and there is none for this Lean: "
            "see `lean-agent doctor`"
        )
    sources = open_sources(paths)
    counter = TokenCounter.open(request.tokenizer)
    decontamination = Decontamination(request.against)
    measures = Measures(counter, request.max_tokens, decontamination)
    gathered = gather(sources, measures, request.mixed, console)
    eligible = list(gathered.passed.values())
    choosing = _Choosing(gathered, request, verifier, console, check_seconds)
    taken = await choosing.choose()
    if not taken:
        raise UserError(_nothing(sources, gathered))
    traces = sorted(
        (without_clock(choosing.traces[one.episode.identity]) for one in taken),
        key=lambda trace: (trace.problem.id, trace.sample, trace.model_dump_json()),
    )
    record = SelectionRecord(
        lean_agent=__version__,
        request=request.portable(),
        tokens_by=counter.name,
        tokenizer_sha256=counter.checksum,
        lean=verifier.pool.toolchain.version,
        strict_check=verifier.strict.name,
        sources=tuple(sorted((one.facts for one in sources), key=lambda facts: facts.name)),
        evaluation_sets=tuple(decontamination.sets),
        episodes=sum(one.episodes for one in sources),
        candidates=sum(one.proved for one in sources),
        eligible=len(eligible),
        eligible_problems=len({one.candidate.statement for one in eligible}),
        taken=len(taken),
        left=_by_rule(gathered),
        recovering=sum(one.candidate.recovers for one in taken),
        used=sum(one.search.kind == "used" for one in taken),
        tokens=_spread([one.tokens for one in taken]),
        balance={name: _table(number, eligible, taken) for number, name in enumerate(FEATURES)},
        played=_played(taken),
        tools=tuple(sorted({tool.name for trace in traces for tool in trace.tools})),
        traces_sha256=hashlib.sha256(as_lines(traces)).hexdigest(),
    )
    return Selection(tuple(traces), _candidacies(gathered, taken), record)


def as_lines(traces: Sequence[Trace]) -> bytes:
    """The traces as JSONL."""
    return b"".join(trace.model_dump_json().encode() + b"\n" for trace in traces)


class _Choosing:
    """Choosing and checking again by turns. What is not taken in the end is put to `left`."""

    def __init__(
        self,
        gathered: Gathered,
        request: Request,
        verifier: Verifier,
        console: Console | None,
        check_seconds: float | None,
    ) -> None:
        self._gathered = gathered
        self._request = request
        self._verifier = verifier
        self._console = console
        self._check_seconds = check_seconds
        self._refuted: dict[str, Left] = {}
        self.traces: dict[str, Trace] = {}
        """Those that were checked again, by identity."""

    async def choose(self) -> list[Passed]:
        """Those that are taken, in the order in which they were."""
        passed = self._gathered.passed
        while True:
            choice = self._choice()
            new = [one for one in choice.taken if one.identity not in self.traces]
            if not new:
                break
            await self._check(new)
        for own, why in {**choice.left, **self._refuted}.items():
            self._gathered.left.append((passed[own].episode, why))
        return [passed[one.identity] for one in choice.taken]

    def _choice(self) -> Choice:
        candidates = [
            one.candidate for own, one in self._gathered.passed.items() if own not in self._refuted
        ]
        request = self._request
        return choose(candidates, request.size, request.seed, request.recovery_share)

    async def _check(self, chosen: Sequence[Candidate]) -> None:
        wanted = {one.identity for one in chosen}
        by_source: dict[Source, set[str]] = defaultdict(set)
        for own in wanted:
            episode = self._gathered.passed[own].episode
            by_source[episode.source].add(episode.id)
        fetched: dict[str, Trace] = {}
        for source, ids in by_source.items():
            for trace in source.fetch(ids):
                if (own := identity(trace)) in wanted:
                    fetched[own] = trace
        if gone := wanted - fetched.keys():
            name = self._gathered.passed[min(gone)].candidate.name
            raise UserError(f"the episode {name} was changed while it was read: begin again")
        order = sorted(fetched)
        found = await recheck(
            (fetched[own] for own in order),
            self._verifier,
            self._console,
            level=Level.STRICT,
            check_seconds=self._check_seconds,
        )
        for own, checked in zip(order, found, strict=True):
            self.traces[own] = fetched[own]
            if why := _refuted(checked):
                self._refuted[own] = why


def _refuted(checked: Recheck) -> Left | None:
    """Why a proof does not stand now, or None."""
    verdict = checked.verdict
    if checked.standing is Standing.HOLDS and verdict and verdict.level is Level.STRICT:
        return None
    why = checked.why
    if checked.standing is Standing.HOLDS:
        why = "only the fast check accepts the proof again"
    return Left(rule=Rule.VERIFIED_AGAIN, why=why, evidence=checked.standing)


def _nothing(sources: Sequence[Source], gathered: Gathered) -> str:
    episodes = sum(one.episodes for one in sources)
    proved = sum(one.proved for one in sources)
    if not proved:
        return f"none of the {episodes} episodes holds an accepted proof: there is nothing to take"
    by_rule = "; ".join(
        f"{count} by the rule {rule} ({MEANING[rule].rstrip('.')})"
        for rule, count in _by_rule(gathered).items()
    )
    return f"none of the {proved} accepted episodes can be taken. They were left: {by_rule}"


def _by_rule(gathered: Gathered) -> dict[Rule, int]:
    counts = Counter(why.rule for _, why in gathered.left)
    return {rule: counts[rule] for rule in Rule if counts[rule]}


def _candidacies(gathered: Gathered, taken: Sequence[Passed]) -> tuple[Candidacy, ...]:
    found = [
        Candidacy(
            run=one.episode.source.name,
            episode=one.episode.id,
            trace=one.episode.identity,
            taken=True,
            rule=None,
            why=_merits(one),
            search=one.search,
        )
        for one in taken
    ]
    for episode, why in gathered.left:
        passed = gathered.passed.get(episode.identity)
        found.append(
            Candidacy(
                run=episode.source.name,
                episode=episode.id,
                trace=episode.identity,
                taken=False,
                rule=why.rule,
                why=why.why,
                evidence=why.evidence,
                search=passed.search if passed else None,
            )
        )
    return tuple(sorted(found, key=lambda one: one.model_dump_json()))


def _merits(one: Passed) -> str:
    topic, difficulty, turns, _ = one.candidate.features
    told = "holds an error and its recovery" if one.candidate.recovers else "holds no error"
    return (
        f"passes every rule; topic {topic}, difficulty {difficulty}, {turns} turns, "
        f"{one.tokens:,} tokens; {told}"
    )


def _table(feature: int, eligible: Sequence[Passed], taken: Sequence[Passed]) -> tuple[Row, ...]:
    problems: dict[str, set[str]] = defaultdict(set)
    for one in eligible:
        problems[one.candidate.features[feature]].add(one.candidate.statement)
    counts = Counter(one.candidate.features[feature] for one in eligible)
    chosen = Counter(one.candidate.features[feature] for one in taken)
    return tuple(
        Row(value=value, eligible=counts[value], problems=len(those), taken=chosen[value])
        for value, those in sorted(problems.items())
    )


def _played(taken: Sequence[Passed]) -> tuple[Played, ...]:
    counts = Counter(one.conditions for one in taken)
    return tuple(Played(conditions=dict(way), taken=n) for way, n in sorted(counts.items()))


def _spread(numbers: Sequence[int]) -> Spread:
    ordered = sorted(numbers)
    return Spread(
        least=ordered[0],
        median=ordered[len(ordered) // 2],
        greatest=ordered[-1],
        total=sum(ordered),
    )
