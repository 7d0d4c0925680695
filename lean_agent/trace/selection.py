"""Selection: which traces of some runs make a dataset, and why each of the others does not.

`gathering.py` reads the runs and holds every accepted episode against the rules of one trace; of
those that pass, `balance.py` takes as many as are asked for, and `choosing.py` holds those against
Lean and the search index.

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
from lean_agent.trace.balance import FEATURES
from lean_agent.trace.choosing import Choosing, LeanAtHand
from lean_agent.trace.clockless import without_clock
from lean_agent.trace.gathering import Gathered, Measures, Passed, gather
from lean_agent.trace.rules.contamination import Decontamination
from lean_agent.trace.rules.rule import MEANING, Rule
from lean_agent.trace.rules.search_use import SearchKind
from lean_agent.trace.rules.token_count import TokenCounter
from lean_agent.trace.selection_record import (
    Candidacy,
    Played,
    Request,
    Row,
    SelectionRecord,
    Spread,
)
from lean_agent.trace.sources import Source, open_sources, told_of
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
    lean: LeanAtHand,
    console: Console | None = None,
) -> Selection:
    """Choose `request.size` traces, or as many as there are.

    With a `console` progress is shown. Raises UserError where the Lean at hand has no strict
    check, where a source, an evaluation set or the tokenizer cannot be read, where the episodes
    were played under different conditions and `request.mixed` is false, and where none is taken:
    then it says how many each rule left.
    """
    verifier = lean.verifier
    if verifier.strict is None:
        raise UserError(
            "a dataset holds only what the strict check accepts, and there is none for this Lean: "
            "see `lean-agent doctor`"
        )
    sources = await open_sources(paths, verifier, lean.library)
    counter = TokenCounter.open(request.tokenizer)
    decontamination = Decontamination(request.against)
    measures = Measures(counter, request.max_tokens, decontamination)
    gathered = gather(sources, measures, request.mixed, console)
    choosing = Choosing(gathered, request, lean, console)
    taken = await choosing.choose()
    if not taken:
        raise UserError(_nothing(sources, gathered))
    eligible = list(gathered.passed.values())
    traces = sorted(
        (without_clock(choosing.traces[one.episode.identity]) for one in taken),
        key=lambda trace: (trace.problem.id, trace.sample, trace.model_dump_json()),
    )
    searches = Counter(one.search.kind for one in taken)
    record = SelectionRecord(
        lean_agent=__version__,
        request=request.portable(),
        tokens_by=counter.name,
        tokenizer_sha256=counter.checksum,
        lean=verifier.pool.toolchain.version,
        strict_check=verifier.strict.name,
        check_seconds=lean.check_seconds,
        replayed=sum(one.episode.identity in choosing.replayed for one in taken),
        sources=told_of(one.facts for one in sources),
        evaluation_sets=tuple(decontamination.sets),
        episodes=sum(one.episodes for one in sources),
        candidates=sum(one.proved for one in sources),
        eligible=len(eligible),
        eligible_problems=len({one.candidate.statement for one in eligible}),
        taken=len(taken),
        left=_by_rule(gathered),
        recovering=sum(one.candidate.recovers for one in taken),
        searches={kind: searches[kind] for kind in SearchKind if searches[kind]},
        parsed_by_servers=sum(trace.dialect is None for trace in traces),
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
