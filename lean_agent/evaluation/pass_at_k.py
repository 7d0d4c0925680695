"""pass@k: the chance that at least one of k samples solves a problem, with its interval.

The estimator is that of Chen et al. 2021, "Evaluating Large Language Models
Trained on Code" (arXiv 2107.03374), section 2.1.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from lean_agent.chat import Frozen

Counts = int | npt.ArrayLike
Floats = npt.NDArray[np.float64]

RESAMPLES = 2000
CONFIDENCE = 0.95


class Estimate(Frozen):
    """A mean over problems and the bounds of its 95% interval, all between 0 and 1."""

    value: float
    low: float
    high: float


def pass_at_k(n: Counts, c: Counts, k: int) -> Floats:
    """Unbiased estimate of pass@k for each problem: 1 - C(n-c, k) / C(n, k).

    `n` samples were drawn of a problem and `c` of them solved it; both may be
    arrays with one entry a problem, and the answer has their common shape. The
    ratio of binomials is taken as a product of k factors between 0 and 1, so
    nothing overflows. Raises ValueError unless 0 <= c <= n and 1 <= k <= n.
    """
    drawn, correct = np.broadcast_arrays(_whole(n, "n"), _whole(c, "c"))
    if k < 1:
        raise ValueError(f"k must be at least 1, not {k}")
    if drawn.size and k > drawn.min():
        raise ValueError(f"pass@{k} needs {k} samples of each problem; one has {drawn.min()}")
    if np.any(correct < 0) or np.any(correct > drawn):
        raise ValueError("c, the number of correct samples, must lie between 0 and n")
    all_wrong = np.ones(drawn.shape)
    for i in range(k):
        # Of the samples left after i wrong ones, the share that is wrong again.
        all_wrong *= np.maximum(drawn - correct - i, 0) / (drawn - i)
    return np.asarray(1.0 - all_wrong)


def ks_up_to(n: int) -> tuple[int, ...]:
    """The k worth reporting with n samples a problem: 1, 2, 4 … below n, and n itself."""
    powers = [1 << i for i in range(n.bit_length()) if 1 << i < n]
    return (*powers, n) if n > 0 else ()


def estimate(n: Counts, c: Counts, ks: tuple[int, ...], seed: int = 0) -> dict[int, Estimate]:
    """Mean pass@k over problems for each k, with a 95% percentile-bootstrap interval.

    Problems are resampled (Efron 1979), samples within a problem are not: the
    interval says how much the number hangs on which problems were asked. It has
    zero width where every problem came out alike, which is no sign of certainty.
    The same `seed` gives the same interval, in whatever order the problems come.
    Raises ValueError for no problems and as `pass_at_k` does.
    """
    drawn, correct = np.broadcast_arrays(np.atleast_1d(_whole(n, "n")), _whole(c, "c"))
    if drawn.size == 0:
        raise ValueError("no problems to average over")
    # Problems with equal counts are interchangeable, so drawing P problems with
    # replacement is one multinomial draw over the distinct counts.
    kinds, sizes = np.unique(np.stack([drawn, correct], axis=1), axis=0, return_counts=True)
    if not ks:
        return {}
    values = np.stack([pass_at_k(kinds[:, 0], kinds[:, 1], k) for k in ks], axis=1)
    problems = int(sizes.sum())
    draws = np.random.default_rng(seed).multinomial(problems, sizes / problems, size=RESAMPLES)
    tail = (1 - CONFIDENCE) / 2
    lows, highs = np.quantile(draws @ values / problems, [tail, 1 - tail], axis=0)
    means = sizes @ values / problems
    return {
        k: Estimate(value=float(mean), low=float(low), high=float(high))
        for k, mean, low, high in zip(ks, means, lows, highs, strict=True)
    }


def _whole(counts: Counts, name: str) -> npt.NDArray[np.int64]:
    array = np.asarray(counts)
    if array.size and not np.issubdtype(array.dtype, np.integer):
        raise ValueError(f"{name} must be whole numbers")
    return array.astype(np.int64)
