"""Tactics that may close a goal, each with a weight: how soon it is worth trying."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Sequence
from typing import TypeVar

from lean_agent.models.portfolio.formula import head, shape
from lean_agent.models.portfolio.goal import Goal, Hypothesis, Lemma
from lean_agent.models.portfolio.words import constants, describe

Weighted = tuple[float, str]
Item = TypeVar("Item")

# Types of objects; any other word with arguments is taken for a statement about them.
_CONTAINERS = frozenset({"List", "Option", "Set", "Sum", "Type", "Sort"})

# With these `simp` brings sums and products into one order, and multiplies out.
_SUMS = "Nat.add_comm, Nat.add_left_comm, Nat.add_assoc"
_PRODUCTS = "Nat.mul_comm, Nat.mul_left_comm, Nat.mul_assoc"
_ORDERS = (_SUMS, _PRODUCTS, f"Nat.mul_add, Nat.add_mul, {_SUMS}, {_PRODUCTS}")


def closers(goal: Goal, lemmas: Sequence[Lemma], rng: random.Random) -> list[str]:
    """Tactics that may close `goal`, in an order that `rng` draws by their weights."""
    weighted: list[Weighted] = [(70, "(simp_all; done)"), (10, "exact?"), (15, "assumption")]
    if shape(goal.target).symbol in ("=", "↔", ""):
        weighted.append((20, "rfl"))
    if _has_numbers(goal):
        weighted += [(25, "omega"), (8, "(simp_all; omega)")]
    ranked = [lemma for lemma in _by_relevance(goal, lemmas) if lemma.proves]
    weighted += _simplifying(goal, ranked, rng)
    weighted += _by_lemma(goal, ranked)
    weighted += _by_cases(goal, [lemma.name for lemma in ranked if lemma.rewrites])
    weighted += _existence(goal, rng)
    return list(dict.fromkeys(drawn(weighted, rng)))


def drawn(weighted: Sequence[tuple[float, Item]], rng: random.Random) -> list[Item]:
    """The items in a random order, the heavier ones mostly earlier.

    They are drawn without replacement in proportion to their weights, by the method of
    Efraimidis and Spirakis (2006).
    """
    keyed = [(rng.random() ** (1.0 / weight), item) for weight, item in weighted]
    return [item for _, item in sorted(keyed, key=lambda pair: pair[0], reverse=True)]


def witnesses(goal: Goal, rng: random.Random) -> list[str]:
    """Terms that may be what exists: the objects at hand, and sums and products of numbers."""
    objects = [h.name for h in goal.usable if _is_object(h)]
    numbers = [h.name for h in goal.usable if h.type == "Nat"]
    pairs = [f"{a} {op} {b}" for a in numbers for b in numbers if a < b for op in "+*"]
    functions = [h.name for h in goal.usable if shape(h.type).symbol == "→"]
    values = [f"{f} {a}" for f in functions for a in objects if a != f]
    found = [*objects, *pairs, *(f"{a} + 1" for a in numbers), *values[:4]]
    found += ["0"] if _has_numbers(goal) else []
    rng.shuffle(found)
    return found[:8]


def claims_existence(goal: Goal) -> bool:
    """Whether the target says, openly or by its definition, that something exists."""
    return shape(goal.target).symbol in ("∃", "∣") or head(goal.target) in ("Even", "Odd")


def is_premise(hypothesis: Hypothesis) -> bool:
    """Whether this is a fact and no object, as far as its type as text tells."""
    kind = hypothesis.type
    outer = shape(kind).symbol
    if outer == "→":  # a function, unless it ends in a fact
        return hypothesis.name.startswith("h") or any(c in kind for c in "=≤<∈∧∨¬↔∃∣⊆")
    if outer:
        return True
    first, *others = kind.split() or [""]  # nothing is known of some bound variables
    return bool(others) and first not in _CONTAINERS and "×" not in kind


def _is_object(hypothesis: Hypothesis) -> bool:
    """Whether this is a value and neither a fact nor a type."""
    return not is_premise(hypothesis) and not hypothesis.type.startswith(("Type", "Sort", "Prop"))


def _has_numbers(goal: Goal) -> bool:
    return any(re.search(r"\bNat\b|\.(length|sum)\b", formula) for formula in goal.formulas)


def _premises(goal: Goal) -> list[str]:
    return [h.name for h in goal.usable if is_premise(h)]


def _by_relevance(goal: Goal, lemmas: Sequence[Lemma]) -> list[Lemma]:
    """The lemmas, first those that speak of what the goal speaks of, and of little else."""
    wanted: defaultdict[str, float] = defaultdict(float)
    for notion in describe(goal.target).split():
        wanted[notion] += 1.0
    for hypothesis in goal.hypotheses:
        for notion in describe(hypothesis.type).split():
            wanted[notion] += 0.5

    def score(place: int) -> float:
        said = set(describe(lemmas[place].conclusion).split())
        shared = sum(min(wanted.get(notion, 0.0), 1.5) for notion in said)
        return shared / (1 + len(said - wanted.keys())) - 0.03 * place

    return [lemmas[place] for place in sorted(range(len(lemmas)), key=score, reverse=True)]


def _simplifying(goal: Goal, lemmas: Sequence[Lemma], rng: random.Random) -> list[Weighted]:
    rules = [lemma.name for lemma in lemmas if lemma.rewrites]
    unfold = constants(" ".join(goal.formulas))
    some = rng.sample(rules, min(len(rules), 2))
    sets: list[tuple[float, list[str]]] = [(14, rules[:4]), (6, rules[:8]), (5, some)]
    if unfold:
        sets += [(10, unfold), (8, [*unfold, *rules[:4]])]
    weighted: list[Weighted] = []
    for weight, names in sets:
        if names:
            inside = ", ".join(names)
            weighted.append((weight, f"(simp_all [{inside}]; done)"))
            weighted.append((weight / 2, f"(simp [{inside}]; done)"))
            if _has_numbers(goal):
                weighted.append((weight / 4, f"(simp [{inside}] <;> omega)"))
                weighted.append((weight / 3, f"(simp_all [{inside}] <;> omega)"))
            if shape(goal.target).symbol in ("↔", "→", ""):
                steps = "constructor <;> intro h"
                weighted.append((weight / 3, f"({steps} <;> simp_all [{inside}]; done)"))
    equations = [h.name for h in goal.usable if shape(h.type).symbol == "="]
    if _has_numbers(goal) and any(sign in goal.target for sign in "+*"):
        # Without the hypotheses, which the laws of order would turn round for ever.
        order = rng.choice(_ORDERS)
        for names in ([order], [*rules[:4], order], [*some, order], [*equations, order]):
            weighted.append((5, f"(simp [{', '.join(names)}]; done)"))
        weighted.append((4, f"(simp only [{', '.join([*equations, order])}]; omega)"))
    if equations:
        weighted.append((5, f"(rw [{', '.join(equations)}]; done)"))
        weighted += [(4, f"(rw [{h}, {r}]; done)") for h in equations for r in rules[:2]]
    return weighted


def _by_lemma(goal: Goal, lemmas: Sequence[Lemma]) -> list[Weighted]:
    facts = _premises(goal)
    wanted = shape(goal.target).symbol
    weighted: list[Weighted] = []
    if lemmas:
        weighted.append((10, f"solve_by_elim [{', '.join(lemma.name for lemma in lemmas[:6])}]"))
    for place, lemma in enumerate(lemmas[:6]):
        name, decay = lemma.name, 1.0 / (1 + place)
        concludes = shape(lemma.conclusion).symbol
        if concludes == wanted:
            weighted.append((12 * decay, f"exact {name} .."))
            rest = "assumption | (simp_all; done)"
            weighted.append((10 * decay, f"(apply {name} <;> first | {rest})"))
            if place < 2:  # a library search at every new goal is dear
                weighted.append((4 * decay, f"(apply {name} <;> first | {rest} | exact?)"))
            weighted += [(4 * decay, f"exact {name} .. {fact}") for fact in facts[:2]]
        if lemma.rewrites:
            weighted.append((6 * decay, f"(rw [{name}]; first | done | assumption | simp_all)"))
            weighted.append((3 * decay, f"(rw [← {name}]; first | done | assumption | simp_all)"))
        if concludes == "↔":
            for fact in facts[:3]:
                weighted.append((5 * decay, f"exact ({name} ..).mp {fact}"))
                weighted.append((5 * decay, f"exact ({name} ..).mpr {fact}"))
        else:
            weighted += [(2 * decay, f"(have := {name} {f}; simp_all; done)") for f in facts[:2]]
    structures = [h.name for h in goal.usable if constants(h.type)]
    for name in structures[:3]:
        parts = f"{name}.1, {name}.2"
        weighted.append((4, f"(have := {name}.1; have := {name}.2; solve_by_elim)"))
        weighted.append((2, f"solve_by_elim [{parts}, {name}.3]"))
    for fact in facts:
        weighted.append((3, f"(apply {fact} <;> first | assumption | (simp_all; done))"))
    return weighted


def _by_cases(goal: Goal, rules: Sequence[str]) -> list[Weighted]:
    """Go through all truth values of the propositions, memberships, Booleans and options."""
    steps: list[str] = []
    sets = [h.name for h in goal.usable if h.type.startswith("Set ")]
    member = re.search(r"(?<![\w'])([a-z]\w*) ∈ ", goal.target)
    for hypothesis in goal.usable:
        if hypothesis.type == "Prop":
            steps.append(f"by_cases h{hypothesis.name} : {hypothesis.name}")
        elif hypothesis.type == "Bool" or hypothesis.type.startswith("Option "):
            steps.append(f"cases {hypothesis.name}")
    if member:
        steps += [f"by_cases h{name} : {member[1]} ∈ {name}" for name in sets]
    if not 1 <= len(steps) <= 4:
        return []
    split = " <;> ".join(steps)
    weighted: list[Weighted] = [(40, f"({split} <;> simp_all; done)"), (10, f"({split} <;> rfl)")]
    unfold = constants(goal.target)
    for weight, names in ((25, [*unfold, *rules[:6]]), (20, unfold)):
        if names:
            weighted.append((weight, f"({split} <;> simp_all [{', '.join(names)}]; done)"))
    return weighted


def _existence(goal: Goal, rng: random.Random) -> list[Weighted]:
    if not claims_existence(goal):
        return []
    weighted: list[Weighted] = [(8, "exact ⟨_, rfl⟩")]
    weighted += [(6, f"exact ⟨_, {fact}⟩") for fact in _premises(goal)]
    for witness in witnesses(goal, rng):
        if _has_numbers(goal):
            weighted.append((4, f"exact ⟨{witness}, by omega⟩"))
        weighted.append((4, f"exact ⟨{witness}, by simp_all⟩"))
    return weighted
