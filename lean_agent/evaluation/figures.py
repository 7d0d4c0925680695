"""Numbers as tables and sentences write them: rates in percent, with two decimals."""

from __future__ import annotations

from collections.abc import Sequence

from lean_agent.evaluation.paired import Difference
from lean_agent.evaluation.pass_at_k import Estimate

NONE = "—"
"""What stands where there is no number."""

ABOUT_ERROR = (
    f"the standard error of drawing samples, in percentage points ({NONE} where some problem has "
    "fewer than 2k samples, too few to tell it)"
)
"""What `error` is, and where it is not there; the end of a sentence."""


def percent(rate: float) -> str:
    """A rate between 0 and 1, such as `21.51%`."""
    return f"{rate:.2%}"


def rate(value: Estimate | None) -> str:
    """A rate in percent, and its interval below it."""
    return NONE if value is None else f"{percent(value.value)}\n{bounds(value)}"


def bounds(value: Estimate) -> str:
    """The interval of a rate in percent, such as `15.59–27.42`."""
    return f"{100 * value.low:.2f}–{100 * value.high:.2f}"


def error(value: Estimate) -> str:
    """The standard error of drawing samples, such as `±1.63` (see `ABOUT_ERROR`)."""
    return NONE if value.sampling_error is None else f"±{100 * value.sampling_error:.2f}"


def points(value: Difference) -> str:
    """A difference in percentage points, and its interval below it."""
    return f"{100 * value.value:+.2f}\n{100 * value.low:+.2f} to\n{100 * value.high:+.2f}"


def plural(number: int, noun: str) -> str:
    """A number with its noun, such as `1 problem` and `2 problems`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def some(names: Sequence[str], most: int = 5) -> str:
    """The first of the names, and how many more there are."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more:,} more" if more > 0 else "")
