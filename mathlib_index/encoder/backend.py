"""What runs a model: the interface of the two ways there are."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class Backend(Protocol):
    """A loaded model. May be called from several threads."""

    dimension: int

    precision: str
    """How numbers are held, for example `int8`: vectors of two precisions differ a little."""

    def encode(
        self, texts: Sequence[str], prompt: str, on_batch: Callable[[int, int], None]
    ) -> Vectors:
        """One vector of length 1 a text, each text read after `prompt`; shape (texts, dimension).

        `on_batch(done, total)` is called after each batch, from the calling thread.
        """


def unit_rows(vectors: NDArray[np.floating]) -> Vectors:
    """The vectors at length 1 (float32); a zero vector stays one."""
    rows = np.asarray(vectors, dtype=np.float32)
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))[:, None]
    return np.asarray(rows / np.maximum(lengths, np.finfo(np.float32).tiny), dtype=np.float32)


def usable_cpus() -> int:
    """CPUs this process may run on, which in a container can be fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
