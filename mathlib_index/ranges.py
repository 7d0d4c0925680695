"""Several ranges of numbers put end to end, as arrays that hold lists of differing length need."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def end_to_end(bounds: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The numbers of several ranges one after the other, and where each range begins among them.

    `bounds` has shape (2, ranges): first number, and the one behind the last. There is at least one
    range, and none is empty.
    """
    counts = bounds[1] - bounds[0]
    ends = np.cumsum(counts)
    return np.repeat(bounds[0] - ends + counts, counts) + np.arange(ends[-1]), ends - counts
