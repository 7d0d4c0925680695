"""CountedRun: what a comparison takes from a run, beside its report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from lean_agent.errors import UserError
from lean_agent.evaluation.paired import Pair
from lean_agent.evaluation.tally import ProblemTally, Tally
from lean_agent.lean.verdict import Level
from lean_agent.trace.digest import Digest
from lean_agent.trace.store import RunFolder
from lean_agent.trace.trace import Outcome


@dataclass
class CountedRun:
    """A run's tally, and the completion tokens of each problem in the episodes that count them."""

    name: str
    run: RunFolder
    tally: Tally
    tokens: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    episodes_with_tokens: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @classmethod
    def of(cls, name: str, run: RunFolder, level: Level) -> CountedRun:
        """Count the run's episodes in one pass. Raises UserError where one is there twice."""
        counted = cls(name, run, Tally())
        try:
            counted.tally = Tally.of(counted._noting_tokens(run.digests()), level)
        except UserError as error:
            raise UserError(f"{run.path}: {error}") from error
        return counted

    @property
    def fewest(self) -> int:
        """Samples of the problem that has the fewest."""
        return min((problem.n for problem in self.tally.problems.values()), default=0)

    @property
    def most(self) -> int:
        """Samples of the problem that has the most."""
        return max((problem.n for problem in self.tally.problems.values()), default=0)

    def problem(self, name: str) -> ProblemTally:
        """That of a problem; one that does not elaborate has all its samples, and none solves it"""
        if name in self.tally.problems:
            return self.tally.problems[name]
        unsolved = dict.fromkeys(range(self.run.settings.samples), Outcome.GAVE_UP)
        return ProblemTally("", None, unsolved)

    def problems(self) -> list[str]:
        """All that count, in the benchmark's order."""
        broken = set(self.run.settings.broken)
        asked = dict.fromkeys((*self.run.settings.problem_ids, *self.run.settings.broken))
        return [name for name in asked if name in broken or name in self.tally.problems]

    def paired_with(self, other: CountedRun, names: Iterable[str]) -> list[Pair]:
        """The counts of these problems in this run and in the other, those that are broken too."""
        both = ((self.problem(name), other.problem(name)) for name in names)
        return [(one.n, one.c, two.n, two.c) for one, two in both]

    def _noting_tokens(self, digests: Iterable[Digest]) -> Iterator[Digest]:
        """The same digests; what they cost is noted in passing."""
        for digest in digests:
            if digest.completion_tokens is not None:
                self.tokens[digest.problem] += digest.completion_tokens
                self.episodes_with_tokens[digest.problem] += 1
            yield digest


def in_common(first: CountedRun, other: CountedRun) -> list[str]:
    """The ids of the problems that count in both, in the first one's order."""
    theirs = set(other.problems())
    return [name for name in first.problems() if name in theirs]


def unique_names(paths: Sequence[Path]) -> list[str]:
    """The folders' names, with as many of the folders above as tell them apart.

    Raises UserError where one is named twice, and where none is named.
    """
    whole = [path.resolve() for path in paths]
    if not paths:
        raise UserError("name the run folders to compare")
    twice = next(
        (str(path) for path, real in zip(paths, whole, strict=True) if whole.count(real) > 1), None
    )
    if twice is not None:
        raise UserError(f"{twice} is named twice: name each run folder once")
    parts = 1
    while len({path.parts[-parts:] for path in whole}) < len(whole):
        parts += 1
    return [str(PurePath(*path.parts[-parts:])) for path in whole]
