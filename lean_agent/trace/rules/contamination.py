"""Does a trace's problem stand in an evaluation set? See `lean_agent.decontamination`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pydantic import Field

from lean_agent.benchmarks import find_benchmark
from lean_agent.benchmarks.hub import PREFIX
from lean_agent.benchmarks.published import PUBLISHED, checksum, edition
from lean_agent.chat import Frozen
from lean_agent.decontamination import EvaluationSets, evaluation_problems
from lean_agent.errors import UserError
from lean_agent.problem import Problem
from lean_agent.trace.clockless import portable_benchmark
from lean_agent.trace.rules.rule import Left, Rule
from lean_agent.trace.store import problems_checksum


class EvaluationSet(Frozen):
    """A set that was compared with: how many problems of which split, and its SHA-256.

    The checksum is that of the file or folder; of a data set on the Hub that of its problems.
    Where the file is not the published one, `edition` says what it is; `lacking` are the splits
    that the published one has more problems of, and how many more.
    """

    name: str
    splits: dict[str, int]
    sha256: str
    edition: str = ""
    lacking: dict[str, int] = Field(default_factory=dict)

    @property
    def gap(self) -> str:
        """A sentence on what was not compared with; empty where all that is published was."""
        if not self.lacking:
            return ""
        missing = " and ".join(f"{count} of {split}" for split, count in self.lacking.items())
        return (
            f"Of the published problems of {self.name} {missing} are not in the file at hand: "
            "nothing was compared with them."
        )


class Decontamination:
    """Compares problems with evaluation sets, each problem once.

    `names` are benchmarks as `load_benchmark` takes them; their split `train`, if there is one,
    is left out. Raises UserError where one is not to be had, naming the way.
    """

    def __init__(self, benchmarks: Sequence[str]) -> None:
        self.sets: list[EvaluationSet] = []
        problems: dict[str, list[Problem]] = {}
        for one in sorted(set(benchmarks)):
            name = portable_benchmark(one)
            if name in problems:
                raise UserError(f"two evaluation sets are called {name}: rename one of the files")
            problems[name] = _problems(one)
            self.sets.append(_facts(one, name, problems[name]))
        self._sets = EvaluationSets(problems)
        self._known: dict[str, Left | None] = {}

    def found(self, problem: Problem) -> Left | None:
        """The nearest problem of an evaluation set that this one overlaps with, or None."""
        key = problem.model_dump_json(include={"statement", "informal"})
        if key not in self._known:
            self._known[key] = self._found(problem)
        return self._known[key]

    def _found(self, problem: Problem) -> Left | None:
        overlaps = self._sets.overlaps(problem)
        if not overlaps:
            return None
        first = overlaps[0]
        more = f" and {len(overlaps) - 1} more" if len(overlaps) > 1 else ""
        return Left(
            rule=Rule.CONTAMINATION,
            why=f"its problem overlaps with {first.problem_id} of {first.benchmark}{more} "
            f"({first.kind}, {first.share:.0%})",
            evidence=first.evidence,
        )


def _facts(benchmark: str, name: str, problems: Sequence[Problem]) -> EvaluationSet:
    splits = Counter(problem.split for problem in problems)
    if benchmark.startswith(PREFIX):
        found = problems_checksum(problems)
    else:
        found = checksum(find_benchmark(benchmark))
    published = PUBLISHED[name].splits if name in PUBLISHED else {}
    return EvaluationSet(
        name=name,
        splits=dict(sorted(splits.items())),
        sha256=found,
        edition=edition(name, found) if name in PUBLISHED else "",
        lacking={
            split: count - splits[split]
            for split, count in sorted(published.items())
            if count > splits[split]
        },
    )


def _problems(benchmark: str) -> list[Problem]:
    try:
        return evaluation_problems(benchmark)
    except UserError as error:
        raise UserError(
            f"the evaluation set {benchmark} is not to be had: {error}. Or choose the sets to "
            "compare with by --against NAME; the card then says that the others were not"
        ) from error
