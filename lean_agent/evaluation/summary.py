"""Report: what a run shows, in numbers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

from lean_agent.chat import CallErrorKind, Frozen, InterruptionKind
from lean_agent.episode import EpisodeSettings
from lean_agent.errors import UserError
from lean_agent.evaluation.ks import refuse_ks
from lean_agent.evaluation.pass_at_k import Estimate, estimate, ks_up_to
from lean_agent.evaluation.tally import ProblemTally, Tally
from lean_agent.lean.verdict import Level
from lean_agent.trace.store import RunSettings
from lean_agent.trace.trace import Outcome, episode_id


class Group(Frozen):
    """The problems of one difficulty or topic; `pass_at_k` is keyed by k.

    Problems that do not elaborate state neither.
    """

    problems: int
    solved: int
    pass_at_k: dict[str, Estimate]


class Turns(Frozen):
    """How many model turns episodes took; `histogram` maps a number of turns to episodes."""

    mean: float
    histogram: dict[str, int]


class TurnCalls(Frozen):
    """The calls in one turn, the n-th of their episodes, over all `answers` given there.

    `good` answers make calls and have nothing wrong with them.
    """

    turn: int
    answers: int
    good: int
    valid_calls: int
    errors: dict[CallErrorKind, int]


class ToolUse(Frozen):
    """How the tools were used.

    `calls` counts the calls to each tool that was offered. `every_tool` counts episodes
    that called each tool they were offered; `multi_turn` counts accepted
    episodes of two turns or more, `multi_turn_every_tool` those that are both.
    `errors` counts what was wrong with answers, by kind (`CallErrorKind`): a spoilt call, or a
    turn without one. `valid_call_rate` is the share of valid calls in these and the valid ones
    together, None where no tools were offered. `by_turn` has the same for each turn.
    `repairs` counts the errors that lenient reading mended, which are not among `errors`.
    """

    calls: dict[str, int]
    every_tool: int
    multi_turn: int
    multi_turn_every_tool: int
    valid_calls: int
    errors: dict[CallErrorKind, int]
    repairs: dict[CallErrorKind, int]
    valid_call_rate: float | None
    by_turn: tuple[TurnCalls, ...]


class Disturbances(Frozen):
    """What stood between the model and its answers.

    `interruptions` are requests that were lost and made again, by kind, and `seconds` the time
    that took; `shortened` counts tool results cut to fit the context, `cut_off` the answers that
    ended at a limit on tokens.
    """

    interruptions: dict[InterruptionKind, int]
    seconds: float
    shortened: int
    cut_off: int


class Tokens(Frozen):
    """Tokens summed over the episodes whose backend counts them; `episodes` says how many do."""

    episodes: int
    prompt: int
    completion: int


class Seconds(Frozen):
    """Wall-clock seconds summed over episodes, and the parts spent in the model and in tools.

    `lean` is what Lean worked on the checks (`Verdict.seconds`), cached verdicts included: no
    part of the others, as it leaves out waiting and may count a check more than once.
    """

    episodes: float
    model: float
    tools: float
    lean: float


class Report(Frozen):
    """A run in numbers.

    `problems` is the denominator of every rate: the problems with at least one
    episode, and those that are `broken`: their statements do not elaborate, so that they were
    left out and count as unsolved, with full samples. `pass_at_k` is keyed by k; where no k were
    asked for, they go up to the smallest number of samples any problem has. Each estimate is over
    the problems with that many, and says how many these are; `pass_at_k_unbroken` is the same
    without the broken ones, and empty where there are none. A run is `complete` when all
    `expected_episodes` are there, which broken problems have none of.
    `recorded` is the SHA-256 of the record that all verdicts were taken from, so that nothing was
    checked anew, and None of a run that asked Lean. Without Lean there are no `seconds`: those of
    the model would be of now, and those of Lean of then.
    `versions` lists every value found, so more than one shows that a run was
    continued with other software. Proofs count that were checked at `level`; `uncounted` of
    them were checked only at a lower one. `unconfirmed` proofs passed the fast check and failed
    the strict one. `by_difficulty` and `by_topic` hold problems
    that state none under the empty name. `checks` counts Lean's verdicts, on calls and on proofs
    that were only written down. `unparsed` answers hold a call as text that the server, whose part
    it was, did not parse. `without_proof` counts, in modes without tools, the
    answers that hold no proof. `solved_problems` are ids in the benchmark's order.
    """

    benchmark: str
    split: str
    model: str
    episode: EpisodeSettings
    seed: int
    samples: int
    recorded: str | None
    versions: dict[str, tuple[str, ...]]
    problems: int
    expected_problems: int
    broken: tuple[str, ...]
    solved: int
    episodes: int
    expected_episodes: int
    complete: bool
    level: Level
    uncounted: int
    unconfirmed: int
    pass_at_k: dict[str, Estimate]
    pass_at_k_unbroken: dict[str, Estimate]
    by_difficulty: dict[str, Group]
    by_topic: dict[str, Group]
    outcomes: dict[Outcome, int]
    turns: Turns
    checks: int
    unparsed: int
    tool_use: ToolUse
    without_proof: dict[CallErrorKind, int]
    disturbances: Disturbances
    tokens: Tokens | None
    seconds: Seconds | None
    solved_problems: tuple[str, ...]

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader of the numbers must know first."""
        said = []
        if self.unconfirmed:
            said.append(
                "Proofs that passed the fast check and failed the strict one, and are not counted: "
                f"{self.unconfirmed:,}. Look at them: each is a cheat, or a fault of a check."
            )
        if self.uncounted:
            said.append(
                "Proofs that passed the fast check only, and are not counted: "
                f"{self.uncounted:,}. There was no strict check when they were made (`lean-agent "
                "doctor` says what is missing); `lean-agent report RUN --level fast` counts them."
            )
        if self.unparsed:
            said.append(
                f"Answers with a call that the server did not parse: {self.unparsed:,}. Start it "
                "with a parser of tool calls (vLLM: --enable-auto-tool-choice --tool-call-parser "
                "NAME), or have the calls read here: --set backend.interface=prompt."
            )
        if self.episode.lenient:
            said.append(
                "Calls were read leniently: what was nearly a call was taken for one. The rate of "
                "valid calls is not comparable with that of strict runs."
            )
        return tuple(said)


