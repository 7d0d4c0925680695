"""Where a selection's candidates come from: run folders, datasets and trace files.

A source is named by what is in it and not by where it lies, so that two machines name it alike.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import cached_property
from pathlib import Path

from lean_agent.benchmarks import find_benchmark
from lean_agent.benchmarks.hub import PREFIX
from lean_agent.chat import Frozen
from lean_agent.errors import UserError
from lean_agent.lean.library import Library
from lean_agent.lean.verifier import Verifier
from lean_agent.trace.clockless import identity, portable_benchmark, portable_model
from lean_agent.trace.digest import Digest
from lean_agent.trace.rules.own_problems import OwnProblems
from lean_agent.trace.rules.reference_proofs import ReferenceProofs
from lean_agent.trace.rules.rule import Left
from lean_agent.trace.run_settings import SETTINGS_FILE
from lean_agent.trace.store import RunFolder, read_traces
from lean_agent.trace.trace import Trace

NOT_TOLD = "not told"
COMPARED = "compared with the benchmark's"
AT_THEIR_WORD = "taken at their word: "


class SourceFacts(Frozen):
    """What is told of a source: its name, where its problems are from, what it holds.

    `folders` are how many of one name there were, such as two parts of one run; the numbers are
    those of all. `problems` says whether they could be compared with the benchmark's (COMPARED),
    and `reference_proofs` whether reference proofs could be looked for.
    """

    name: str
    benchmark: str
    split: str
    episodes: int
    proved: int
    folders: int = 1
    problems: str
    reference_proofs: str


class Source:
    """One of them. Raises UserError where there is nothing that can be read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._run = RunFolder.open(path) if (path / SETTINGS_FILE).is_file() else None
        self._references, self._about_references = self._read_references()
        self._own: OwnProblems | str = "traces alone do not tell their benchmark"
        self.episodes = self.proved = 0
        self._identities: list[str] = []

    async def find_problems(self, verifier: Verifier, library: Library) -> None:
        """Look for the benchmark's problems, as that Lean takes them."""
        if self._run is not None:
            self._own = await OwnProblems.of(self._run.settings, verifier, library)

    def digests(self) -> Iterator[Digest]:
        """Those of all episodes, which are counted on the way."""
        found = self._run.digests() if self._run else self._digests_of_traces()
        for digest in found:
            self.episodes += 1
            self.proved += digest.proved
            yield digest

    def fetch(self, episode_ids: Set[str]) -> Iterator[Trace]:
        """The traces of these episodes."""
        if self._run is not None:
            return self._run.fetch(episode_ids)
        return (one for one in read_traces(self._path) if one.episode_id in episode_ids)

    def another_problem(self, trace: Trace) -> Left | None:
        """In what the trace's problem is not that of the benchmark, where that is known."""
        return None if isinstance(self._own, str) else self._own.another(trace.problem)

    def reference_shown(self, trace: Trace) -> Left | None:
        """Where a reference proof of the benchmark stands in the trace, or None."""
        return self._references.shown(trace) if self._references else None

    @property
    def facts(self) -> SourceFacts:
        """What is told of it, once its digests were read."""
        run = self._run.settings if self._run else None
        return SourceFacts(
            name=self.name,
            benchmark=portable_benchmark(run.benchmark) if run else NOT_TOLD,
            split=run.split if run else NOT_TOLD,
            episodes=self.episodes,
            proved=self.proved,
            problems=COMPARED if isinstance(self._own, OwnProblems) else AT_THEIR_WORD + self._own,
            reference_proofs=self._about_references,
        )

    @cached_property
    def name(self) -> str:
        """`embedded-train-4c1f…` or `traces-90ab…`: with a hash of the settings, or the traces.

        It is known once the digests were read.
        """
        if self._run is None:
            key = hashlib.sha256("".join(sorted(self._identities)).encode()).hexdigest()
            return f"traces-{key[:12]}"
        run = self._run.settings
        portable = run.model_copy(
            update={
                "benchmark": portable_benchmark(run.benchmark),
                "model": portable_model(run.model),
            }
        )
        key = hashlib.sha256(portable.model_dump_json().encode()).hexdigest()
        return f"{Path(portable.benchmark).stem}-{run.split}-{key[:12]}"

    def _digests_of_traces(self) -> Iterator[Digest]:
        for trace in read_traces(self._path):
            self._identities.append(identity(trace))
            yield Digest.of(trace)

    def _read_references(self) -> tuple[ReferenceProofs | None, str]:
        if self._run is None:
            return None, "not looked for: traces alone do not tell their benchmark"
        benchmark = self._run.settings.benchmark
        if benchmark.startswith(PREFIX):
            return None, "not looked for: the benchmark is on the Hub"
        try:
            path = find_benchmark(benchmark, fetch=False)
        except UserError:
            return None, "not looked for: the benchmark's file is not here"
        if path.suffix == ".lean":
            return None, "not looked for: the benchmark is a Lean file"
        found = ReferenceProofs.read(path)
        return found, f"{len(found)} looked for" if len(found) else "the benchmark's file has none"


async def open_sources(paths: Sequence[Path], verifier: Verifier, library: Library) -> list[Source]:
    """Each of them once, with the problems that the Lean at hand would have run.

    Raises UserError where one cannot be read.
    """
    for path in paths:
        if not path.exists():
            raise UserError(f"{path}: no such run folder, dataset or trace file")
    sources = [Source(path) for path in {path.resolve(): path for path in paths}.values()]
    for source in sources:
        await source.find_problems(verifier, library)
    return sources


def told_of(parts: Iterable[SourceFacts]) -> tuple[SourceFacts, ...]:
    """The facts of each name once, in an order that hangs on what is there alone."""
    merged: dict[str, SourceFacts] = {}
    for facts in sorted(parts, key=lambda one: one.model_dump_json()):
        there = merged.get(facts.name)
        if there is None:
            merged[facts.name] = facts
            continue
        both = {
            name: getattr(there, name) + getattr(facts, name)
            for name in ("episodes", "proved", "folders")
        }
        for name in ("problems", "reference_proofs"):
            both[name] = "; ".join(dict.fromkeys((getattr(there, name), getattr(facts, name))))
        merged[facts.name] = there.model_copy(update=both)
    return tuple(merged[name] for name in sorted(merged))
