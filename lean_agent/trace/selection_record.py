"""What a selection writes down: a line for each candidate, and the record of the whole."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from lean_agent.benchmarks import names
from lean_agent.chat import Frozen
from lean_agent.trace.clockless import portable_benchmark
from lean_agent.trace.rules.contamination import EvaluationSet
from lean_agent.trace.rules.rule import Rule
from lean_agent.trace.rules.search_use import SearchKind, SearchUse
from lean_agent.trace.sources import SourceFacts

RECORD_VERSION = 1


class Request(Frozen):
    """What is asked for.

    `against` are the evaluation sets, as benchmarks are named; `max_tokens` is None for no limit,
    and `tokenizer` None for an estimate of tokens. `recovery_share` is the share of traces, 0 to
    1, that hold an error which the model recovered from. With `mixed` runs of different
    conditions may go together. `licence` is that under which the dataset is published.
    """

    size: int = Field(default=100, ge=1)
    seed: int = 0
    against: tuple[str, ...] = Field(default_factory=names)
    max_tokens: int | None = Field(default=None, ge=1)
    tokenizer: str | None = None
    recovery_share: float = Field(default=0.5, ge=0, le=1)
    mixed: bool = False
    licence: str = "apache-2.0"

    def portable(self) -> Request:
        """The same without the folders of files, and in one order: equal on every machine."""
        against = {portable_benchmark(one) for one in self.against}
        tokenizer = self.tokenizer
        if tokenizer is not None and Path(tokenizer).exists():
            tokenizer = Path(tokenizer).name
        update = {"against": tuple(sorted(against)), "tokenizer": tokenizer}
        return self.model_copy(update=update)


class Candidacy(Frozen):
    """One accepted episode: whether it was taken and, where it was left, by which rule and why.

    `trace` is the SHA-256 of its trace without its clock, empty where its numbers told enough.
    `evidence` is the text or number that shows why; `search` the search that helped.
    """

    run: str
    episode: str
    trace: str
    taken: bool
    rule: Rule | None
    why: str
    evidence: str = ""
    search: SearchUse | None = None


class Row(Frozen):
    """One value of a feature: how many eligible traces and problems have it, and taken ones."""

    value: str
    eligible: int
    problems: int
    taken: int


class Played(Frozen):
    """Conditions under which `taken` of the traces were played."""

    conditions: dict[str, str]
    taken: int


class Spread(Frozen):
    """Least, median, greatest and sum of some numbers."""

    least: int
    median: int
    greatest: int
    total: int


class SelectionRecord(Frozen):
    """`selection.json`: the request, what it was made from, and the counts.

    `episodes` were read, of which `candidates` are accepted proofs; `eligible` passed all rules
    of one trace, and are of `eligible_problems` problems. `left` counts by rule. Of those `taken`
    `replayed` were played again, call by call, and of the others the proof was checked again, with
    `check_seconds` for each check (None for twice the run's). `recovering` hold an error that the
    model recovered from; `searches` counts by what a search did. The answers of
    `parsed_by_servers` could not be held against their raw texts. `balance` has a table for each
    feature. `traces_sha256` is that of `traces.jsonl`.
    """

    schema_version: int = RECORD_VERSION
    lean_agent: str
    request: Request
    tokens_by: str
    tokenizer_sha256: str
    lean: str
    strict_check: str
    check_seconds: float | None
    replayed: int
    sources: tuple[SourceFacts, ...]
    evaluation_sets: tuple[EvaluationSet, ...]
    episodes: int
    candidates: int
    eligible: int
    eligible_problems: int
    taken: int
    left: dict[Rule, int]
    recovering: int
    searches: dict[SearchKind, int]
    parsed_by_servers: int
    tokens: Spread
    balance: dict[str, tuple[Row, ...]]
    played: tuple[Played, ...]
    tools: tuple[str, ...]
    traces_sha256: str
