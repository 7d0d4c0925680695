"""Plays a recorded run back: the same answers to the same questions.

What the tools answer is computed anew, so a replay shows whether they still
answer as they did.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from lean_agent.chat import Completion, Message, Sampling, ToolSchema
from lean_agent.dialects import dialect_named
from lean_agent.dialects.base import Dialect
from lean_agent.errors import UserError
from lean_agent.models.base import ModelError, estimated_tokens
from lean_agent.trace.store import read_traces
from lean_agent.trace.trace import Trace

_SHOWN = 200


class ReplayModel:
    """The assistant's side of the traces in a run folder or trace file.

    An episode is known by the problem it opens with and by its seed, so the
    replay must be run with the recorded run's seed. Raises UserError where the
    traces cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.spec = f"replay:{path}"
        self._path = path
        self._traces = {(_task(t.messages), t.sampling.seed): t for t in read_traces(path)}
        if not self._traces:
            raise UserError(f"{path} holds no finished episode to replay")
        ways = {(trace.dialect, trace.tools_in_prompt) for trace in self._traces.values()}
        if len(ways) > 1:
            raise UserError(f"{path} holds traces of several dialects: replay them one by one")
        name, in_prompt = ways.pop()
        self.dialect: Dialect | None = dialect_named(name) if name else None
        self.tools_in_prompt = in_prompt and self.dialect is not None

    async def open(self) -> None:
        """Nothing to learn."""

    async def complete(
        self,
        messages: Sequence[Message],
        tools: Sequence[ToolSchema],  # noqa: ARG002
        sampling: Sampling,
        on_text: Callable[[str], None] | None = None,  # noqa: ARG002
    ) -> Completion:
        """The recorded answer. Raises ModelError where the record has none to this conversation."""
        trace = self._traces.get((_task(messages), sampling.seed))
        if trace is None:
            raise ModelError(
                f"{self._path} holds no episode of this problem with seed {sampling.seed}: "
                "replay with the problems, --seed and --samples of the recorded run"
            )
        return _answer(trace, messages)

    context_tokens = None

    def count_tokens(self, text: str) -> int:
        """An estimate; nothing depends on it, since what was sent is recorded."""
        return estimated_tokens(text)

    async def close(self) -> None:
        """Nothing to give back."""


def _task(messages: Sequence[Message]) -> str:
    return next(message.content for message in messages if message.role == "user")


def _answer(trace: Trace, messages: Sequence[Message]) -> Completion:
    for number, (now, then) in enumerate(zip(messages, trace.messages, strict=False), start=1):
        if now != then:
            raise ModelError(
                f"{trace.episode_id}: message {number} ({now.role}) is not the recorded one: "
                f"now {now.content[:_SHOWN]!r}, recorded {then.content[:_SHOWN]!r}"
            )
    here = len(messages)
    if here >= len(trace.messages) or trace.messages[here].role != "assistant":
        raise ModelError(f"{trace.episode_id}: the record has no answer to message {here}")
    message = trace.messages[here]
    turn = trace.turns[sum(one.role == "assistant" for one in messages)]
    return Completion(
        raw=turn.raw,
        message=message,
        # The others are found when the answer is looked at, and will be again.
        errors=tuple(error for error in turn.errors if error.text and error.call_id is None),
        repairs=turn.repairs,
        finish_reason=turn.finish_reason,
        prompt_tokens=turn.prompt_tokens,
        completion_tokens=turn.completion_tokens,
    )