def summarise(tally: Tally, settings: RunSettings, ks: Sequence[int] | None = None) -> Report:
    """The report of a run from its tally, with pass@k for `ks`.

    None of these, no pass@k. Raises UserError where there is no episode to report on, one that the
    run's settings do not ask for, or no problem with as many samples as one of `ks`.
    """
    _refuse_strangers(tally, settings)
    broken = set(settings.broken)
    played = [problem for problem in settings.problem_ids if problem not in broken]
    counted = [problem for problem in played if problem in tally.problems]
    if not counted:
        raise UserError("the run holds no finished episode yet: start it again, then report")
    tallies = [tally.problems[problem] for problem in counted]
    shown = _ks(tallies, settings, ks)
    outcomes = Counter(outcome for problem in tallies for outcome in problem.outcomes.values())
    expected = len(played) * settings.samples
    whole = _group(tallies, shown, len(settings.broken), settings.samples)
    unbroken = _group(tallies, shown).pass_at_k if settings.broken else {}
    return Report(
        benchmark=settings.benchmark,
        split=settings.split,
        model=settings.model,
        episode=settings.episode,
        seed=settings.sampling.seed,
        samples=settings.samples,
        recorded=settings.recorded,
        versions={name: tuple(sorted(tally.versions[name])) for name in sorted(tally.versions)},
        problems=whole.problems,
        expected_problems=len(played) + len(settings.broken),
        broken=settings.broken,
        solved=whole.solved,
        episodes=outcomes.total(),
        expected_episodes=expected,
        complete=outcomes.total() == expected,
        level=tally.level,
        uncounted=sum(len(problem.uncounted) for problem in tallies),
        unconfirmed=tally.unconfirmed,
        pass_at_k=whole.pass_at_k,
        pass_at_k_unbroken=unbroken,
        by_difficulty=_by(tallies, lambda problem: str(problem.difficulty or ""), settings, shown),
        by_topic=_by(tallies, lambda problem: problem.topic, settings, shown),
        outcomes={outcome: outcomes[outcome] for outcome in Outcome if outcomes[outcome]},
        turns=_turns(tally),
        checks=tally.checks,
        unparsed=tally.unparsed,
        tool_use=_tool_use(tally),
        without_proof=_in_order(tally.without_proof),
        disturbances=Disturbances(
            interruptions=dict(sorted(tally.interruptions.items())),
            seconds=tally.interrupted_seconds,
            shortened=tally.shortened,
            cut_off=tally.cut_off,
        ),
        tokens=_tokens(tally),
        seconds=None if settings.recorded else _seconds(tally),
        solved_problems=tuple(problem for problem in counted if tally.problems[problem].c),
    )


