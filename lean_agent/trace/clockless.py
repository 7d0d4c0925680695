"""A trace without what hangs on the machine that made it: its clock and its addresses.

Two machines on which the same episode was played then hold the same bytes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from lean_agent.benchmarks import names
from lean_agent.benchmarks.hub import PREFIX
from lean_agent.chat import Interruption
from lean_agent.models.backends import without_address
from lean_agent.trace.trace import Trace, Turn

_PATH = re.compile(r"(?:/|\./|\.\./|~|[A-Za-z]:[\\/])")


def without_clock(trace: Trace) -> Trace:
    """The same episode with `started` empty and every number of seconds that was measured 0.

    Limits in seconds stay, as they were set. The model is named without the address of its
    server, and without the folder that it lies in.
    """
    turns = tuple(_turn_without_clock(turn) for turn in trace.turns)
    return trace.model_copy(
        update={
            "model": portable_model(trace.model),
            "turns": turns,
            "interruptions": _unmeasured(trace.interruptions),
            "started": "",
            "seconds": 0.0,
        }
    )


def portable_model(spec: str) -> str:
    """The model's name without address or folder: `vllm:Qwen3-8B` of `vllm:/models/Qwen3-8B`."""
    backend, colon, name = without_address(spec).partition(":")
    if _PATH.match(name) or (backend == "replay" and name):
        name = re.split(r"[\\/]", name.rstrip("\\/"))[-1]
    return f"{backend}{colon}{name}"


def portable_benchmark(name: str) -> str:
    """The benchmark's name; of a file or folder its own, without where it lies."""
    if name in names() or name.startswith(PREFIX):
        return name
    return Path(name).resolve().name


def identity(trace: Trace) -> str:
    """SHA-256 of the trace without its clock, in hexadecimal: the same on every machine."""
    return hashlib.sha256(without_clock(trace).model_dump_json().encode()).hexdigest()


def _turn_without_clock(turn: Turn) -> Turn:
    verdicts = tuple(one.model_copy(update={"seconds": 0.0}) for one in turn.verdicts)
    return turn.model_copy(
        update={
            "verdicts": verdicts,
            "interruptions": _unmeasured(turn.interruptions),
            "model_seconds": 0.0,
            "tool_seconds": 0.0,
        }
    )


def _unmeasured(interruptions: Iterable[Interruption]) -> tuple[Interruption, ...]:
    return tuple(one.model_copy(update={"seconds": 0.0}) for one in interruptions)
