"""Where a selection's candidates come from: run folders, datasets and trace files.

A source is named by what is in it and not by where it lies, so that two machines name it alike.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence, Set
from functools import cached_property
from pathlib import Path

from lean_agent.benchmarks import names
from lean_agent.chat import Frozen
from lean_agent.errors import UserError
from lean_agent.trace.clockless import identity, portable_benchmark, portable_model
from lean_agent.trace.digest import Digest
from lean_agent.trace.rules.reference_proofs import ReferenceProofs
from lean_agent.trace.rules.rule import Left
from lean_agent.trace.run_settings import SETTINGS_FILE
from lean_agent.trace.store import RunFolder, read_traces
from lean_agent.trace.trace import Trace

NOT_TOLD = "not told"


class SourceFacts(Frozen):
    """What is told of a source: its name, where its problems are from, what it holds.

    `reference_proofs` says whether reference proofs could be looked for.
    """

    name: str
    benchmark: str
    split: str
    episodes: int
    proved: int
    reference_proofs: str


class Source:
    """One of them. Raises UserError where there is nothing that can be read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._run = RunFolder.open(path) if (path / SETTINGS_FILE).is_file() else None
        self._references, self._about_references = self._read_references()
        self.episodes = self.proved = 0
        self._identities: list[str] = []

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
        if benchmark in names():
            return None, "the benchmark's file has none"
        path = Path(benchmark)
        if path.suffix != ".jsonl" or not path.is_file():
            return None, "not looked for: the benchmark's file is not here"
        found = ReferenceProofs.read(path)
        return found, f"{len(found)} looked for" if len(found) else "the benchmark's file has none"


def open_sources(paths: Sequence[Path]) -> list[Source]:
    """Each of them once. Raises UserError where one cannot be read."""
    for path in paths:
        if not path.exists():
            raise UserError(f"{path}: no such run folder, dataset or trace file")
    return [Source(path) for path in {path.resolve(): path for path in paths}.values()]
