"""Report: what a run shows, in numbers."""

from __future__ import annotations

from pydantic import Field

from lean_agent.chat import CallErrorKind, Frozen
from lean_agent.evaluation.pass_at_k import Estimate
from lean_agent.trace.trace import Outcome


class Group(Frozen):
    """The problems of one difficulty or topic; `pass_at_k` is keyed by k."""

    problems: int
    solved: int
    pass_at_k: dict[str, Estimate]


class Turns(Frozen):
    """How many model turns episodes took; `histogram` maps a number of turns to episodes."""

    mean: float
    histogram: dict[str, int]


class ToolUse(Frozen):
    """How the tools were used.

    `calls` counts well-formed calls by tool name. `every_tool` counts episodes
    that called each tool they were offered; `multi_turn` counts accepted
    episodes of two turns or more, `multi_turn_every_tool` those that are both.
    `malformed` counts the calls that could not be carried out, by what was wrong;
    `valid_call_rate` is the share of attempted calls that could, None without any.
    """

    calls: dict[str, int]
    every_tool: int
    multi_turn: int
    multi_turn_every_tool: int
    malformed: dict[CallErrorKind, int]
    valid_call_rate: float | None


class Tokens(Frozen):
    """Tokens summed over the episodes whose backend counts them; `episodes` says how many do."""

    episodes: int
    prompt: int
    completion: int


class Seconds(Frozen):
    """Wall-clock seconds summed over episodes, and the parts spent in the model, tools and Lean."""

    episodes: float
    model: float
    tools: float
    lean: float


class Report(Frozen):
    """A run in numbers.

    `problems` is the denominator of every rate: the problems with at least one
    episode. `pass_at_k` is keyed by k, up to the smallest number of samples any of
    them has. A run is `complete` when all `expected_episodes` are there.
    `versions` lists every value found, so more than one shows that a run was
    continued with other software. Groups without a name are those of problems
    that state no topic or difficulty.
    """

    benchmark: str
    split: str | None
    model: str
    seed: int
    samples: int
    versions: dict[str, tuple[str, ...]]
    problems: int
    expected_problems: int
    solved: int
    episodes: int
    expected_episodes: int
    complete: bool
    pass_at_k: dict[str, Estimate]
    by_difficulty: dict[str, Group]
    by_topic: dict[str, Group]
    outcomes: dict[Outcome, int]
    turns: Turns
    tool_use: ToolUse
    tokens: Tokens | None
    seconds: Seconds
    solved_problems: tuple[str, ...] = Field(description="ids, in the order of the run")
