"""Prompt variants side by side: what of a model's results hangs on how it is asked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from lean_agent.chat import CallErrorKind, Frozen
from lean_agent.episode import Mode
from lean_agent.evaluation.counted import CountedRun, in_common
from lean_agent.evaluation.paired import Difference, paired_differences
from lean_agent.evaluation.pass_at_k import Estimate
from lean_agent.evaluation.summary import Report, summarise
from lean_agent.lean.verdict import Level
from lean_agent.trace.store import RunFolder


class Variant(Frozen):
    """One variant's run in numbers.

    `prompt` is the template's full name. `valid_call_rate` is None where no tools are offered;
    `errors` counts what was wrong with answers, by kind, most first. `pass_at_n` is None where
    some problem has not all its samples. `against_first` is the difference of pass@1 to the
    variant that was named first, problem by problem, None for that one itself. `turns` and the
    tokens are means over episodes; a backend that does not count tokens leaves them None.
    """

    prompt: str
    episodes: int
    expected_episodes: int
    solved: int
    valid_call_rate: float | None
    errors: dict[CallErrorKind, int]
    pass_at_1: Estimate
    pass_at_n: Estimate | None
    against_first: Difference | None
    turns: float
    prompt_tokens: float | None
    completion_tokens: float | None
    warnings: tuple[str, ...]


class Variants(Frozen):
    """The variants of one benchmark, model and seed, best first.

    `first` is the one that the others are held against. Proofs count that were checked at
    `level` or better.
    """

    benchmark: str
    split: str
    model: str
    mode: Mode
    seed: int
    problems: int
    samples: int
    level: Level
    first: str
    variants: tuple[Variant, ...]


def compare_variants(folders: Mapping[str, Path], level: Level) -> Variants:
    """The runs in `folders`, by the full names of their prompts, in numbers.

    Sorted by pass@1, then by the rate of valid calls. Raises UserError where one of them holds
    no finished episode, or a damaged one.
    """
    runs = [CountedRun.of(prompt, RunFolder.open(path), level) for prompt, path in folders.items()]
    reports = [summarise(one.tally, one.run.settings) for one in runs]
    first, about = runs[0], reports[0]
    found = [
        _variant(report, None if one is first else _difference(first, one))
        for one, report in zip(runs, reports, strict=True)
    ]
    found.sort(key=lambda one: (-one.pass_at_1.value, -(one.valid_call_rate or 0)))
    return Variants(
        benchmark=about.benchmark,
        split=about.split,
        model=about.model,
        mode=about.episode.mode,
        seed=about.seed,
        problems=about.expected_problems,
        samples=about.samples,
        level=level,
        first=first.name,
        variants=tuple(found),
    )


def _variant(report: Report, against_first: Difference | None) -> Variant:
    wrong = report.tool_use.errors or report.without_proof
    tokens = report.tokens
    return Variant(
        prompt=report.episode.prompt,
        episodes=report.episodes,
        expected_episodes=report.expected_episodes,
        solved=report.solved,
        valid_call_rate=report.tool_use.valid_call_rate,
        errors=dict(sorted(wrong.items(), key=lambda one: -one[1])),
        pass_at_1=report.pass_at_k["1"],
        pass_at_n=report.pass_at_k.get(str(report.samples)),
        against_first=against_first,
        turns=report.turns.mean,
        prompt_tokens=tokens.prompt / tokens.episodes if tokens else None,
        completion_tokens=tokens.completion / tokens.episodes if tokens else None,
        warnings=report.warnings,
    )


def _difference(first: CountedRun, other: CountedRun) -> Difference | None:
    """Of pass@1 over the problems that both have, None where there are none."""
    pairs = first.paired_with(other, in_common(first, other))
    (found,) = paired_differences(pairs, [(1, 1)])
    return found
