"""Is a trace's problem that of its benchmark? A teacher's words could stand in its text."""

from __future__ import annotations

from collections.abc import Sequence

from lean_agent.adaptation import adapt
from lean_agent.benchmarks import find_benchmark, load_benchmark
from lean_agent.benchmarks.hub import PREFIX
from lean_agent.errors import UserError
from lean_agent.lean.library import Library
from lean_agent.lean.verifier import Verifier
from lean_agent.problem import Problem
from lean_agent.trace.rules.rule import Left, Rule
from lean_agent.trace.run_settings import RunSettings, problems_checksum

_SHOWN = 200  # characters of evidence


class OwnProblems:
    """The problems of one run's benchmark, by their ids."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self._problems = {problem.id: problem for problem in problems}

    @classmethod
    async def of(cls, run: RunSettings, verifier: Verifier, library: Library) -> OwnProblems | str:
        """Those that the run was asked to prove or, in words, why they are not to be had.

        They are those if they have the run's checksum, as they are or adapted to this Lean.
        Nothing is fetched.
        """
        if run.benchmark.startswith(PREFIX):
            return "their data set is on the Hub"
        try:
            find_benchmark(run.benchmark, fetch=False)
            problems = load_benchmark(run.benchmark, run.split)[: run.limit]
        except UserError:
            return "the benchmark's file is not here"
        if problems_checksum(problems) != run.benchmark_checksum:
            adapted = await adapt(problems, verifier, library, run.limits.check_seconds)
            problems = [one.problem for one in adapted]
        if problems_checksum(problems) != run.benchmark_checksum:
            return "the benchmark's file here has another checksum"
        return cls(problems)

    def another(self, problem: Problem) -> Left | None:
        """In what the problem is not that of the benchmark, or None."""
        own = self._problems.get(problem.id)
        if own is None:
            return Left(rule=Rule.PROBLEM, why=f"the benchmark has no problem {problem.id}")
        for name in Problem.model_fields:
            there = getattr(problem, name)
            if there != getattr(own, name):
                return Left(
                    rule=Rule.PROBLEM,
                    why=f"its problem is not that of the benchmark: another `{name}`",
                    evidence=str(there)[:_SHOWN],
                )
        return None
