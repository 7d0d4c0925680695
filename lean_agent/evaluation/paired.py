"""Two runs of the same problems: differences problem by problem, and McNemar's test."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from lean_agent.chat import Frozen
from lean_agent.evaluation.pass_at_k import intervals, pass_at_k

Pair = tuple[int, int, int, int]
"""One problem in two runs: n samples of which c solved it in the first, and n and c in the other"""


class Difference(Frozen):
    """A mean difference over `problems` and the bounds of its 95% interval, from -1 to 1."""

    value: float
    low: float
    high: float
    problems: int


class McNemar(Frozen):
    """Problems by which of two runs solved them: `won` by the other only, `lost` by the first only.

    `p_value` is that of McNemar's exact test (see `exact_p_value`).
    """

    both: int
    won: int
    lost: int
    neither: int
    p_value: float


def paired_differences(
    pairs: Sequence[Pair], ks: Sequence[tuple[int, int]], seed: int = 0
) -> list[Difference | None]:
    """The other's pass@k less the first's, in the mean over problems, for each pair of k in `ks`.

    A difference is over the problems with samples enough for both k, and None where there are
    none. Its interval is a 95% percentile bootstrap over problems, each of which keeps its pair of
    results: what makes a problem hard for both does not widen it.
    """
    found: list[Difference | None] = [None] * len(ks)
    if not pairs:
        return found
    # Problems with equal counts are interchangeable.
    kinds, sizes = np.unique(np.asarray(pairs), axis=0, return_counts=True)
    same_problems: dict[bytes, list[int]] = defaultdict(list)
    for column, (first, other) in enumerate(ks):
        enough = (kinds[:, 0] >= first) & (kinds[:, 2] >= other)
        if enough.any():
            same_problems[enough.tobytes()].append(column)
    for mask, columns in same_problems.items():
        enough = np.frombuffer(mask, dtype=bool)
        n, c, other_n, other_c = kinds[enough].T
        asked = sizes[enough]
        differences = [
            pass_at_k(other_n, other_c, ks[column][1]) - pass_at_k(n, c, ks[column][0])
            for column in columns
        ]
        values = np.stack(differences, axis=1)
        lows, highs = intervals(values, asked, seed)
        problems = int(asked.sum())
        for i, column in enumerate(columns):
            found[column] = Difference(
                value=float(asked @ values[:, i] / problems),
                low=float(lows[i]),
                high=float(highs[i]),
                problems=problems,
            )
    return found


def mcnemar(solved: Sequence[tuple[bool, bool]]) -> McNemar:
    """The counts and the test of whether the first and the other run solved each problem."""
    won = sum(other and not first for first, other in solved)
    lost = sum(first and not other for first, other in solved)
    both = sum(first and other for first, other in solved)
    return McNemar(
        both=both,
        won=won,
        lost=lost,
        neither=len(solved) - both - won - lost,
        p_value=exact_p_value(won, lost),
    )


def exact_p_value(won: int, lost: int) -> float:
    """The two-sided p-value of McNemar's test in its exact form.

    Were both runs alike, each problem that only one of them solved would be as likely the one's
    as the other's: `won` is Binomial(won + lost, 1/2), and the value is twice its smaller tail, at
    most 1 (McNemar 1947; the exact conditional test in Fagerland, Lydersen and Laake 2013,
    doi:10.1186/1471-2288-13-91).
    """
    trials = won + lost
    ways = tail = 1  # to draw none of the trials; then one more at each step
    for i in range(min(won, lost)):
        ways = ways * (trials - i) // (i + 1)
        tail += ways
    return float(min(Fraction(1), Fraction(2 * tail, 2**trials)))
