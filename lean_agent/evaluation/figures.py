"""Numbers as tables and sentences write them: rates in percent, with two decimals."""

from __future__ import annotations

from lean_agent.evaluation.pass_at_k import Estimate


def percent(rate: float) -> str:
    """A rate between 0 and 1, such as `21.51%`."""
    return f"{rate:.2%}"


def bounds(value: Estimate) -> str:
    """The interval of a rate in percent, such as `15.59–27.42`."""
    return f"{100 * value.low:.2f}–{100 * value.high:.2f}"


def error(value: Estimate) -> str:
    """The standard error of drawing samples, in percentage points, such as `±1.63`."""
    return f"±{100 * value.sampling_error:.2f}"


def plural(number: int, noun: str) -> str:
    """A number with its noun, such as `1 problem` and `2 problems`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
