"""Plays a recorded run back: the same answers to the same questions.

What the tools answer is computed anew, so a replay shows whether they still
answer as they did.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar

from lean_agent.chat import Completion, Frozen, Message, Sampling, ToolSchema
from lean_agent.context import ContextFull
from lean_agent.dialects import dialect_named
from lean_agent.dialects.base import Dialect
from lean_agent.episode import EpisodeSettings
from lean_agent.errors import UserError
from lean_agent.models.base import ModelError, ModelUnavailable, estimated_tokens
from lean_agent.trace.store import SETTINGS_FILE, RunFolder, read_traces
from lean_agent.trace.trace import Limits, Outcome, Trace

_SHOWN = 200


class Record(Frozen):
    """How the episodes of a record were played, and so must be again.

    `seed` is the run's; None where the record is a dataset or a trace file, which do not tell it.
    """

    episode: EpisodeSettings
    sampling: Sampling
    limits: Limits
    seed: int | None = None


def read_record(path: Path) -> Record:
    """That of a run folder, a dataset or a trace file. Raises UserError where there is none."""
    if (path / SETTINGS_FILE).is_file():
        run = RunFolder.open(path).settings
        sampling = run.sampling
        return Record(episode=run.episode, sampling=sampling, limits=run.limits, seed=sampling.seed)
    trace = first_trace(read_traces(path), path)
    return Record(episode=trace.settings, sampling=trace.sampling, limits=trace.limits)


class ReplayModel:
    """The assistant's side of the traces in a run folder, dataset or trace file.

    An episode is known by the problem it opens with and by its seed, so the replay must be run
    as the record was; `lean_agent.settings` sees to that. Raises UserError where the traces
    cannot be read, or differ in how they were played.

    A replay has no context of its own. What was shortened in the record to fit one is not
    shortened again: its turns have no `shortened`, and `Trace.sent` gives all of the messages.
    Where the record ends without an answer, the replay ends as it did, but for one that ran out
    of time, which is a model error.
    """

    context_tokens = None
    facts: ClassVar[Mapping[str, str]] = MappingProxyType({})

    def __init__(self, path: Path) -> None:
        self.spec = f"replay:{path}"
        self._path = path
        self._traces = {(_task(t.messages), t.sampling.seed): t for t in read_traces(path)}
        self._by_seed = {trace.sampling.seed: trace for trace in self._traces.values()}
        first = first_trace(iter(self.traces), path)
        if any(_way(trace) != _way(first) for trace in self.traces):
            raise UserError(
                f"{path} holds traces that were played in different ways (dialect, mode, prompt, "
                "sampling or limits): replay them one by one"
            )
        lenient = first.settings.lenient
        self.dialect: Dialect | None = None
        if first.dialect is not None:
            self.dialect = dialect_named(first.dialect, lenient)
        self.tools_in_prompt = first.tools_in_prompt and self.dialect is not None

    @property
    def traces(self) -> Collection[Trace]:
        """What is played back."""
        return self._traces.values()

    async def open(self) -> None:
        """Nothing to learn."""

    async def complete(
        self,
        messages: Sequence[Message],
        tools: Sequence[ToolSchema],  # noqa: ARG002
        sampling: Sampling,
        on_text: Callable[[str], None] | None = None,  # noqa: ARG002
    ) -> Completion:
        """The recorded answer.

        Raises ModelUnavailable where the record has no episode that begins so, and ModelError
        where the conversation has become another one than the recorded.
        """
        seed = sampling.seed
        trace = self._traces.get((_task(messages), seed))
        if trace is None:  # of the same seed it is the same problem, put into other words
            trace = self._by_seed.get(seed)
        if trace is None:
            raise ModelUnavailable(
                f"{self._path} holds no episode of this problem with seed {seed}: replay with the "
                "problems, --seed and --samples of the recorded run, which holds fewer episodes "
                "where it was stopped"
            )
        return _answer(trace, messages)

    def count_tokens(self, text: str) -> int:
        """An estimate; nothing depends on it, since what was sent is recorded."""
        return estimated_tokens(text)

    async def close(self) -> None:
        """Nothing to give back."""


def first_trace(traces: Iterator[Trace], path: Path) -> Trace:
    """The first of the traces in `path`. Raises UserError where there is none."""
    trace = next(traces, None)
    if trace is None:
        raise UserError(f"{path} holds no finished episode to replay")
    return trace


def _way(trace: Trace) -> tuple[object, ...]:
    """What must be the same in all traces that are replayed together."""
    sampling = trace.sampling.model_copy(update={"seed": 0})
    limits = trace.limits.turns, trace.limits.tokens
    return trace.dialect, trace.tools_in_prompt, trace.settings, sampling, limits


def _task(messages: Sequence[Message]) -> str:
    return next(message.content for message in messages if message.role == "user")


def _answer(trace: Trace, messages: Sequence[Message]) -> Completion:
    _refuse_other(trace, messages)
    here = len(messages)
    if here >= len(trace.messages) or trace.messages[here].role != "assistant":
        raise ending(trace)
    turn = trace.turns[sum(one.role == "assistant" for one in messages)]
    return Completion(
        raw=turn.raw,
        message=trace.messages[here],
        # The others are found when the answer is looked at, and will be again.
        errors=tuple(error for error in turn.errors if error.text and error.call_id is None),
        repairs=turn.repairs,
        finish_reason=turn.finish_reason,
        prompt_tokens=turn.prompt_tokens,
        completion_tokens=turn.completion_tokens,
        logprobs=turn.logprobs,
        prompt_hash=turn.prompt_hash,
    )


def _refuse_other(trace: Trace, messages: Sequence[Message]) -> None:
    """Raise where the conversation is not the recorded one: ModelUnavailable in its opening, which
    is the same in every episode that was begun in another way, else ModelError."""
    roles = [message.role for message in trace.messages]
    opening = roles.index("assistant") if "assistant" in roles else len(roles)
    for number, (now, then) in enumerate(zip(messages, trace.messages, strict=False), start=1):
        if now == then:
            continue
        where = _first_difference(now.content, then.content)
        said = (
            f"{trace.episode_id}: message {number} ({now.role}) is not the recorded one: "
            f"now {now.content[where : where + _SHOWN]!r}, "
            f"recorded {then.content[where : where + _SHOWN]!r}"
        )
        if number > opening:
            raise ModelError(said)
        how = trace.settings
        raise ModelUnavailable(
            f"{said}. The record was played in the mode {how.mode} with the prompt {how.prompt}: "
            "replay it so, with its problems and its tools"
        )


def _first_difference(one: str, other: str) -> int:
    """Where the first line begins that is not the same in both."""
    pairs = enumerate(zip(one, other, strict=False))
    differs = next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))
    return one.rfind("\n", 0, differs) + 1


def ending(trace: Trace) -> Exception:
    """What ended the recorded episode where it has no more answers."""
    if trace.outcome is Outcome.CONTEXT_LIMIT:
        return ContextFull(trace.detail)
    if trace.outcome is Outcome.MODEL_ERROR:
        return ModelError(trace.detail)
    return ModelError(f"{trace.episode_id}: the record ends here, with the outcome {trace.outcome}")
