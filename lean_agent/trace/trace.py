"""Trace: one episode, written down whole. A trace is evidence and can be replayed."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from lean_agent.chat import (
    CallError,
    FinishReason,
    Frozen,
    Interruption,
    Message,
    Repair,
    Sampling,
    Shortened,
    TokenLogprob,
    ToolSchema,
    shorten,
)
from lean_agent.episode import EpisodeSettings
from lean_agent.lean.verdict import Level, Reason, Verdict
from lean_agent.problem import Problem

SCHEMA_VERSION = 1

CHECK_TOOL = "check_lean"
"""The tool whose answers are verdicts."""


class Outcome(StrEnum):
    """How an episode ended."""

    PROVED = "proved"
    TURN_LIMIT = "turn_limit"
    TOKEN_LIMIT = "token_limit"
    TIME_LIMIT = "time_limit"
    CONTEXT_LIMIT = "context_limit"  # the conversation did not fit the model any more
    GAVE_UP = "gave_up"  # twice running it ended an answer that called no tool and held no proof
    MODEL_ERROR = "model_error"  # the model could not answer this conversation


class Limits(Frozen):
    """What one episode may use.

    Tokens are completion tokens over all turns, where the backend counts them.
    `seconds` is for the whole episode, in which waiting for a model server that is gone does
    not count; `check_seconds` is for each Lean check.
    """

    turns: int = 12
    tokens: int = 32768
    seconds: float = 600.0
    check_seconds: float = 60.0


class Turn(Frozen):
    """The bookkeeping of one model turn, beside its messages.

    The n-th turn belongs to the n-th assistant message. `raw` is the model's
    answer as it came (see Completion); `errors` say what was wrong with it and
    `repairs` what lenient reading mended; `verdicts` are those of the check_lean
    calls, in order, or of the proof it only wrote down; `prompt_tokens` and
    `completion_tokens` are the backend's counts, None where it has none.
    `shortened` are the messages that were cut before this turn, to fit the
    context, and are sent so from then on; `interruptions` are the requests that
    were lost on the way to this answer; `max_tokens` is the room that was asked
    for it, and `prompt_hash` the SHA-256 of the text it was generated from, where
    we rendered it. `model_seconds` are without those of lost requests.
    """

    raw: str
    errors: tuple[CallError, ...] = ()
    repairs: tuple[Repair, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    finish_reason: FinishReason = "stop"
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    logprobs: tuple[TokenLogprob, ...] | None = None
    shortened: tuple[Shortened, ...] = ()
    interruptions: tuple[Interruption, ...] = ()
    max_tokens: int | None = None
    prompt_hash: str | None = None
    model_seconds: float = 0.0
    tool_seconds: float = 0.0


def episode_id(problem_id: str, sample: int) -> str:
    """Identity of an episode within a run: which problem, which sample."""
    return f"{problem_id}#{sample}"


class Trace(Frozen):
    """One episode of one problem.

    `messages` holds the whole conversation in order, tool calls and results as
    carried out; `sent` gives what the model saw of it at each turn. `dialect` names
    the dialect in which the model's text was read, None where a server did that;
    `tools_in_prompt` says whether the system prompt describes the tools, or they
    were sent beside the messages. `settings.prompt` names the template, with its
    version. `sampling.seed` is this episode's own. `proof` is the accepted Lean
    code, or None. `interruptions` are the requests that were lost with no answer
    after them. `versions` names what the verdicts rest on (lean-agent, Lean,
    library hash, index) and, under `model.`, what the answers do (see Model.facts).
    `started` is UTC in ISO 8601; `seconds` is wall-clock time.
    """

    schema_version: int = SCHEMA_VERSION
    problem: Problem
    sample: int
    model: str
    sampling: Sampling
    limits: Limits
    tools: tuple[ToolSchema, ...]
    settings: EpisodeSettings = EpisodeSettings()
    dialect: str | None = None
    tools_in_prompt: bool = True
    messages: tuple[Message, ...]
    turns: tuple[Turn, ...]
    outcome: Outcome
    detail: str = ""
    proof: str | None = None
    interruptions: tuple[Interruption, ...] = ()
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

    def sent(self, turn: int) -> tuple[Message, ...]:
        """The messages as the model saw them when it wrote its answer number `turn`, from 0."""
        answers = [n for n, message in enumerate(self.messages) if message.role == "assistant"]
        seen = list(self.messages[: answers[turn]])
        for past in self.turns[: turn + 1]:
            for cut in past.shortened:
                seen[cut.message] = shorten(self.messages[cut.message], cut.kept)
        return tuple(seen)

    def verdicts_by_call(self) -> tuple[Mapping[str, Verdict], ...]:
        """For each turn, its verdicts by the id of the call they answer.

        The verdict on a proof that the model only wrote down is under the empty id.
        """
        placed = []
        answers = (message for message in self.messages if message.role == "assistant")
        for answer, turn in zip(answers, self.turns, strict=False):
            refused = {error.call_id for error in turn.errors}
            checks = [
                call.id
                for call in answer.tool_calls
                if call.name == CHECK_TOOL and call.id not in refused
            ]
            placed.append(dict(zip(checks or [""], turn.verdicts, strict=False)))
        return tuple(placed)
