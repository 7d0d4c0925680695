"""pass@k: the chance that at least one of k samples solves a problem, and how far to trust it.

The estimator is that of Chen et al. 2021, "Evaluating Large Language Models
Trained on Code" (arXiv 2107.03374), section 2.1. Two things make it uncertain: which
problems were asked (the interval of `estimate`) and which samples were drawn of them
(`sampling_variance`).
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import numpy.typing as npt

from lean_agent.chat import Frozen

Counts = int | npt.ArrayLike
Floats = npt.NDArray[np.float64]

RESAMPLES = 10_000
CONFIDENCE = 0.95
_AT_ONCE = 500  # resamples; bounds the memory that ten thousand kinds of problems take


class Estimate(Frozen):
    """A mean over `problems` and the bounds of its 95% interval, all between 0 and 1.

    `sampling_error` is its standard error under another draw of as many samples of the same
    problems, None where one of them has fewer than 2k, for then none is known to be right (see
    `sampling_variance`).
    """

    value: float
    low: float
    high: float
    sampling_error: float | None
    problems: int


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


def sampling_variance(n: Counts, c: Counts, k: int) -> Floats:
    """How much another draw of n samples would change pass@k of each problem: its variance.

    Takes what `pass_at_k` does, and refuses fewer than 2k samples of a problem. Samples of one are
    independent, so c is Binomial(n, p) with its unknown p, and the estimate 1 - W_k,
    W_k = C(n-c, k) / C(n, k), has the variance E[W_k²] - (1-p)^2k. Its unbiased estimate is
    W_k² - W_2k, since E[W_2k] = (1-p)^2k for the same reason as E[W_k] = (1-p)^k; it is never
    negative. For n < 2k there is none: what c tells without bias are polynomials in p of degree n
    at most. To put c/n for p there would say 0 of a problem that no sample solved, and make the
    hard ones look certain.
    """
    wrong = 1.0 - pass_at_k(n, c, k)
    twice = 1.0 - pass_at_k(n, c, 2 * k)
    return np.asarray(np.maximum(wrong**2 - twice, 0.0))


def ks_up_to(n: int) -> tuple[int, ...]:
    """The k worth reporting with n samples a problem: 1, 2, 4 … below n, and n itself."""
    powers = [1 << i for i in range(n.bit_length()) if 1 << i < n]
    return (*powers, n) if n > 0 else ()


def estimate(n: Counts, c: Counts, ks: tuple[int, ...], seed: int = 0) -> dict[int, Estimate]:
    """Mean pass@k over problems for each k, with a 95% percentile-bootstrap interval.

    Each is over the problems with at least k samples, and says how many these are. Problems are
    resampled (see `intervals`), samples within a problem are not: the interval says how much the
    number hangs on which problems were asked. It has zero width where every problem came out
    alike, which is no sign of certainty.
    The same `seed` gives the same interval, in whatever order the problems come.
    Raises ValueError for no problems, for a k with none, and as `pass_at_k` does.
    """
    drawn, correct = np.broadcast_arrays(np.atleast_1d(_whole(n, "n")), _whole(c, "c"))
    if drawn.size == 0:
        raise ValueError("no problems to average over")
    # Problems with equal counts are interchangeable.
    kinds, sizes = np.unique(np.stack([drawn, correct], axis=1), axis=0, return_counts=True)
    most = int(drawn.max())
    same_problems: dict[int, list[int]] = defaultdict(list)
    for k in ks:
        same_problems[int(np.sum(drawn >= min(k, most)))].append(k)
    estimates = {}
    for problems, group in same_problems.items():
        enough = kinds[:, 0] >= min(*group, most)
        (of_n, of_c), asked = kinds[enough].T, sizes[enough]
        values = np.stack([pass_at_k(of_n, of_c, k) for k in group], axis=1)
        fewest = int(of_n.min())
        lows, highs = intervals(values, asked, seed)
        for column, k in enumerate(group):
            estimates[k] = Estimate(
                value=float(asked @ values[:, column] / problems),
                low=float(lows[column]),
                high=float(highs[column]),
                sampling_error=(
                    float(np.sqrt(asked @ sampling_variance(of_n, of_c, k)) / problems)
                    if fewest >= 2 * k
                    else None
                ),
                problems=problems,
            )
    return {k: estimates[k] for k in ks}


def intervals(values: Floats, sizes: npt.NDArray[np.int64], seed: int = 0) -> tuple[Floats, Floats]:
    """The bounds of 95% percentile-bootstrap intervals (Efron 1979) of means over problems.

    `values` has a row for each kind of problem, of which there are `sizes`, and a column for each
    mean. As many problems as there are are drawn with replacement, and an interval runs between
    the 2.5% and 97.5% quantiles of their mean. In columns of nothing but -1, 0 and 1, such as
    pass@n and its differences, these are exact: the distribution of one problem is convolved with
    itself. In the others they are the quantiles of 10,000 draws.
    """
    problems = int(sizes.sum())
    tails = [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2]
    bounds = np.empty((2, values.shape[1]))
    whole = np.isin(values, (-1.0, 0.0, 1.0)).all(axis=0)
    for column in np.flatnonzero(whole):
        length = 2 * problems + 1  # the sums from -problems to problems
        weights = np.bincount((values[:, column] + 1).astype(int), sizes / problems, minlength=3)
        chances = np.fft.irfft(np.fft.rfft(weights, length) ** problems, length)
        bounds[:, column] = (np.searchsorted(np.cumsum(chances), tails) - problems) / problems
    if not whole.all():
        random, shares = np.random.default_rng(seed), sizes / problems
        draws = (
            random.multinomial(problems, shares, size=_AT_ONCE) @ values[:, ~whole] / problems
            for _ in range(RESAMPLES // _AT_ONCE)
        )
        bounds[:, ~whole] = np.quantile(np.concatenate(list(draws)), tails, axis=0)
    return bounds[0], bounds[1]


def _whole(counts: Counts, name: str) -> npt.NDArray[np.int64]:
    array = np.asarray(counts)
    if array.size and not np.issubdtype(array.dtype, np.integer):
        raise ValueError(f"{name} must be whole numbers")
    return array.astype(np.int64)
