"""Moves: tactics that turn a goal into others."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from itertools import chain, count

from lean_agent.models.portfolio.formula import introduced, shape
from lean_agent.models.portfolio.goal import Goal, Hypothesis, Lemma
from lean_agent.models.portfolio.sketch import Move
from lean_agent.models.portfolio.tactics import claims_existence, drawn, is_premise, witnesses

_BOTH = ("·", "·")


def forced_move(goal: Goal) -> Move | None:
    """A move that loses nothing: introduce, split a conjunction, take hypotheses apart."""
    if (move := _introduce(goal)) is not None:
        return move
    for hypothesis in goal.usable:
        if (move := _split_hypothesis(hypothesis, goal)) is not None:
            return move
    outer = shape(goal.target)
    if outer.symbol == "∧":
        both = (goal.aimed_at(outer.left), goal.aimed_at(outer.right))
        return Move("refine ⟨?_, ?_⟩", _BOTH, both, forced=True)
    if outer.symbol == "↔":
        there, back = f"({outer.left}) → {outer.right}", f"({outer.right}) → {outer.left}"
        both = (goal.aimed_at(there), goal.aimed_at(back))
        return Move("constructor", _BOTH, both, forced=True)
    return None


def moves(goal: Goal, lemmas: Sequence[Lemma], rng: random.Random) -> list[Move]:
    """Moves that may help, in an order that `rng` draws by their weights."""
    weighted = [*_on_hypotheses(goal), *_on_target(goal, rng)]
    for place, lemma in enumerate([lemma for lemma in lemmas if lemma.rewrites][:4]):
        weighted.append((1.2 / (1 + place), Move(f"rw [{lemma.name}]")))
        weighted.append((0.4 / (1 + place), Move(f"rw [← {lemma.name}]")))
    weighted += [(0.5, Move(f"simp_all [{lemma.name}]")) for lemma in lemmas[:2] if lemma.rewrites]
    return drawn(weighted, rng)


def _on_hypotheses(goal: Goal) -> list[tuple[float, Move]]:
    weighted: list[tuple[float, Move]] = []
    for hypothesis in goal.usable:
        name, kind = hypothesis.name, hypothesis.type
        outer = shape(kind).symbol
        if is_premise(hypothesis):
            if outer in ("", "∣"):
                weighted.append((2.5, _obtain(["k", "hk"], name, goal)))
                weighted.append((0.5, Move(f"induction {name} <;> simp_all")))
            elif outer == "∈":
                weighted.append((1.5, _obtain(["h", "h"], name, goal)))
                weighted.append((1.5, Move(f"rcases {name} with {name} | {name}", _BOTH)))
            elif outer == "↔":
                weighted.append((0.5, _obtain(["h", "h"], name, goal)))
        elif _occurs(name, goal):
            weighted += _on_object(name, kind, goal)
    return weighted


def _on_object(name: str, kind: str, goal: Goal) -> list[tuple[float, Move]]:
    """Induction and case analysis on a variable, by its type."""
    if kind == "Nat":
        before, ih = _fresh([f"{name}'", "ih"], goal)
        labels = ("| zero =>", f"| succ {before} {ih} =>")
        return [(3.0, Move(f"induction {name} with", labels))]
    if kind.startswith("List "):
        x, xs, ih = _fresh(["x", "xs", "ih"], goal)
        labels = ("| nil =>", f"| cons {x} {xs} {ih} =>")
        others = [h.name for h in goal.usable if h.name != name and h.type in (kind, "Nat")]
        found = [(4.0, Move(f"induction {name} with", labels))]
        if others:
            general = f"induction {name} generalizing {' '.join(others)} with"
            found.append((1.5, Move(general, labels)))
        cases = ("| nil =>", f"| cons {x} {xs} =>")
        return [*found, (0.7, Move(f"cases {name} with", cases))]
    if kind.startswith("Option "):
        labels = ("| none =>", f"| some {_fresh(['x'], goal)[0]} =>")
        return [(4.0, Move(f"cases {name} with", labels))]
    if kind == "Bool":
        return [(4.0, Move(f"cases {name}", _BOTH))]
    if kind == "Prop":
        return [(2.0, Move(f"by_cases {_fresh(['h'], goal)[0]} : {name}", _BOTH))]
    if "×" in kind:
        first, second = _fresh(["x", "y"], goal)
        return [(4.0, Move(f"obtain ⟨{first}, {second}⟩ := {name}"))]
    return []


def _on_target(goal: Goal, rng: random.Random) -> list[tuple[float, Move]]:
    outer = shape(goal.target).symbol
    name, premise = _fresh(["x", "h"], goal)
    weighted: list[tuple[float, Move]] = []
    if outer in ("∨", "∈"):
        weighted += [(1.5, Move("apply Or.inl")), (1.5, Move("apply Or.inr"))]
    if outer == "∨":
        weighted.append((3.0, Move(f"by_cases {premise} : {shape(goal.target).left}", _BOTH)))
    if claims_existence(goal):
        weighted += [(2.0, Move(f"refine ⟨{w}, ?_⟩")) for w in witnesses(goal, rng)]
    if outer == "=":
        of_sets = any(h.type.startswith("Set ") for h in goal.hypotheses)
        weighted += [(1.0, Move(f"funext {name}")), (9.0 if of_sets else 1.0, Move(f"ext {name}"))]
        weighted.append((0.5, Move("apply Nat.le_antisymm", _BOTH)))
    if outer in ("", "⊆"):
        weighted += [(2.0, Move(f"intro {name} {premise}")), (1.5, Move(f"intro {name}"))]
    if outer in ("", "∈"):
        weighted.append((1.5, Move("refine ⟨?_, ?_⟩", _BOTH)))
    if outer in ("", "=", "≤", "<", "∃"):
        weighted.append((0.5, Move(f"apply Classical.byContradiction; intro {premise}")))
    return weighted


def _introduce(goal: Goal) -> Move | None:
    """`intro` for everything in front of the target."""
    names: list[str] = []
    after = goal
    while (step := introduced(after.target)) is not None:
        bound, rest = step
        fresh = _fresh([name or "h" for name, _ in bound], after)
        kinds = [kind for _, kind in bound]
        for (old, _), new in zip(bound, fresh, strict=True):
            if old and old != new:  # the bound variable gets another name in what follows
                rest = _renamed(rest, old, new)
                kinds = [_renamed(kind, old, new) for kind in kinds]
        after = Goal(rest, (*after.hypotheses, *map(Hypothesis, fresh, kinds)))
        names += fresh
    return Move(f"intro {' '.join(names)}", goals=(after,), forced=True) if names else None


def _split_hypothesis(hypothesis: Hypothesis, goal: Goal) -> Move | None:
    outer = shape(hypothesis.type)
    name = hypothesis.name
    if outer.symbol == "∧":
        first, second = _fresh([f"{name}l", f"{name}r"], goal)
        after = goal.replacing(name, Hypothesis(first, outer.left), Hypothesis(second, outer.right))
        return Move(f"obtain ⟨{first}, {second}⟩ := {name}", goals=(after,), forced=True)
    if outer.symbol == "∃":
        variable, _, kind = outer.left.strip("( )").partition(" : ")
        value, fact = _fresh([variable.split()[0], f"h{variable.split()[0]}"], goal)
        told: tuple[Goal, ...] = ()
        if variable.isidentifier():  # one variable, and not one of `∃ x ∈ s` or `∃ x y`
            known = Hypothesis(fact, _renamed(outer.right, variable, value))
            told = (goal.replacing(name, Hypothesis(value, kind), known),)
        return Move(f"obtain ⟨{value}, {fact}⟩ := {name}", goals=told, forced=True)
    if outer.symbol == "∨":
        sides = (outer.left, outer.right)
        both = tuple(goal.replacing(name, Hypothesis(name, side)) for side in sides)
        return Move(f"rcases {name} with {name} | {name}", _BOTH, both, forced=True)
    return None


def _obtain(wanted: Sequence[str], name: str, goal: Goal) -> Move:
    return Move(f"obtain ⟨{', '.join(_fresh(wanted, goal))}⟩ := {name}")


def _renamed(formula: str, old: str, new: str) -> str:
    return re.sub(rf"(?<![\w'.]){re.escape(old)}(?![\w'])", new, formula)


def _occurs(name: str, goal: Goal) -> bool:
    pattern = re.compile(rf"(?<![\w']){re.escape(name)}(?![\w'])")
    return any(pattern.search(formula) for formula in goal.formulas)


def _fresh(wanted: Sequence[str], goal: Goal) -> list[str]:
    """The names, each with a number added where it is taken."""
    taken = set(goal.names)
    names: list[str] = []
    for name in wanted:
        base = name if name.strip("_") else "x"
        numbered = (f"{base}{number}" for number in count(1))
        free = next(n for n in chain([base], numbered) if n not in taken)
        taken.add(free)
        names.append(free)
    return names
