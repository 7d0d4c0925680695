"""What to try: tactics that may close a goal, and moves that take it apart."""

from __future__ import annotations

import random
from collections.abc import Sequence

from lean_agent.models.portfolio.formula import binders, head, shape
from lean_agent.models.portfolio.goal import Goal, Hypothesis, Lemma
from lean_agent.models.portfolio.sketch import Move

# What makes sums and products comparable: with these `simp` orders and multiplies out.
_RING = (
    "Nat.add_comm, Nat.add_left_comm, Nat.add_assoc",
    "Nat.mul_comm, Nat.mul_left_comm, Nat.mul_assoc",
    "Nat.mul_add, Nat.add_mul, Nat.add_comm, Nat.add_left_comm, Nat.add_assoc, "
    "Nat.mul_comm, Nat.mul_left_comm, Nat.mul_assoc",
)


def quick_closers() -> list[str]:
    """Tactics that need no lemma, cheap ones first."""
    return ["assumption", "rfl", "contradiction", "(simp_all; done)"]


def closers(goal: Goal, lemmas: Sequence[Lemma], rng: random.Random) -> list[str]:
    """Tactics that may close `goal` with the lemmas found, the likelier ones earlier."""
    names = [lemma.name for lemma in lemmas]
    premises = [h for h in goal.hypotheses if h.usable and _is_premise(h)]
    by_hand = [h.name for h in premises]
    ring = rng.choice(_RING)
    some = ", ".join(names[:4])
    pair = ", ".join(rng.sample(names, min(2, len(names))))
    tactics: list[str] = ["exact?"]
    if names:
        tactics += [
            f"(simp_all [{some}]; done)",
            f"solve_by_elim [{', '.join(names[:6])}]",
            f"(simp [{some}, *]; done)",
            f"(simp_all [{pair}, {ring}]; done)",
        ]
        tactics += [f"(simp_all [← {name}]; done)" for name in names[:2]]
    for name in names[:5]:
        tactics += [
            f"exact {name} ..",
            f"(apply {name} <;> first | assumption | (simp_all; done) | exact?)",
            f"(rw [{name}] <;> first | assumption | rfl | (simp_all; done))",
            f"(rw [← {name}] <;> first | assumption | rfl | (simp_all; done))",
        ]
        tactics += [f"exact {name} .. {h}" for h in by_hand[:1]]
        tactics += [f"exact ({name} ..).mp {h}" for h in by_hand[:2]]
        tactics += [f"exact ({name} ..).mpr {h}" for h in by_hand[:2]]
        tactics += [f"(rw [{name}] at {h}; first | assumption | (simp_all; done))" for h in by_hand]
    tactics += [f"(simp [{ring}]; done)", f"(simp_all [{ring}]; done)"]
    equations = [h.name for h in premises if shape(h.type).symbol in ("=", "↔")]
    if equations:
        rewrites = ", ".join(equations)
        tactics += [f"(rw [{rewrites}]; done)", f"(rw [{rewrites}] <;> first | rfl | assumption)"]
    if shape(goal.target).symbol in ("∃", "∣") or head(goal.target) in ("Even", "Odd"):
        tactics += ["exact ⟨_, rfl⟩", *(f"exact ⟨_, {h}⟩" for h in by_hand)]
        tactics += [f"exact ⟨{w}, by simp_all [{ring}]⟩" for w in witnesses(goal, rng)[:3]]
    return list(dict.fromkeys(tactics))


def forced_move(goal: Goal) -> Move | None:
    """A move that loses nothing: introduce, split a conjunction, take hypotheses apart."""
    outer = shape(goal.target)
    if names := _fresh(binders(goal.target), goal):
        return Move(f"intro {' '.join(names)}", forced=True)
    for hypothesis in goal.hypotheses:
        if hypothesis.usable and (move := _take_apart(hypothesis, goal)):
            return move
    if outer.symbol == "∧":
        return Move("refine ⟨?_, ?_⟩", ("·", "·"), forced=True)
    if outer.symbol == "↔":
        return Move("constructor", ("·", "·"), forced=True)
    return None


