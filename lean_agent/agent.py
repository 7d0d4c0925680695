"""One episode: a problem, a model and its tools make a trace.

The model is asked for its next message; the tools it calls are run and their
answers put into the conversation; and so on until Lean accepts a proof or a
limit is reached.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from lean_agent.calls import judge
from lean_agent.chat import (
    CallError,
    CallErrorKind,
    Completion,
    Interruption,
    Message,
    Sampling,
    ToolCall,
)
from lean_agent.context import Context, ContextFull
from lean_agent.episode import EpisodeSettings, Mode
from lean_agent.lean.verdict import Verdict
from lean_agent.models.base import Model, ModelError
from lean_agent.models.patience import Patience
from lean_agent.problem import Problem
from lean_agent.prompts import complaint, complaints, feedback, opening, reminder
from lean_agent.submission import submitted_proof
from lean_agent.tools import ToolArgumentError, Toolbox, ToolResult
from lean_agent.trace.trace import Limits, Outcome, Trace, Turn

DEFAULT = EpisodeSettings()


@dataclass(frozen=True)
class Watch:
    """Who looks on: `message` is given each message as it is added after the opening, `text` the
    model's text as it is generated, where the backend streams."""

    message: Callable[[Message], None]
    text: Callable[[str], None] | None = None


async def run_episode(
    problem: Problem,
    model: Model,
    toolbox: Toolbox,
    *,
    sample: int,
    sampling: Sampling,
    limits: Limits,
    settings: EpisodeSettings = DEFAULT,
    versions: Mapping[str, str],
    patience: Patience | None = None,
    watch: Watch | None = None,
) -> Trace:
    """Let the model work on the problem until it is proved or a limit is reached.

    Tools are offered in the agent mode only. `sampling.seed` is the run's seed; the episode
    draws with its own, derived from it. `versions` is written into the trace as it is.
    `patience` is that of the run with its server. Raises ModelUnavailable where there is no
    model to ask, which is nobody's result.
    """
    sampling = sampling.model_copy(update={"seed": episode_seed(sampling.seed, problem.id, sample)})
    started, clock = datetime.now(UTC), time.perf_counter()
    detail = ""
    try:
        async with asyncio.timeout(limits.seconds) as deadline:
            episode = _Episode(problem, model, toolbox, sampling, limits, settings)
            episode.watch, episode.deadline = watch, deadline
            episode.patience = patience or Patience()
            outcome = await episode.play()
    except ModelError as error:
        outcome, detail = Outcome.MODEL_ERROR, str(error)
    except ContextFull as full:
        outcome, detail = Outcome.CONTEXT_LIMIT, str(full)
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
        settings=settings,
        dialect=model.dialect.name if model.dialect else None,
        tools_in_prompt=model.tools_in_prompt,
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

    deadline: asyncio.Timeout
    patience: Patience
    watch: Watch | None

    def __init__(
        self,
        problem: Problem,
        model: Model,
        toolbox: Toolbox,
        sampling: Sampling,
        limits: Limits,
        settings: EpisodeSettings,
    ) -> None:
        self.problem = problem
        self.model = model
        offered = toolbox.tools if settings.mode is Mode.AGENT else ()
        self.tools = {tool.schema.name: tool for tool in offered}
        self.schemas = tuple(tool.schema for tool in offered)
        self.check = toolbox.check
        self.sampling = sampling
        self.limits = limits
        self.settings = settings
        self.context = Context(model, self.schemas)
        described_by = model.dialect if model.tools_in_prompt else None
        self.messages = opening(problem, self.schemas, settings, described_by)
        self.turns: list[Turn] = []
        self.proof: str | None = None

    async def play(self) -> Outcome:
        tokens_left = self.limits.tokens
        idle = 0
        for _ in range(self.limits.turns):
            before = len(self.messages)
            tokens_left -= await self._turn(tokens_left)
            if self.proof is not None:
                return Outcome.PROVED
            if tokens_left <= 0:
                return Outcome.TOKEN_LIMIT
            answered = len(self.messages) - before > 1
            idle = 0 if answered else idle + 1
            if idle > 1:
                return Outcome.GAVE_UP
            if idle:
                missing = self.turns[-1].errors[-1]
                self._add(Message(role="user", content=reminder(self.settings, missing)))
        return Outcome.TURN_LIMIT

    async def _turn(self, tokens_left: int) -> int:
        """Ask the model once and carry out what it wants. The tokens that its answer took."""
        asked = time.perf_counter()
        turn, completion = await self._ask(min(self.sampling.max_tokens, tokens_left))
        answered = time.perf_counter()
        judged = judge(completion, self.schemas, self.model.dialect, self.settings.lenient)
        message = judged.completion.message
        self._add(message)
        errors, verdicts = list(judged.errors), list[Verdict]()
        try:
            for call in message.tool_calls:
                result = await self._carry_out(call, judged.refused, errors)
                self._add(Message(role="tool", content=result.text, tool_call_id=call.id))
                if self._decides(result, verdicts):
                    break
            else:
                if completion.errors:
                    self._add(Message(role="user", content=complaints(completion.errors)))
                elif not message.tool_calls:
                    await self._submit(completion, errors, verdicts)
        finally:
            taken = time.perf_counter() - answered
            facts = {
                "errors": tuple(errors),
                "repairs": judged.completion.repairs,
                "verdicts": tuple(verdicts),
                "model_seconds": round(answered - asked, 3),
                "tool_seconds": round(taken, 3),
            }
            self.turns.append(turn.model_copy(update=facts))
        return completion.completion_tokens or 0

    async def _ask(self, max_tokens: int) -> tuple[Turn, Completion]:
        sent = self.context.fit(self.messages, max_tokens)
        sampling = self.sampling.model_copy(update={"max_tokens": sent.max_tokens})
        on_text = self.watch.text if self.watch else None
        lost: list[Interruption] = []

        def interrupted(interruption: Interruption) -> None:
            lost.append(interruption)
            when = self.deadline.when()
            if when is not None:  # what the server's absence takes is not the episode's
                self.deadline.reschedule(when + interruption.seconds)

        completion = await self.patience.ask(
            lambda: self.model.complete(sent.messages, self.schemas, sampling, on_text),
            interrupted,
        )
        self.context.learn(completion.prompt_tokens)
        turn = Turn(
            raw=completion.raw,
            finish_reason=completion.finish_reason,
            prompt_tokens=completion.prompt_tokens,
            completion_tokens=completion.completion_tokens,
            logprobs=completion.logprobs,
            shortened=sent.shortened,
            interruptions=tuple(lost),
        )
        return turn, completion

    async def _carry_out(
        self, call: ToolCall, refused: Mapping[str, CallError], errors: list[CallError]
    ) -> ToolResult:
        """The tool's answer, or a complaint; one that the tool itself has is added to `errors`."""
        error = refused.get(call.id)
        if error is None:
            try:
                return await self.tools[call.name].call(call.arguments)
            except ToolArgumentError as misfit:
                text = call.model_dump_json(include={"name", "arguments"})
                error = CallError(
                    kind=CallErrorKind.BAD_ARGUMENTS, text=text, detail=str(misfit), call_id=call.id
                )
                errors.append(error)
        return ToolResult(complaint(error))

    async def _submit(
        self, completion: Completion, errors: list[CallError], verdicts: list[Verdict]
    ) -> None:
        """Check the proof that an answer without calls writes down, if it does."""
        code = submitted_proof(completion.message.content, self.problem)
        offered = bool(self.tools)
        if code is None:
            if not offered:
                cut_off = completion.finish_reason == "length"
                kind = CallErrorKind.TRUNCATED if cut_off else CallErrorKind.NO_PROOF
                detail = "no Lean code block in it declares the theorem"
                errors.append(CallError(kind=kind, text="", detail=detail))
            return
        if offered:
            detail = "it writes its proof down and does not send it to Lean"
            errors[:] = [CallError(kind=CallErrorKind.PROOF_IN_TEXT, text="", detail=detail)]
        result = await self.check(code)
        if not self._decides(result, verdicts):
            self._add(Message(role="user", content=feedback(result.text, self.settings)))

    def _decides(self, result: ToolResult, verdicts: list[Verdict]) -> bool:
        if result.verdict is not None:
            verdicts.append(result.verdict)
            if result.verdict.accepted:
                self.proof = result.code
        return self.proof is not None

    def _add(self, message: Message) -> None:
        self.messages.append(message)
        if self.watch is not None:
            self.watch.message(message)
