"""pass@k curves as the numbers an SVG needs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lean_agent.evaluation.pass_at_k import Estimate

WIDTH, HEIGHT = 640, 340
LEFT, RIGHT, TOP, BOTTOM = 56, 24, 18, 50
_LABEL_HEIGHT = 13.0
_SCALES = ((10, 2), (20, 5), (40, 10), (60, 20), (80, 20), (100, 20))
"""Where the vertical axis may end, and the steps of its ticks, in percent."""


@dataclass(frozen=True)
class Point:
    """One k: where its value and the ends of its interval lie, in SVG units."""

    k: str
    estimate: Estimate
    x: float
    y: float
    y_low: float
    y_high: float


@dataclass(frozen=True)
class Curve:
    """One run's pass@k; `line` and `band` are SVG point lists, a label goes beside the last point.

    `label_y` is near that point's height, and apart from the labels of other curves.
    """

    points: tuple[Point, ...]
    line: str
    band: str
    label_x: float
    label_y: float


@dataclass(frozen=True)
class Chart:
    """Curves of pass@k over k on a log2 axis; ticks are places and their labels."""

    curves: tuple[Curve, ...]
    x_ticks: tuple[tuple[float, str], ...]
    y_ticks: tuple[tuple[float, str], ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


def draw_chart(curves: Sequence[Mapping[str, Estimate]]) -> Chart:
    """Lay out curves, each by k; the vertical axis runs from 0 as far up as they need.

    Points of several curves at one k stand a little beside each other, so that their intervals
    can be told apart.
    """
    ks = sorted({int(k) for curve in curves for k in curve})
    highest = max((e.high for curve in curves for e in curve.values()), default=1.0)
    top, step = next((t, s) for t, s in _SCALES if t == 100 or t >= 100 * highest)
    span = math.log2(ks[-1] / ks[0]) if len(ks) > 1 else 0.0

    def x(k: int, beside: float = 0.0) -> float:
        share = math.log2(k / ks[0]) / span if span else 0.5
        return round(LEFT + 20 + share * (WIDTH - LEFT - RIGHT - 40) + beside, 1)

    def y(rate: float) -> float:
        return round(TOP + (1 - 100 * rate / top) * (HEIGHT - TOP - BOTTOM), 1)

    ends = [y(list(curve.values())[-1].value) if curve else 0.0 for curve in curves]
    labels = _apart_by(_LABEL_HEIGHT, ends)

    def curve(number: int, pass_at_k: Mapping[str, Estimate]) -> Curve:
        beside = min(5.0, 24 / len(curves)) * (number - (len(curves) - 1) / 2)
        points = tuple(
            Point(k, e, x(int(k), beside), y(e.value), y(e.low), y(e.high))
            for k, e in pass_at_k.items()
        )
        upper = [f"{p.x},{p.y_high}" for p in points]
        lower = [f"{p.x},{p.y_low}" for p in reversed(points)]
        line = " ".join(f"{p.x},{p.y}" for p in points)
        label_x = x(int(points[-1].k), 14) if points else 0.0
        return Curve(points, line, " ".join(upper + lower), label_x, labels[number])

    return Chart(
        curves=tuple(curve(number, one) for number, one in enumerate(curves)),
        # Labels that would touch their neighbours are left out.
        x_ticks=tuple((x(k), str(k)) for n, k in enumerate(ks) if _apart(ks, n)),
        y_ticks=tuple((y(i / 100), f"{i}%") for i in range(0, top + 1, step)),
    )


def _apart(ks: Sequence[int], n: int) -> bool:
    """Whether a k is far enough from the next on the axis to be labelled; the last always is."""
    return n == len(ks) - 1 or ks[n + 1] / ks[n] >= (ks[-1] / ks[0]) ** 0.04


def _apart_by(height: float, places: Sequence[float]) -> list[float]:
    """The places, moved up as far as needed to be `height` apart, the lowest first."""
    moved = list(places)
    above = math.inf
    for n in sorted(range(len(places)), key=lambda n: -places[n]):
        above = moved[n] = min(places[n], above - height)
    return moved
