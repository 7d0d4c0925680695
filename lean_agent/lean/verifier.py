"""Verifier: does this code prove this problem?

Two levels. FAST scans the source and asks a process of the pool, where the goal is pinned.
STRICT has what FAST accepted confirmed by an independent check. What went wrong with a process
is never taken for a failed proof.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import astuple, dataclass
from typing import TypeVar

from lean_agent.lean import source
from lean_agent.lean.attempts import on_a_process, tried
from lean_agent.lean.goal import Goal, Pins, StatementError, header_environment
from lean_agent.lean.pool import LeanPool
from lean_agent.lean.protocol import Command
from lean_agent.lean.reading import Reading, candidate_text, rejected
from lean_agent.lean.repl import (
    LeanRepl,
    PoolBusy,
    ReplError,
    ReplFlood,
    ReplKilled,
    ReplOutOfMemory,
    ReplTimeout,
)
from lean_agent.lean.sharing import InFlight
from lean_agent.lean.strict.base import StrictChecker
from lean_agent.lean.verdict import Level, Reason, Verdict
from lean_agent.lean.verdict_cache import VerdictCache, verdict_key
from lean_agent.lean.work_time import measuring
from lean_agent.problem import Problem

_LONG = 100_000  # characters of a submission and its problem

Result = TypeVar("Result")


@dataclass(frozen=True)
class _Scanned:
    """A submission without the problem's header, and what its source tells of it."""

    body: str
    forbidden: source.Finding | None
    needs_strict: source.Finding | None


