"""Trace: one episode, written down whole. A trace is evidence and can be replayed."""

from __future__ import annotations

from enum import StrEnum

from lean_agent.chat import CallError, FinishReason, Frozen, Message, Sampling, ToolSchema
from lean_agent.lean.verdict import Level, Reason, Verdict
from lean_agent.problem import Problem

SCHEMA_VERSION = 1


class Outcome(StrEnum):
    """How an episode ended."""

    PROVED = "proved"
    TURN_LIMIT = "turn_limit"
    TOKEN_LIMIT = "token_limit"
    TIME_LIMIT = "time_limit"
    GAVE_UP = "gave_up"  # the model called no tool, was reminded, and again called none
    MODEL_ERROR = "model_error"  # the model could not answer this conversation


class Limits(Frozen):
    """What one episode may use.

    Tokens are completion tokens over all turns, where the backend counts them.
    `seconds` is for the whole episode, `check_seconds` for each Lean check.
    """

    turns: int = 12
    tokens: int = 32768
    seconds: float = 600.0
    check_seconds: float = 60.0


class Turn(Frozen):
    """The bookkeeping of one model turn, beside its messages.

    The n-th turn belongs to the n-th assistant message. `raw` is the model's
    answer as it came (see Completion); `errors` are the calls that could not be
    carried out; `verdicts` are those of the check_lean calls, in order;
    `prompt_tokens` and `completion_tokens` are the backend's counts, None where
    it has none.
    """

    raw: str
    errors: tuple[CallError, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    finish_reason: FinishReason = "stop"
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    model_seconds: float = 0.0
    tool_seconds: float = 0.0


def episode_id(problem_id: str, sample: int) -> str:
    """Identity of an episode within a run: which problem, which sample."""
    return f"{problem_id}#{sample}"


class Trace(Frozen):
    """One episode of one problem.

    `messages` holds the whole conversation in order, tool calls and results as
    sent. `dialect` names the dialect that writes `tools` and the calls into the
    text, None where they are sent beside it. `sampling.seed` is this episode's
    own. `proof` is the accepted Lean code, or None. `versions` names what the
    verdicts rest on (lean-agent, Lean, library hash, index, Python packages).
    `started` is UTC in ISO 8601; `seconds` is wall-clock time.
    """

    schema_version: int = SCHEMA_VERSION
    problem: Problem
    sample: int
    model: str
    sampling: Sampling
    limits: Limits
    tools: tuple[ToolSchema, ...]
    dialect: str | None = None
    messages: tuple[Message, ...]
    turns: tuple[Turn, ...]
    outcome: Outcome
    detail: str = ""
    proof: str | None = None
    versions: dict[str, str]
    started: str
    seconds: float

    @property
    def episode_id(self) -> str:
        """Identity within the run."""
        return episode_id(self.problem.id, self.sample)

    @property
    def proved(self) -> bool:
        """Whether Lean accepted a proof of the pinned goal."""
        return self.outcome is Outcome.PROVED

    @property
    def level(self) -> Level | None:
        """How the proof was checked, or None without a proof."""
        accepted = (v for turn in self.turns for v in turn.verdicts if v.accepted)
        return next((verdict.level for verdict in accepted), None)

    @property
    def unconfirmed(self) -> tuple[Verdict, ...]:
        """The verdicts on code that the fast check accepted and the strict check did not.

        Each is a hole in one of the two checks, or an attempt to use one.
        """
        verdicts = (verdict for turn in self.turns for verdict in turn.verdicts)
        return tuple(verdict for verdict in verdicts if verdict.reason is Reason.UNCONFIRMED)
