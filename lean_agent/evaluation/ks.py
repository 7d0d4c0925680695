"""Which k of pass@k are asked for, as `--k 1,8,32` writes them."""

from __future__ import annotations

from collections.abc import Sequence

from lean_agent.errors import UserError


def parse_ks(text: str) -> tuple[int, ...]:
    """The k of a list such as `1,8,32`, each once, in order. Raises UserError for anything else."""
    words = [word.strip() for word in text.split(",")]
    if not all(word.isascii() and word.isdigit() and int(word) > 0 for word in words):
        raise UserError(
            f"--k {text!r} is not a list of numbers from 1 up: write it such as --k 1,8,32"
        )
    return tuple(sorted(set(map(int, words))))


def refuse_ks(ks: Sequence[int], samples: int, run: str) -> None:
    """Raise UserError where a run of so many samples a problem cannot have one of `ks`."""
    if max(ks, default=0) > samples:
        raise UserError(
            f"pass@{max(ks)} needs {max(ks)} samples of each problem, and {run} has {samples}: ask "
            f"for k up to {samples}, or run it with --samples {max(ks)} into another folder"
        )