class Verifier:
    """Checks submissions in a pool of Lean processes.

    `strict` confirms what the fast check accepted; without it no verdict is STRICT. With a
    `cache` a question that was answered before is not asked of Lean again. Equal questions
    that are asked at the same time are answered together. All who get an answer get the seconds
    of the check that it comes from.
    """

    def __init__(
        self,
        pool: LeanPool,
        strict: StrictChecker | None = None,
        cache: VerdictCache | None = None,
    ) -> None:
        self.pool = pool
        self.strict = strict
        self._cache = cache
        self._pins = Pins()
        self._in_flight = InFlight[Verdict]()

    async def check_statement(
        self,
        problem: Problem,
        timeout: float = 60.0,  # noqa: ASYNC109
    ) -> None:
        """Raise StatementError, with Lean's messages, when the problem does not elaborate.

        `timeout` is in seconds, for what follows the imports of the header and for the statement
        each. Raises ReplError when Lean could not be asked.
        """

        async def stated(repl: LeanRepl, goal: Goal) -> None:
            """That is all."""

        await self._with_goal(stated, problem, timeout)

    async def verify(
        self,
        problem: Problem,
        code: str,
        timeout: float = 60.0,  # noqa: ASYNC109
        level: Level = Level.FAST,
        owner: str = "",
    ) -> Verdict:
        """The verdict on `code`, a Lean text that must hold the whole theorem.

        `timeout` is the wall-clock time in seconds for Lean to read the code; importing the
        header is not counted, and what else the problem holds has as much. At level STRICT an
        accepted proof is confirmed; the verdict's own level says how far the check went.
        `owner` names the batch or client that asks, for the pool's queue. Raises StatementError
        when the problem itself is broken, or Lean comes to no answer to it, and PoolBusy.
        """
        if self.strict is None:
            level = Level.FAST
        length = len(code) + len(problem.header) + len(problem.statement)
        if length > _LONG:  # megabytes take seconds, in which others want to be served
            scanned = await asyncio.to_thread(_scan, problem, code)
        else:
            scanned = _scan(problem, code)
        finding = scanned.forbidden or (scanned.needs_strict if level is Level.FAST else None)
        if finding is not None:
            return rejected(Reason.FORBIDDEN, str(finding))
        body = scanned.body
        key = self._key(problem, body, timeout, level)
        verdict = self._cache.get(key) if self._cache else None
        if verdict is None:
            verdict = await self._in_flight.get(
                key, lambda: self._verdict(key, problem, scanned, timeout, level, owner)
            )
        return verdict

    def _key(self, problem: Problem, body: str, seconds: float, level: Level) -> bytes:
        strict = self.strict.name if self.strict and level is Level.STRICT else ""
        return verdict_key(
            self.pool.toolchain.version,
            self.pool.toolchain.fingerprint,
            strict,
            problem.header,
            problem.statement,
            body,
            seconds,
            astuple(self.pool.limits),
        )

    async def _verdict(
        self,
        key: bytes,
        problem: Problem,
        scanned: _Scanned,
        seconds: float,
        level: Level,
        owner: str,
    ) -> Verdict:
        """The verdict from Lean, kept for the next who asks."""
        with measuring() as work:
            verdict = await self._fast(problem, scanned, seconds, owner)
            if verdict.accepted and level is Level.STRICT:
                verdict = await self._confirmed(problem, scanned.body, seconds, verdict)
        verdict = verdict.model_copy(update={"seconds": work.seconds})
        if self._cache:
            self._cache.put(key, verdict)
        return verdict

    async def _fast(
        self, problem: Problem, scanned: _Scanned, seconds: float, owner: str
    ) -> Verdict:
        async def judge(repl: LeanRepl, goal: Goal) -> Verdict:
            try:
                return await _judge(repl, goal, scanned.body, seconds)
            finally:
                if scanned.needs_strict and self.pool.toolchain.kind == "project":
                    # It may have run any program in that process, which the strict check does
                    # not mind; the next check would. (The embedded Lean forks for every check.)
                    await repl.close()

        try:
            return await self._with_goal(judge, problem, seconds, owner)
        except PoolBusy:
            raise
        except ReplError as error:
            return _ended(error, seconds)

    async def _with_goal(
        self,
        work: Callable[[LeanRepl, Goal], Awaitable[Result]],
        problem: Problem,
        seconds: float,
        owner: str = "",
    ) -> Result:
        """What `work` makes of the problem's goal, in the process that it is pinned in.

        Raises StatementError also where Lean came to no answer to the problem itself.
        """
        reading = ""  # which part of the problem, if it is one

        async def on(repl: LeanRepl) -> Result:
            nonlocal reading
            reading = "header"
            env = await header_environment(repl, problem, seconds)
            reading = "statement"
            goal = await self._pins.pin(repl, problem, env, seconds)
            reading = ""
            return await work(repl, goal)

        try:
            return await on_a_process(
                self.pool, on, seconds=seconds, header=problem.header, owner=owner
            )
        except (PoolBusy, ReplKilled):  # for which no text is to blame
            raise
        except ReplError as error:
            if not reading:
                raise
            said = f"Lean came to no answer to the problem's {reading}: {error}"
            raise StatementError(said) from error

    async def _confirmed(
        self, problem: Problem, body: str, seconds: float, verdict: Verdict
    ) -> Verdict:
        """The accepted verdict at level STRICT, or one that says what the strict check found."""
        strict = self.strict
        assert strict is not None
        try:
            confirmation = await tried(lambda _: strict.confirm(problem, body, seconds), seconds)
        except ReplError as error:
            return _ended(error, seconds).model_copy(update={"level": Level.STRICT})
        if confirmation.confirmed:
            axioms = confirmation.axioms or verdict.axioms  # SafeVerify lists none
            return verdict.model_copy(update={"level": Level.STRICT, "axioms": axioms})
        detail = (
            f"the fast check accepted this proof, and {strict.name} does not: {confirmation.detail}"
        )
        return verdict.model_copy(
            update={
                "accepted": False,
                "reason": Reason.UNCONFIRMED,
                "detail": detail,
                "axioms": confirmation.axioms,
                "level": Level.STRICT,
            }
        )


def _scan(problem: Problem, code: str) -> _Scanned:
    readable = code.encode("utf-8", "replace").decode()  # a lone surrogate is not text
    body = source.without_header(readable, problem.header)
    return _Scanned(body, *source.scan(body))


async def _judge(repl: LeanRepl, goal: Goal, body: str, seconds: float) -> Verdict:
    text = candidate_text(body, goal)
    answer = await repl.run(Command(cmd=text.lean, env=goal.env), seconds)
    return Reading(answer, body, text.nonce, goal).verdict()


def _ended(error: ReplError, seconds: float) -> Verdict:
    """A check that came to no answer, for what it was."""
    match error:
        case ReplTimeout():
            detail = f"Lean was not done after {seconds:g} seconds; the check was stopped"
            return rejected(Reason.TIMEOUT, detail)
        case ReplOutOfMemory():
            detail = f"Lean needed more memory than a check may have: {error}"
            return rejected(Reason.OUT_OF_MEMORY, detail)
        case ReplFlood():
            return rejected(Reason.OUTPUT, f"the code prints too much: {error}")
        case _:
            detail = f"Lean did not survive this code, so it is not judged: {error}"
            return rejected(Reason.CRASH, detail)
