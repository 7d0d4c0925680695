"""What a run costs, computed from rates: GPU and Lean hours, wall-clock time, memory and disk.

The formulas are plain products and quotients; each line of a plan carries its own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from lean_agent.chat import Frozen

GIB = 2**30

_LEAST = 1e-6  # of what is divided by
_MOST = 1e15


def _rate(
    default: float, unit: str, about: str, source: str, *, ge: float = 0, le: float = _MOST
) -> Any:
    """A field with a default, and where that default comes from."""
    extra: dict[str, Any] = {"unit": unit, "source": source}
    return Field(
        default=default,
        description=about,
        ge=ge,
        le=le,
        allow_inf_nan=False,
        json_schema_extra=extra,
    )


_ASSUMED = "assumption: replace it by what you measure"


class Rates(Frozen):
    """What a plan is computed from. Every rate says in its schema where its default comes from."""

    problems: int = _rate(186, "", "Problems.", "ProofNet, split test", ge=1)
    samples: int = _rate(
        32, "", "Episodes for each problem.", "the k of the published pass@32", ge=1
    )
    turns: float = _rate(6, "", "Model turns, an episode.", _ASSUMED, ge=_LEAST)
    completion_tokens: float = _rate(8000, "tokens", "Generated tokens, an episode.", _ASSUMED)
    prompt_tokens: float = _rate(
        6000,
        "tokens",
        "Prompt tokens that are computed, an episode; not those found in the prefix cache.",
        "assumption: a prompt of 1,500 tokens, and 750 more with each turn's tool results",
    )
    tokens_per_second: float = _rate(
        2500,
        "tokens/s",
        "Tokens that one GPU generates a second, over all episodes in flight.",
        "assumption: a model of 8B on a data-centre GPU at full batch",
        ge=_LEAST,
    )
    prompt_tokens_per_second: float = _rate(
        20000,
        "tokens/s",
        "Prompt tokens that one GPU computes a second.",
        "assumption: eight times as fast as generating",
        ge=_LEAST,
    )
    gpus: int = _rate(1, "", "GPUs that serve the model.", "one", ge=1)
    checks: float = _rate(4, "", "Lean checks, an episode.", _ASSUMED)
    check_seconds: float = _rate(
        5,
        "s",
        "Processor time of one check, its header imported already.",
        "assumption for Mathlib; the embedded Lean takes 0.02 s (benchmarks/README.md, measured)",
    )
    strict_checks: float = _rate(
        0.1,
        "",
        "Strict checks, an episode: one for each accepted proof.",
        "assumption: one episode in ten is proved",
    )
    strict_seconds: float = _rate(
        60,
        "s",
        "Processor time of one strict check.",
        "assumption for Mathlib, which is loaded anew; the embedded Lean takes 0.17 s "
        "(benchmarks/README.md, measured)",
    )
    lean_cores: int = _rate(32, "", "Cores for Lean, a process each.", "assumption", ge=1)
    memory_per_lean: float = _rate(
        4,
        "GiB",
        "Memory that one Lean process has for itself.",
        "the limit that each process is given here; the embedded Lean takes 0.03 (measured)",
        ge=_LEAST,
    )
    shared_memory: float = _rate(
        6,
        "GiB",
        "Memory that all share: Mathlib's files as they are mapped, and the search index.",
        "assumption for Mathlib; an index of 245,098 declarations takes 0.4 (benchmarks/README.md, "
        "measured)",
    )
    trace_bytes: float = _rate(
        16000,
        "bytes",
        "One trace as JSON, without what the model wrote.",
        "measured: a trace of the sample in traces/, with five turns of a portfolio of tactics",
    )
    bytes_per_token: float = _rate(
        8,
        "bytes",
        "What each generated token adds to its trace.",
        "assumption: 4 bytes of text, kept as it came and as a message",
    )
    compression: float = _rate(
        5,
        "",
        "How many times smaller a sealed shard is.",
        "assumption; the sample in traces/ gets 8 times smaller (measured)",
        ge=1,
    )


Bottleneck = Literal["gpu", "lean"]


@dataclass(frozen=True)
class Line:
    """One figure of a plan: what it is, as people read it, and its formula."""

    name: str
    value: str
    formula: str


class Plan(Frozen):
    """What a run costs. Hours are of one GPU, one core, or the wall clock; sizes are in bytes.

    `lean_processes` keep up with the GPUs; fewer would make them wait.
    """

    rates: Rates
    episodes: int
    requests: float
    completion_tokens: float
    prompt_tokens: float
    checks: float
    gpu_hours: float
    lean_hours: float
    gpu_wall_hours: float
    lean_wall_hours: float
    wall_hours: float
    bottleneck: Bottleneck
    lean_processes: int
    memory_bytes: float
    trace_bytes: float
    disk_bytes: float

    @property
    def lines(self) -> tuple[Line, ...]:
        """The figures as a table has them."""
        slower = "the GPUs" if self.bottleneck == "gpu" else "Lean"
        return (
            Line("episodes", f"{self.episodes:,}", "problems × samples"),
            Line("requests to the model", f"{self.requests:,.0f}", "episodes × turns"),
            Line(
                "tokens generated",
                f"{self.completion_tokens:,.0f}",
                "episodes × completion-tokens",
            ),
            Line(
                "prompt tokens computed", f"{self.prompt_tokens:,.0f}", "episodes × prompt-tokens"
            ),
            Line("Lean checks", f"{self.checks:,.0f}", "episodes × (checks + strict-checks)"),
            Line(
                "GPU hours",
                _hours(self.gpu_hours),
                "(tokens generated / tokens-per-second + prompt tokens / prompt-tokens-per-second) "
                "/ 3600",
            ),
            Line(
                "Lean CPU hours",
                _hours(self.lean_hours),
                "episodes × (checks × check-seconds + strict-checks × strict-seconds) / 3600",
            ),
            Line("wall-clock hours, GPUs", _hours(self.gpu_wall_hours), "GPU hours / gpus"),
            Line(
                "wall-clock hours, Lean",
                _hours(self.lean_wall_hours),
                "Lean CPU hours / lean-cores",
            ),
            Line(
                "wall-clock hours",
                _hours(self.wall_hours),
                f"the greater of the two, which go on at once: {slower} decide"
                + ("s" if self.bottleneck == "lean" else ""),
            ),
            Line(
                "Lean processes that keep the GPUs busy",
                f"{self.lean_processes:,}",
                "Lean CPU hours / wall-clock hours of the GPUs, rounded up",
            ),
            Line(
                "memory for Lean and search",
                f"{self.memory_bytes / GIB:,.1f} GiB",
                "lean-cores × memory-per-lean + shared-memory",
            ),
            Line(
                "traces",
                _size(self.trace_bytes),
                "episodes × (trace-bytes + bytes-per-token × completion-tokens)",
            ),
            Line("traces on disk", _size(self.disk_bytes), "traces / compression"),
        )


def compute_plan(rates: Rates) -> Plan:
    """The arithmetic. Model and Lean work at once, on different episodes."""
    episodes = rates.problems * rates.samples
    completion = episodes * rates.completion_tokens
    prompt = episodes * rates.prompt_tokens
    gpu_seconds = completion / rates.tokens_per_second + prompt / rates.prompt_tokens_per_second
    lean_seconds = episodes * (
        rates.checks * rates.check_seconds + rates.strict_checks * rates.strict_seconds
    )
    gpu_wall, lean_wall = gpu_seconds / rates.gpus, lean_seconds / rates.lean_cores
    # Without work for the GPUs nothing keeps them busy, and any number of processes will do.
    processes = math.ceil(lean_seconds / gpu_wall) if gpu_wall and lean_seconds else 1
    memory = rates.lean_cores * rates.memory_per_lean + rates.shared_memory
    size = episodes * (rates.trace_bytes + rates.bytes_per_token * rates.completion_tokens)
    return Plan(
        rates=rates,
        episodes=episodes,
        requests=episodes * rates.turns,
        completion_tokens=completion,
        prompt_tokens=prompt,
        checks=episodes * (rates.checks + rates.strict_checks),
        gpu_hours=gpu_seconds / 3600,
        lean_hours=lean_seconds / 3600,
        gpu_wall_hours=gpu_wall / 3600,
        lean_wall_hours=lean_wall / 3600,
        wall_hours=max(gpu_wall, lean_wall) / 3600,
        bottleneck="gpu" if gpu_wall >= lean_wall else "lean",
        lean_processes=processes,
        memory_bytes=memory * GIB,
        trace_bytes=size,
        disk_bytes=size / rates.compression,
    )


def _hours(hours: float) -> str:
    return f"{hours:,.1f}" if hours >= 1 else f"{hours:.2g}"


def _size(size: float) -> str:
    for unit, least in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6)):
        if size >= least:
            return f"{size / least:,.1f} {unit}"
    return f"{size / 1e3:,.1f} kB"