def _ks(
    tallies: Sequence[ProblemTally], settings: RunSettings, ks: Sequence[int] | None
) -> tuple[int, ...]:
    """The k to report: those asked for, in order, or all that every problem has samples for."""
    if ks is None:
        return ks_up_to(min(problem.n for problem in tallies))
    if not ks:
        return ()
    refuse_ks(ks, settings.samples, "the run")
    most = max(problem.n for problem in tallies)
    if max(ks) > most:
        raise UserError(
            f"no problem has the {max(ks)} samples of pass@{max(ks)} yet, only {most} at most: "
            "start the run again, so that it goes on, or ask for smaller k"
        )
    return tuple(sorted(set(ks)))


def _refuse_strangers(tally: Tally, settings: RunSettings) -> None:
    asked = set(settings.problem_ids) - set(settings.broken)
    for problem, counts in tally.problems.items():
        for sample in counts.outcomes:
            if problem not in asked or sample not in range(settings.samples):
                raise UserError(
                    f"episode {episode_id(problem, sample)} is not one that this run's settings "
                    "ask for; were traces of another run added to it?"
                )


def _group(
    tallies: Sequence[ProblemTally], ks: tuple[int, ...], broken: int = 0, samples: int = 0
) -> Group:
    """`broken` problems count beside the tallies, unsolved in so many samples.

    A partial run may have groups in which no problem has samples enough for the largest k.
    """
    n = [problem.n for problem in tallies] + [samples] * broken
    c = [problem.c for problem in tallies] + [0] * broken
    return Group(
        problems=len(n),
        solved=sum(correct > 0 for correct in c),
        pass_at_k={
            str(k): value
            for k, value in estimate(n, c, tuple(k for k in ks if k <= max(n))).items()
        },
    )


def _by(
    tallies: Sequence[ProblemTally],
    name: Callable[[ProblemTally], str],
    settings: RunSettings,
    ks: tuple[int, ...],
) -> dict[str, Group]:
    groups: dict[str, list[ProblemTally]] = defaultdict(list)
    if settings.broken:
        groups[""] = []
    for problem in tallies:
        groups[name(problem)].append(problem)
    # Groups without a name come last.
    return {
        key: _group(groups[key], ks, 0 if key else len(settings.broken), settings.samples)
        for key in sorted(groups, key=lambda key: (not key, key))
    }


def _turns(tally: Tally) -> Turns:
    mean = sum(turns * number for turns, number in tally.turns.items()) / tally.turns.total()
    return Turns(mean=mean, histogram={str(t): tally.turns[t] for t in sorted(tally.turns)})


def _tool_use(tally: Tally) -> ToolUse:
    errors, repairs = Counter[CallErrorKind](), Counter[CallErrorKind]()
    for at in tally.by_turn.values():
        errors += at.errors
        repairs += at.repairs
    valid = sum(at.valid_calls for at in tally.by_turn.values())
    return ToolUse(
        calls=dict(sorted(tally.calls.items())),
        every_tool=tally.every_tool,
        multi_turn=tally.multi_turn,
        multi_turn_every_tool=tally.multi_turn_every_tool,
        valid_calls=valid,
        errors=_in_order(errors),
        repairs=_in_order(repairs),
        valid_call_rate=valid / (valid + errors.total()) if tally.by_turn else None,
        by_turn=tuple(
            TurnCalls(
                turn=turn,
                answers=at.answers,
                good=at.good,
                valid_calls=at.valid_calls,
                errors=_in_order(at.errors),
            )
            for turn, at in sorted(tally.by_turn.items())
        ),
    )


def _in_order(counts: Counter[CallErrorKind]) -> dict[CallErrorKind, int]:
    return {kind: counts[kind] for kind in CallErrorKind if counts[kind]}


def _seconds(tally: Tally) -> Seconds:
    return Seconds(
        episodes=tally.episode_seconds,
        model=tally.model_seconds,
        tools=tally.tool_seconds,
        lean=tally.lean_seconds,
    )


def _tokens(tally: Tally) -> Tokens | None:
    if not tally.episodes_with_tokens:
        return None
    return Tokens(
        episodes=tally.episodes_with_tokens,
        prompt=tally.prompt_tokens,
        completion=tally.completion_tokens,
    )
