"""One episode: a problem, a model and its tools make a trace.

The model is asked for its next message; the tools it calls are run and their
answers put into the conversation; and so on until Lean accepts a proof or a
limit is reached.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from lean_agent.chat import CallError, CallErrorKind, Completion, Message, Sampling, ToolCall
from lean_agent.lean.verdict import Verdict
from lean_agent.models.base import Model, ModelError
from lean_agent.problem import Problem
from lean_agent.prompts import CUT_OFF, REMINDER, complaint, complaints, opening
from lean_agent.tools import Tool, ToolArgumentError, ToolResult
from lean_agent.trace.trace import Limits, Outcome, Trace, Turn


async def run_episode(
    problem: Problem,
    model: Model,
    tools: Sequence[Tool],
    *,
    sample: int,
    sampling: Sampling,
    limits: Limits,
    versions: Mapping[str, str],
    watch: Callable[[Message], None] | None = None,
) -> Trace:
    """Let the model work on the problem until it is proved or a limit is reached.

    `sampling.seed` is the run's seed; the episode draws with its own, derived
    from it. `versions` is written into the trace as it is. `watch` is called with
    each message after the opening ones, as it comes. Raises ModelUnavailable where
    there is no model to ask, which is nobody's result.
    """
    sampling = sampling.model_copy(update={"seed": episode_seed(sampling.seed, problem.id, sample)})
    episode = _Episode(problem, model, tools, sampling, limits, watch)
    started, clock = datetime.now(UTC), time.perf_counter()
    detail = ""
    try:
        async with asyncio.timeout(limits.seconds) as deadline:
            outcome = await episode.play()
    except ModelError as error:
        outcome, detail = Outcome.MODEL_ERROR, str(error)
    except TimeoutError:
        if not deadline.expired():
            raise
        outcome = Outcome.TIME_LIMIT
    return Trace(
        problem=problem,
        sample=sample,
        model=model.spec,
        sampling=sampling,
        limits=limits,
        tools=episode.schemas,
        dialect=model.dialect.name if model.dialect else None,
        messages=tuple(episode.messages),
        turns=tuple(episode.turns),
        outcome=outcome,
        detail=detail,
        proof=episode.proof,
        versions=dict(versions),
        started=started.isoformat(timespec="seconds"),
        seconds=round(time.perf_counter() - clock, 3),
    )


def episode_seed(run_seed: int, problem_id: str, sample: int) -> int:
    """A seed below 2^31 (some servers take no more), the same on every machine."""
    digest = hashlib.sha256(f"{run_seed}\n{sample}\n{problem_id}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1


class _Episode:
    """What has happened so far; complete at every moment, for a limit may strike at any."""

    def __init__(
        self,
        problem: Problem,
        model: Model,
        tools: Sequence[Tool],
        sampling: Sampling,
        limits: Limits,
        watch: Callable[[Message], None] | None,
    ) -> None:
        self.model = model
        self.tools = {tool.schema.name: tool for tool in tools}
        self.schemas = tuple(tool.schema for tool in tools)
        self.sampling = sampling
        self.limits = limits
        self.watch = watch
        tools_text = model.dialect.system_text(self.schemas) if model.dialect else ""
        self.messages = opening(problem, tools_text)
        self.turns: list[Turn] = []
        self.proof: str | None = None

    async def play(self) -> Outcome:
        tokens_left = self.limits.tokens
        reminded = False
        for _ in range(self.limits.turns):
            completion = await self._turn(tokens_left)
            if self.proof is not None:
                return Outcome.PROVED
            tokens_left -= completion.completion_tokens or 0
            if tokens_left <= 0:
                return Outcome.TOKEN_LIMIT
            if completion.errors:
                self._add(Message(role="user", content=complaints(completion.errors)))
            elif not completion.message.tool_calls:
                if reminded:
                    return Outcome.GAVE_UP
                cut_off = CUT_OFF if completion.finish_reason == "length" else ""
                self._add(Message(role="user", content=cut_off + REMINDER))
            reminded = not (completion.errors or completion.message.tool_calls)
        return Outcome.TURN_LIMIT

    async def _turn(self, tokens_left: int) -> Completion:
        """Ask the model once and carry out the calls in its answer, in order."""
        max_tokens = min(self.sampling.max_tokens, tokens_left)
        sampling = self.sampling.model_copy(update={"max_tokens": max_tokens})
        asked = time.perf_counter()
        completion = await self.model.complete(self.messages, self.schemas, sampling)
        answered = time.perf_counter()
        self._add(completion.message)
        errors, verdicts = list(completion.errors), list[Verdict]()
        try:
            for call in completion.message.tool_calls:
                result = await self._carry_out(call, errors)
                self._add(Message(role="tool", content=result.text, tool_call_id=call.id))
                if result.verdict is not None:
                    verdicts.append(result.verdict)
                    if result.verdict.accepted:
                        self.proof = result.code
                        break
        finally:
            self.turns.append(
                Turn(
                    raw=completion.raw,
                    errors=tuple(errors),
                    verdicts=tuple(verdicts),
                    finish_reason=completion.finish_reason,
                    prompt_tokens=completion.prompt_tokens,
                    completion_tokens=completion.completion_tokens,
                    model_seconds=round(answered - asked, 3),
                    tool_seconds=round(time.perf_counter() - answered, 3),
                )
            )
        return completion

    async def _carry_out(self, call: ToolCall, errors: list[CallError]) -> ToolResult:
        """The tool's answer, or a complaint, which is also added to `errors`."""
        try:
            if call.name in self.tools:
                return await self.tools[call.name].call(call.arguments)
            kind = CallErrorKind.UNKNOWN_TOOL
            detail = f"there is no tool {call.name!r}; the tools are: {', '.join(self.tools)}"
        except ToolArgumentError as error:
            kind, detail = CallErrorKind.BAD_ARGUMENTS, str(error)
        text = call.model_dump_json(include={"name", "arguments"})
        errors.append(CallError(kind=kind, text=text, detail=detail, call_id=call.id))
        return ToolResult(complaint(errors[-1]))

    def _add(self, message: Message) -> None:
        self.messages.append(message)
        if self.watch is not None:
            self.watch(message)
