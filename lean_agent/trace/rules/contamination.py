"""Does a trace's problem stand in an evaluation set? See `lean_agent.decontamination`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from lean_agent.benchmarks import find_benchmark, load_benchmark
from lean_agent.benchmarks.hub import PREFIX
from lean_agent.benchmarks.published import checksum
from lean_agent.chat import Frozen
from lean_agent.decontamination import TRAIN, EvaluationSets
from lean_agent.errors import UserError
from lean_agent.problem import Problem
from lean_agent.trace.clockless import portable_benchmark
from lean_agent.trace.rules.rule import Left, Rule
from lean_agent.trace.store import problems_checksum


class EvaluationSet(Frozen):
    """A set that was compared with: how many problems of which split, and its SHA-256.

    The checksum is that of the file or folder; of a data set on the Hub that of its problems.
    """

    name: str
    splits: dict[str, int]
    sha256: str


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
            splits = Counter(problem.split for problem in problems[name])
            self.sets.append(
                EvaluationSet(
                    name=name,
                    splits=dict(sorted(splits.items())),
                    sha256=problems_checksum(problems[name])
                    if one.startswith(PREFIX)
                    else checksum(find_benchmark(one)),
                )
            )
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


def _problems(benchmark: str) -> list[Problem]:
    try:
        every = load_benchmark(benchmark, None)
    except UserError as error:
        raise UserError(
            f"the evaluation set {benchmark} is not to be had: {error}. Or choose the sets to "
            "compare with by --against NAME; the card then says that the others were not"
        ) from error
    return [problem for problem in every if problem.split != TRAIN]
