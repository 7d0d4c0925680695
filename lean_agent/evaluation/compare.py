"""Comparison: runs of the same problems against the first of them, and what each of them cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

from lean_agent.chat import Frozen
from lean_agent.errors import UserError
from lean_agent.evaluation.counted import CountedRun, in_common, unique_names
from lean_agent.evaluation.figures import plural, some
from lean_agent.evaluation.ks import refuse_ks
from lean_agent.evaluation.paired import Difference, McNemar, Pair, mcnemar, paired_differences
from lean_agent.evaluation.pass_at_k import ks_up_to, pass_at_k
from lean_agent.evaluation.summary import Report, summarise
from lean_agent.evaluation.tally import ProblemTally
from lean_agent.lean.verdict import Level
from lean_agent.trace.store import RunFolder
from lean_agent.trace.trace import Outcome, episode_id

_NOT_COMPARED = ("problem_ids", "broken", "benchmark_checksum", "schema_version")


class Cost(Frozen):
    """What something took on average.

    Tokens are None where the backend does not count them, seconds where verdicts are a record's.
    """

    prompt_tokens: float | None
    completion_tokens: float | None
    model_seconds: float | None
    lean_seconds: float | None
    checks: float


class ComparedRun(Frozen):
    """One run: its report, and its cost for each episode and each solved problem.

    `name` is the folder's name, with as much of the path before it as tells it from the others.
    `per_solved` shares the cost of all episodes out among the solved problems, and is None where
    there are none; of tokens that only some episodes count, it takes the others to be alike.
    """

    name: str
    path: Path
    report: Report
    per_episode: Cost
    per_solved: Cost | None


class EqualTokens(Frozen):
    """Two runs at as many completion tokens a problem, for both the mean over the same problems.

    `tokens` is what the cheaper run used in all its samples of a problem. For each run k is as
    many samples as this pays for at the mean price of its episodes, and `first` and `other` are
    their pass@k.
    """

    tokens: float
    first_k: int
    other_k: int
    first: float
    other: float
    difference: Difference


class Against(Frozen):
    """A run held against the first, over the `problems` that both have.

    A problem is the same where its id and its statement are. `differences` are those of pass@k,
    keyed by k, for the k that both have samples for. `mcnemar` asks whether a problem is solved
    by the first samples of each run, as many as both have of it: `samples`, or down to
    `fewest_samples` where one of them is a partial run. `won` are the problems that this run solves
    so and the first does not, `lost` those the other way round. `equal_tokens` is None where one of
    them does not count them, or one episode of the one costs more than all samples of the other.
    """

    run: str
    problems: int
    differences: dict[str, Difference]
    samples: int
    fewest_samples: int
    mcnemar: McNemar
    won: tuple[str, ...]
    lost: tuple[str, ...]
    equal_tokens: EqualTokens | None


class DifferingSetting(Frozen):
    """A setting, by its dotted key, that is not the same in all runs, and its value in each."""

    key: str
    values: tuple[str, ...]


class Comparison(Frozen):
    """Runs, the first of which the others are held against.

    `ks` are all k that a run has pass@k for. `warnings` say what makes the numbers less comparable
    than they look.
    """

    level: Level
    ks: tuple[int, ...]
    differs: tuple[DifferingSetting, ...]
    warnings: tuple[str, ...]
    runs: tuple[ComparedRun, ...]
    against_first: tuple[Against, ...]


def compare_runs(
    paths: Sequence[Path], level: Level = Level.STRICT, ks: Sequence[int] | None = None
) -> Comparison:
    """The runs in the folders `paths`, each on its own and against the first.

    Proofs count that were checked at `level` or better; pass@k is for `ks`, by default for the
    powers of two and the number of samples of each run. A partial run has no pass@k for a k that
    none of its problems has samples for yet. Raises UserError for a folder that is named twice,
    holds no finished episode or a damaged or doubled one, for a run without a problem in common
    with the first, and for a k larger than the samples that a run is to have.
    """
    runs = [RunFolder.open(path) for path in paths]
    names = unique_names(paths)
    for name, run in zip(names, runs, strict=True):
        refuse_ks(ks or (), run.settings.samples, name)
    counted = [CountedRun.of(name, run, level) for name, run in zip(names, runs, strict=True)]
    own = [ks or ks_up_to(one.fewest) for one in counted]
    shown = sorted(set().union(*own))
    compared = [
        _compared(one, [k for k in shown if k <= (one.most if ks else one.fewest)])
        for one in counted
    ]
    warnings: list[str] = []
    against = [_against(counted[0], one, ks, warnings) for one in counted[1:]]
    return Comparison(
        level=level,
        ks=tuple(shown),
        differs=_differs(runs),
        warnings=tuple(warnings),
        runs=tuple(compared),
        against_first=tuple(against),
    )


def _compared(counted: CountedRun, ks: Sequence[int]) -> ComparedRun:
    try:
        report = summarise(counted.tally, counted.run.settings, ks)
    except UserError as error:
        raise UserError(f"{counted.run.path}: {error}") from error
    per_episode = _cost(report)
    share = report.episodes / report.solved if report.solved else None
    return ComparedRun(
        name=counted.name,
        path=counted.run.path,
        report=report,
        per_episode=per_episode,
        per_solved=None if share is None else _times(per_episode, share),
    )


def _cost(report: Report) -> Cost:
    tokens, seconds = report.tokens, report.seconds
    return Cost(
        prompt_tokens=tokens.prompt / tokens.episodes if tokens else None,
        completion_tokens=tokens.completion / tokens.episodes if tokens else None,
        model_seconds=seconds.model / report.episodes if seconds else None,
        lean_seconds=seconds.lean / report.episodes if seconds else None,
        checks=report.checks / report.episodes,
    )


def _times(cost: Cost, factor: float) -> Cost:
    values: Mapping[str, float | None] = cost.model_dump()
    return Cost.model_validate(
        {name: None if value is None else value * factor for name, value in values.items()}
    )


def _against(
    first: CountedRun, other: CountedRun, ks: Sequence[int] | None, warnings: list[str]
) -> Against:
    problems = _same_problems(first, other, warnings)
    tallies = [(first.problem(name), other.problem(name)) for name in problems]
    pairs = first.paired_with(other, problems)
    common = ks or ks_up_to(min(min(n, other_n) for n, _, other_n, _ in pairs))
    found = paired_differences(pairs, [(k, k) for k in common])
    budgets = [min(one.n, two.n) for one, two in tallies]
    solved = [
        (_solved(one, budget), _solved(two, budget))
        for (one, two), budget in zip(tallies, budgets, strict=True)
    ]
    named = list(zip(problems, solved, strict=True))
    return Against(
        run=other.name,
        problems=len(problems),
        differences={str(k): d for k, d in zip(common, found, strict=True) if d is not None},
        samples=max(budgets),
        fewest_samples=min(budgets),
        mcnemar=mcnemar(solved),
        won=tuple(name for name, (one, two) in named if two and not one),
        lost=tuple(name for name, (one, two) in named if one and not two),
        equal_tokens=_at_equal_tokens(first, other, problems, pairs),
    )


def _solved(problem: ProblemTally, budget: int) -> bool:
    """Whether one of the first so many samples that are there solves it."""
    if budget == problem.n:
        return problem.c > 0
    return any(
        problem.outcomes[sample] is Outcome.PROVED and sample not in problem.uncounted
        for sample in sorted(problem.outcomes)[:budget]
    )


def _at_equal_tokens(
    first: CountedRun, other: CountedRun, problems: Sequence[str], pairs: Sequence[Pair]
) -> EqualTokens | None:
    # Fractions, so that the cheaper run affords all its samples and not one fewer.
    prices = []
    for run in (first, other):
        episodes = sum(run.episodes_with_tokens.get(name, 0) for name in problems)
        tokens = sum(run.tokens.get(name, 0) for name in problems)
        if not tokens:
            return None
        prices.append(Fraction(tokens, episodes))
    most = (min(n for n, _, _, _ in pairs), min(n for _, _, n, _ in pairs))
    budget = min(most[0] * prices[0], most[1] * prices[1])
    first_k, other_k = (min(n, int(budget / price)) for n, price in zip(most, prices, strict=True))
    if not (first_k and other_k):
        return None
    n, c, other_n, other_c = zip(*pairs, strict=True)
    (difference,) = paired_differences(pairs, [(first_k, other_k)])
    assert difference is not None  # every problem has samples enough
    return EqualTokens(
        tokens=float(budget),
        first_k=first_k,
        other_k=other_k,
        first=float(pass_at_k(n, c, first_k).mean()),
        other=float(pass_at_k(other_n, other_c, other_k).mean()),
        difference=difference,
    )


def _same_problems(first: CountedRun, other: CountedRun, warnings: list[str]) -> list[str]:
    """The ids of the problems that both have, in the first one's order.

    What is odd about them is added to `warnings`. Raises UserError where there is none.
    """
    one, two = first.run.settings, other.run.settings
    places = [
        f"{name} is {s.benchmark}/{s.split}" for name, s in ((first.name, one), (other.name, two))
    ]
    ids = in_common(first, other)
    if one.benchmark_checksum != two.benchmark_checksum:
        others = _other_statements(first, other, ids)
        ids = [name for name in ids if name not in others]
        if others:
            warnings.append(
                f"{plural(len(others), 'problem')} of {first.name} and {other.name} with the same "
                f"id and another statement, or another header, left out: {some(others)}."
            )
    if not ids:
        raise UserError(
            f"{first.name} and {other.name} have no problem in common, by id and statement: "
            f"{' and '.join(places)}"
        )
    if (twin := _same_episode(first, other, ids)) is not None:
        warnings.append(
            f"{twin} is the very same episode in {first.name} and {other.name}, to its clock: one "
            "folder is a copy of the other, or began as one."
        )
    if (one.benchmark, one.split) != (two.benchmark, two.split):
        warnings.append(f"These are not the same problem sets: {', '.join(places)}.")
    for run, mine in ((first, first.problems()), (other, other.problems())):
        if len(mine) > len(ids):
            warnings.append(
                f"{first.name} and {other.name} have {plural(len(ids), 'problem')} in common: "
                f"their differences are over these, and {run.name} has {len(mine):,}, over which "
                "its own numbers are."
            )
    if len(set(one.broken) ^ set(two.broken)):
        warnings.append(
            f"Not the same statements elaborate in {first.name} ({len(one.broken):,} do not) and "
            f"{other.name} ({len(two.broken):,} do not)."
        )
    return ids


def _same_episode(first: CountedRun, other: CountedRun, ids: Sequence[str]) -> str | None:
    """The first episode that both have, where it was played once only and not twice alike."""
    for name in ids:
        samples = first.problem(name).outcomes.keys() & other.problem(name).outcomes.keys()
        if name in first.tally.problems and name in other.tally.problems and samples:
            episode = episode_id(name, min(samples))
            one, two = (next(run.run.fetch({episode})) for run in (first, other))
            return episode if one == two else None
    return None


def _other_statements(first: CountedRun, other: CountedRun, ids: Sequence[str]) -> list[str]:
    """Those problems whose headers or statements differ, by one trace of each run.

    Of one that does not elaborate there is none, and its id is trusted.
    """
    seen: list[dict[str, tuple[str, str]]] = []
    for run in (first, other):
        played = [name for name in ids if name in run.tally.problems]
        wanted = {episode_id(name, min(run.tally.problems[name].outcomes)) for name in played}
        problems = (trace.problem for trace in run.run.fetch(wanted))
        seen.append({problem.id: (problem.header, problem.statement) for problem in problems})
    one, two = seen
    return [name for name in ids if name in one and name in two and one[name] != two[name]]


def _differs(runs: Sequence[RunFolder]) -> tuple[DifferingSetting, ...]:
    flat = [_flat(run.settings.model_dump(mode="json", exclude=set(_NOT_COMPARED))) for run in runs]
    keys = dict.fromkeys(key for settings in flat for key in settings)
    found = (
        DifferingSetting(key=key, values=tuple(s.get(key, "none") for s in flat)) for key in keys
    )
    return tuple(one for one in found if len(set(one.values)) > 1)


def _flat(fields: Mapping[str, object], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, value in fields.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{name}.")
        else:
            flat[prefix + name] = "none" if value is None else str(value)
    return flat
