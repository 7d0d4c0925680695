"""One episode: a problem, a model and its tools make a trace.

The model is asked for its next message; the tools it calls are run and their
answers put into the conversation; and so on until Lean accepts a proof or a
limit is reached.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from datetime import UTC, datetime

from lean_agent.asking import Asked, Asker
from lean_agent.calls import PROOF_IN_TEXT, judge, no_proof, refusal
from lean_agent.chat import CallError, CallErrorKind, Message, Sampling, ToolCall
from lean_agent.clock import keeping_time
from lean_agent.context import ContextFull
from lean_agent.episode import EpisodeSettings, Mode, Watch, episode_seed
from lean_agent.lean.verdict import Verdict
from lean_agent.models.base import Model, ModelError
from lean_agent.models.patience import Patience
from lean_agent.problem import Problem
from lean_agent.prompts import (
    RefusedProof,
    complaint,
    complaints,
    feedback,
    opening,
    reminder,
    resolve_prompt,
)
from lean_agent.submission import submitted_proof
from lean_agent.tools import ToolArgumentError, Toolbox, ToolResult
from lean_agent.trace.trace import Limits, Outcome, Trace, Turn

DEFAULT = EpisodeSettings()


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
    draws with its own, derived from it. `versions` is written into the trace, with the model's
    facts. `patience` is that of the run with its server. Raises ModelUnavailable where there is
    no model to ask, which is nobody's result.
    """
    prompt = resolve_prompt(settings.prompt, settings.mode, model.tools_in_prompt)
    if settings.prompt != prompt:
        settings = settings.model_copy(update={"prompt": prompt})
    sampling = sampling.model_copy(update={"seed": episode_seed(sampling.seed, problem.id, sample)})
    started, clock = datetime.now(UTC), time.perf_counter()
    episode = _Episode(problem, model, toolbox, limits, settings, watch)
    on_text = watch.text if watch else None
    asker = Asker(model, episode.schemas, sampling, patience or Patience(), on_text)
    detail = ""
    try:
        async with asyncio.timeout(limits.seconds) as deadline:
            with keeping_time(deadline):
                outcome = await episode.play(asker)
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
        interruptions=asker.unanswered,
        versions={**versions, **{f"model.{name}": fact for name, fact in model.facts.items()}},
        started=started.isoformat(timespec="seconds"),
        seconds=round(time.perf_counter() - clock, 3),
    )


class _Episode:
    """What has happened so far; complete at every moment, for a limit may strike at any."""

    def __init__(
        self,
        problem: Problem,
        model: Model,
        toolbox: Toolbox,
        limits: Limits,
        settings: EpisodeSettings,
        watch: Watch | None,
    ) -> None:
        self.problem = problem
        self.dialect = model.dialect
        offered = toolbox.tools if settings.mode is Mode.AGENT else ()
        self.tools = {tool.schema.name: tool for tool in offered}
        self.schemas = tuple(tool.schema for tool in offered)
        self.check = toolbox.check
        self.limits = limits
        self.settings = settings
        self.watch = watch
        described_in = model.dialect if model.tools_in_prompt else None
        self.messages = opening(problem, self.schemas, settings, described_in)
        self.turns: list[Turn] = []
        self.proof: str | None = None
        self.silent = False

    async def play(self, asker: Asker) -> Outcome:
        tokens_left = self.limits.tokens
        rounds = 1 if self.settings.mode is Mode.WHOLE_PROOF else self.limits.turns
        for rounds_left in reversed(range(rounds)):
            asked = await asker.ask(self.messages, tokens_left)
            was_silent, self.silent = self.silent, False
            said = await self._act(asked)
            if self.proof is not None:
                return Outcome.PROVED
            tokens_left -= asked.completion.completion_tokens or 0
            if tokens_left <= 0:
                return Outcome.TOKEN_LIMIT
            if was_silent and self.silent:
                return Outcome.GAVE_UP
            if said and rounds_left:
                self._add(Message(role="user", content=said))
        return Outcome.TURN_LIMIT

    async def _act(self, asked: Asked) -> str:
        """Carry out the calls in an answer, in order, or check the proof that it writes down.

        What the model is to read of that, beside the tools' results.
        """
        began = time.perf_counter()
        judged = judge(asked.completion, self.schemas, self.dialect, self.settings.lenient)
        completion, message = judged.completion, judged.completion.message
        self._add(message)
        errors, verdicts = list(judged.errors), list[Verdict]()
        try:
            for call in message.tool_calls:
                result = await self._carry_out(call, judged.refused, errors)
                self._add(Message(role="tool", content=result.text, tool_call_id=call.id))
                if self._decides(result, verdicts):
                    return ""
            said = complaints(completion.errors, self.settings) if completion.errors else ""
            refused = {error.call_id for error in errors}
            if any(call.id not in refused for call in message.tool_calls):
                return said
            code = submitted_proof(message.content, self.problem)
            if code is not None:
                if judged.missing is not None:
                    errors[:] = [PROOF_IN_TEXT]
                return f"{said}\n\n{await self._submit(code, verdicts)}".strip()
            if said or message.tool_calls:
                return said
            if not self.tools:
                errors.append(no_proof(completion))
            cut_off = completion.finish_reason == "length"
            self.silent = not cut_off
            return reminder(self.settings, errors[-1], cut_off)
        finally:
            seconds = time.perf_counter() - began
            self.turns.append(asked.turn(errors, completion.repairs, verdicts, seconds))

    async def _carry_out(
        self, call: ToolCall, refused: Mapping[str, CallError], errors: list[CallError]
    ) -> ToolResult:
        """The tool's answer, or a complaint; one that the tool itself has is added to `errors`."""
        error = refused.get(call.id)
        if error is None:
            try:
                return await self.tools[call.name].call(call.arguments)
            except ToolArgumentError as misfit:
                error = refusal(CallErrorKind.BAD_ARGUMENTS, call, str(misfit))
                errors.append(error)
        return ToolResult(complaint(error, self.settings))

    async def _submit(self, code: str, verdicts: list[Verdict]) -> str:
        """Check a proof that the model only wrote down; what it is to read of the verdict."""
        result = await self.check(code)
        before = sum(len(turn.verdicts) for turn in self.turns)
        if self._decides(result, verdicts):
            return ""
        refused = RefusedProof(code, result.verdict, before) if result.verdict else None
        return feedback(result.text, self.settings, refused)

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
