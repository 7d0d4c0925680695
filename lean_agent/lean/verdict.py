"""Verdict: whether a piece of Lean code proves a problem, and why or why not."""

from __future__ import annotations

from enum import StrEnum

from lean_agent.chat import Frozen
from lean_agent.lean.protocol import LeanMessage, Sorry

STANDARD_AXIOMS = frozenset({"propext", "Classical.choice", "Quot.sound"})


class Reason(StrEnum):
    """Why a verdict is what it is. Only PROVED accepts."""

    PROVED = "proved"
    ERRORS = "errors"  # Lean reports errors
    SORRY = "sorry"  # the proof leaves something unproven
    AXIOMS = "axioms"  # it rests on an axiom beyond STANDARD_AXIOMS
    WRONG_STATEMENT = "wrong_statement"  # no theorem of that name with exactly that type
    FORBIDDEN = "forbidden"  # the code uses a command that could forge a verdict
    TIMEOUT = "timeout"
    OUT_OF_MEMORY = "out_of_memory"
    OUTPUT = "output"  # the code printed more than a check may
    CRASH = "crash"  # the Lean process died, so nothing is known about the proof
    UNCONFIRMED = "unconfirmed"  # the fast check accepted it, the strict check does not


NO_ANSWER = frozenset({Reason.TIMEOUT, Reason.OUT_OF_MEMORY, Reason.CRASH})
"""They say nothing about the proof: another machine, or more time, may give another verdict."""


class Level(StrEnum):
    """How a verdict was reached.

    FAST is the pinned goal in the pool's processes. STRICT is FAST and then a check that is
    independent of it, in fresh processes, from source.
    """

    FAST = "fast"
    STRICT = "strict"


class Verdict(Frozen):
    """The verdict on one submission.

    `detail` is a sentence a person or a model can act on. `messages` are Lean's
    own, with positions relative to the submitted code. `axioms` is empty where
    the check did not come far enough to list them. `level` says
    how far the check went: a rejection by the fast check is FAST, for it needs no second look.
    `seconds` is the time that Lean's processes worked on it, by the wall clock and in all tries,
    strict check included; without the wait for a free process and the header's imports. A verdict
    from the cache, or shared with an equal question, has the time of the check that it comes from,
    as that is what it would cost.
    """

    accepted: bool
    reason: Reason
    detail: str
    messages: tuple[LeanMessage, ...] = ()
    sorries: tuple[Sorry, ...] = ()
    axioms: tuple[str, ...] = ()
    seconds: float = 0.0
    level: Level = Level.FAST
