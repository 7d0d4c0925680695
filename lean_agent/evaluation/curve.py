"""The pass@k curve as the numbers an SVG needs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from lean_agent.evaluation.pass_at_k import Estimate

WIDTH, HEIGHT = 640, 340
LEFT, RIGHT, TOP, BOTTOM = 56, 24, 18, 50


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
    """pass@k over k on a log2 axis; `line` and `band` are SVG point lists."""

    points: tuple[Point, ...]
    line: str
    band: str
    y_ticks: tuple[tuple[float, str], ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


def draw_curve(pass_at_k: Mapping[str, Estimate]) -> Curve:
    """Lay out the curve; the vertical axis always runs from 0 to 100%."""
    ks = [int(k) for k in pass_at_k]
    span = math.log2(max(ks)) if ks and max(ks) > 1 else 0.0

    def x(k: int) -> float:
        share = math.log2(k) / span if span else 0.5
        return round(LEFT + 14 + share * (WIDTH - LEFT - RIGHT - 28), 1)

    def y(rate: float) -> float:
        return round(TOP + (1 - rate) * (HEIGHT - TOP - BOTTOM), 1)

    points = tuple(
        Point(str(k), e, x(k), y(e.value), y(e.low), y(e.high))
        for k, e in zip(ks, pass_at_k.values(), strict=True)
    )
    upper = [f"{p.x},{p.y_high}" for p in points]
    lower = [f"{p.x},{p.y_low}" for p in reversed(points)]
    return Curve(
        points=points,
        line=" ".join(f"{p.x},{p.y}" for p in points),
        band=" ".join(upper + lower),
        y_ticks=tuple((y(i / 5), f"{20 * i}%") for i in range(6)),
    )