def moves(goal: Goal, lemmas: Sequence[Lemma], rng: random.Random) -> list[Move]:
    """Moves that may help, in an order that `rng` draws, the likelier ones mostly earlier."""
    weighted: list[tuple[float, Move]] = []
    for hypothesis in goal.hypotheses:
        if not hypothesis.usable:
            continue
        name, kind = hypothesis.name, hypothesis.type
        if kind == "Nat" and _occurs(name, goal):
            fresh = _fresh([f"{name}'", "ih"], goal)
            labels = ("| zero =>", f"| succ {fresh[0]} {fresh[1]} =>")
            weighted.append((3.0, Move(f"induction {name} with", labels)))
        elif kind.startswith("List ") and _occurs(name, goal):
            fresh = _fresh(["x", "xs", "ih"], goal)
            labels = ("| nil =>", f"| cons {' '.join(fresh)} =>")
            weighted.append((4.0, Move(f"induction {name} with", labels)))
            others = [h.name for h in goal.hypotheses if h.usable and h.type == kind]
            for other in others:
                if other != name:
                    tactic = f"induction {name} generalizing {other} with"
                    weighted.append((1.0, Move(tactic, labels)))
        elif kind.startswith("Option ") and _occurs(name, goal):
            labels = ("| none =>", f"| some {_fresh(['x'], goal)[0]} =>")
            weighted.append((4.0, Move(f"cases {name} with", labels)))
        elif kind == "Bool" and _occurs(name, goal):
            weighted.append((4.0, Move(f"cases {name}", ("·", "·"))))
        elif kind == "Prop" and _occurs(name, goal):
            case = _fresh(["h"], goal)[0]
            weighted.append((2.0, Move(f"by_cases {case} : {name}", ("·", "·"))))
        elif _is_premise(hypothesis) and shape(kind).symbol in ("", "∣"):
            witness, equation = _fresh(["k", "hk"], goal)
            weighted.append((2.5, Move(f"obtain ⟨{witness}, {equation}⟩ := {name}")))
        elif shape(kind).symbol in ("∈", "↔"):
            first, second = _fresh(["h", "h"], goal)
            weighted.append((1.5, Move(f"obtain ⟨{first}, {second}⟩ := {name}")))
            weighted.append((1.5, Move(f"rcases {name} with {first} | {first}", ("·", "·"))))
    outer = shape(goal.target)
    if outer.symbol == "∨":
        weighted += [(1.5, Move("apply Or.inl")), (1.5, Move("apply Or.inr"))]
    if outer.symbol in ("∃", "∣") or head(goal.target) in ("Even", "Odd"):
        weighted += [(2.0, Move(f"refine ⟨{w}, ?_⟩")) for w in witnesses(goal, rng)]
    if outer.symbol == "=":
        weighted += [(1.0, Move(f"{ext} {_fresh(['x'], goal)[0]}")) for ext in ("funext", "ext")]
    if outer.symbol in ("", "⊆"):
        names = _fresh(["x", "h"], goal)
        weighted += [(2.0, Move(f"intro {' '.join(names)}")), (1.0, Move(f"intro {names[0]}"))]
        weighted.append((1.0, Move("refine ⟨?_, ?_⟩", ("·", "·"))))
    if outer.symbol == "∈":
        weighted.append((1.5, Move("refine ⟨?_, ?_⟩", ("·", "·"))))
        weighted += [(1.0, Move("apply Or.inl")), (1.0, Move("apply Or.inr"))]
    weighted += [(0.7, Move(f"rw [{lemma.name}]")) for lemma in lemmas[:4]]
    weighted += [(0.4, Move(f"rw [← {lemma.name}]")) for lemma in lemmas[:2]]
    weighted += [(0.5, Move(f"simp_all [{lemma.name}]")) for lemma in lemmas[:2]]
    # Draw without replacement, in proportion to the weights (Efraimidis and Spirakis, 2006).
    order = sorted(weighted, key=lambda pair: rng.random() ** (1.0 / pair[0]), reverse=True)
    return [move for _, move in order]


def witnesses(goal: Goal, rng: random.Random) -> list[str]:
    """Terms that may be what exists: the numbers at hand, their sums and products."""
    numbers = [h.name for h in goal.hypotheses if h.usable and h.type == "Nat"]
    others = [h.name for h in goal.hypotheses if h.usable and not _is_premise(h)]
    pairs = [f"{a} {op} {b}" for a in numbers for b in numbers if a < b for op in "+*"]
    steps = [f"{a} + 1" for a in numbers]
    found = [*others, *pairs, *steps, "0"]
    rng.shuffle(found)
    return found[:8]


def _take_apart(hypothesis: Hypothesis, goal: Goal) -> Move | None:
    outer = shape(hypothesis.type)
    name = hypothesis.name
    if outer.symbol == "∧":
        first, second = _fresh([f"{name}l", f"{name}r"], goal)
        return Move(f"obtain ⟨{first}, {second}⟩ := {name}", forced=True)
    if outer.symbol == "∃":
        names = _fresh([*outer.left.split(":")[0].split()[:1], f"h{name.strip('h')}"], goal)
        return Move(f"obtain ⟨{', '.join(names)}⟩ := {name}", forced=True)
    if outer.symbol == "∨":
        return Move(f"rcases {name} with {name} | {name}", ("·", "·"), forced=True)
    return None


def _is_premise(hypothesis: Hypothesis) -> bool:
    """Whether this is likely a fact and no object: only facts have connectives or are applied."""
    kind = hypothesis.type
    if shape(kind).symbol == "→":  # a function, unless it speaks of facts
        return any(symbol in kind for symbol in "=≤<∈∧∨¬↔∃∣") or hypothesis.name.startswith("h")
    if shape(kind).symbol:
        return True
    return hypothesis.name.startswith(("h", "ih", "k"))


def _occurs(name: str, goal: Goal) -> bool:
    return name in _words(goal.target) or any(name in _words(h.type) for h in goal.hypotheses)


def _words(formula: str) -> set[str]:
    return set("".join(c if c.isalnum() or c in "_'." else " " for c in formula).split())


def _fresh(wanted: Sequence[str], goal: Goal) -> list[str]:
    """The names, each with a number added where it is taken."""
    taken = set(goal.names)
    names: list[str] = []
    for name in wanted:
        name = name if name.strip("_") else "x"
        free = next(n for n in (name, *(f"{name}{i}" for i in range(1, 99))) if n not in taken)
        taken.add(free)
        names.append(free)
    return names
