"""Gathering: the accepted episodes of some runs, held against the rules of one trace.

Numbers come first, for they are read without the traces. Of a trace that passes only what
choosing needs is kept, about ten kilobytes: a hundred thousand that pass take a gigabyte.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from lean_agent.decontamination import statement_hash
from lean_agent.errors import UserError
from lean_agent.trace.balance import Candidate
from lean_agent.trace.clockless import identity
from lean_agent.trace.digest import Digest
from lean_agent.trace.rules.conditions import conditions, differences
from lean_agent.trace.rules.contamination import Decontamination
from lean_agent.trace.rules.likeness import Fingerprint
from lean_agent.trace.rules.loop_words import foreign_words
from lean_agent.trace.rules.reference_proofs import hidden_parts
from lean_agent.trace.rules.rule import Left, Rule
from lean_agent.trace.rules.search_use import SearchUse, search_use
from lean_agent.trace.rules.shape import (
    bad_answers,
    badly_ended,
    by_numbers,
    features,
    recovers,
    unrepeatable,
)
from lean_agent.trace.rules.token_count import TokenCounter
from lean_agent.trace.sources import Source
from lean_agent.trace.trace import Trace

Read = TypeVar("Read")


@dataclass(frozen=True)
class Measures:
    """What traces are measured by; `most_tokens` is None for no limit."""

    counter: TokenCounter
    most_tokens: int | None
    decontamination: Decontamination


@dataclass(frozen=True)
class Episode:
    """An accepted episode; `identity` is empty where its numbers alone told enough."""

    source: Source
    id: str
    identity: str = ""


@dataclass(frozen=True)
class Passed:
    """An episode that passed the rules of one trace, and what they found of it."""

    episode: Episode
    candidate: Candidate
    tokens: int
    search: SearchUse
    conditions: tuple[tuple[str, str], ...]


@dataclass
class Gathered:
    """All accepted episodes: those that passed, by identity, and why each other was left."""

    passed: dict[str, Passed] = field(default_factory=dict)
    left: list[tuple[Episode, Left]] = field(default_factory=list)


def gather(
    sources: Sequence[Source], measures: Measures, mixed: bool, console: Console | None
) -> Gathered:
    """Read and judge. Raises UserError where a source cannot be read, and where the episodes were
    played under different conditions and `mixed` is false."""
    gathered = Gathered()
    ways: set[tuple[tuple[str, str], ...]] = set()
    read: list[tuple[Episode, Passed | Left]] = []
    for source in sources:
        wanted: set[str] = set()
        for digest in _shown(source.digests(), "Reading numbers", console):
            if not digest.proved:
                continue
            if lacking := by_numbers(digest):
                gathered.left.append((Episode(source, digest.episode_id), lacking))
            else:
                wanted.add(digest.episode_id)
        for trace in _shown(source.fetch(wanted), "Reading traces", console):
            # A file of several runs may hold other episodes of that id.
            if trace.proved and by_numbers(Digest.of(trace)) is None:
                episode = Episode(source, trace.episode_id, identity(trace))
                way = tuple(conditions(trace).items())
                ways.add(way)
                read.append((episode, _judge(trace, episode, way, measures)))
    if not mixed and (found := differences(dict(way) for way in ways)):
        listed = "; ".join(f"{name}: {', '.join(values)}" for name, values in found.items())
        raise UserError(
            f"the episodes were played under different conditions ({listed}). Choose runs that "
            "agree, or say --mixed: the card then lists the conditions"
        )
    for episode, judged in sorted(read, key=lambda one: (one[0].identity, one[0].source.name)):
        if isinstance(judged, Left):
            gathered.left.append((episode, judged))
        elif first := gathered.passed.get(episode.identity):
            same = f"it is the same, to the byte, as {first.candidate.name}"
            gathered.left.append((episode, Left(rule=Rule.COPY, why=same)))
        else:
            gathered.passed[episode.identity] = judged
    return gathered


def _judge(
    trace: Trace, episode: Episode, way: tuple[tuple[str, str], ...], measures: Measures
) -> Passed | Left:
    rules = (
        badly_ended,
        bad_answers,
        unrepeatable,
        episode.source.another_problem,
        foreign_words,
        hidden_parts,
        episode.source.reference_shown,
    )
    for rule in rules:
        if broken := rule(trace):
            return broken
    search = search_use(trace)
    if search is None:
        return Left(
            rule=Rule.SEARCH,
            why="no search brought a name that the proof holds, or that led to it",
        )
    tokens = measures.counter.count(trace)
    if measures.most_tokens is not None and tokens > measures.most_tokens:
        return Left(
            rule=Rule.LENGTH,
            why=f"it has {tokens:,} tokens, and {measures.most_tokens:,} are allowed",
        )
    if overlapping := measures.decontamination.found(trace.problem):
        return overlapping
    candidate = Candidate(
        identity=episode.identity,
        name=f"{episode.id} of {episode.source.name}",
        statement=statement_hash(trace.problem.statement),
        features=features(trace),
        recovers=recovers(trace),
        uses=search.kind.in_earnest,
        fingerprint=Fingerprint.of(trace),
    )
    return Passed(episode, candidate, tokens, search, way)


def _shown(found: Iterator[Read], what: str, console: Console | None) -> Iterator[Read]:
    """The same, counted in the terminal as they are read."""
    if console is None or not console.is_terminal:
        yield from found
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TextColumn("{task.completed:,.0f}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task(what, total=None)
        for one in found:
            progress.advance(bar)
            yield one
