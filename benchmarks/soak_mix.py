"""The checks of a soak: of every kind that a batch of model outputs has, or an attacker sends.

What each kind must come to is part of the kind: a check has no other way to go wrong.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lean_agent.lean.verdict import Reason
from lean_agent.problem import Problem

CANCELLED = "cancelled"  # what a check comes to that its client does not wait for
PATIENCE_SECONDS = 60.0
HANG_SECONDS = 0.7
MEGABYTES = 5
MEMORY_MIB = 512  # that the soak gives a process
OUTPUT_BYTES = 1 << 20

SWAP = "theorem swap (a b : Prop) (h : a ∧ b) : b ∧ a"
ADD = "theorem add_swap (a b c : Nat) (h : a ≤ b) : a + c ≤ c + b"
ADD_PROOF = "by\n  rw [Nat.add_comm a c]\n  exact Nat.add_le_add_left h c"
PROBLEMS = {
    SWAP: "⟨h.2, h.1⟩",
    ADD: ADD_PROOF,
    "theorem trans (p q r : Prop) (f : p → q) (g : q → r) : p → r": "fun x => g (f x)",
    "theorem zero_add' (n : Nat) : 0 + n = n": "by\n  induction n with\n  | zero => rfl\n"
    "  | succ n ih => exact congrArg Nat.succ ih",
}
HEADERS = ("", "open Nat", "import Init", "import Init\nopen Nat")

Made = tuple[str, str]  # a statement and the code that is sent for it


@dataclass(frozen=True)
class Kind:
    """A kind of check. `share` is how many there are in 10,000; `may` what they may come to.

    `seconds` is the time limit. With `cancel` nobody waits for the answer.
    """

    name: str
    share: int
    may: frozenset[str]
    make: Callable[[random.Random], Made]
    seconds: float = PATIENCE_SECONDS
    cancel: bool = False


@dataclass(frozen=True)
class Check:
    """One check of a soak. No two are the same, so that each is really done."""

    kind: Kind
    problem: Problem
    code: str
    owner: str


def checks(count: int, seed: int) -> Iterator[Check]:
    """`count` checks in an order that `seed` decides; the first ones show every kind once."""
    draw = random.Random(seed)
    kinds = list(KINDS)
    draw.shuffle(kinds)
    kinds += draw.choices(KINDS, [kind.share for kind in KINDS], k=max(0, count - len(kinds)))
    for number, kind in enumerate(kinds[:count]):
        statement, code = kind.make(draw)
        problem = Problem(id=f"{number}", statement=statement, header=draw.choice(HEADERS))
        yield Check(kind, problem, f"-- {number}\n{code}", draw.choice(("batch", "one", "two")))


def _kind(
    name: str, share: int, *may: str, seconds: float = PATIENCE_SECONDS, cancel: bool = False
) -> Callable[[Callable[[random.Random], Made]], Callable[[random.Random], Made]]:
    def add(make: Callable[[random.Random], Made]) -> Callable[[random.Random], Made]:
        KINDS.append(Kind(name, share, frozenset(may), make, seconds, cancel))
        return make

    return add


# Where a kind takes seconds, or costs a process, it is rare: the whole mix must take no more
# than about 0.1 s of one core a check.
KINDS: list[Kind] = []


@_kind("good", 5540, Reason.PROVED)
def _good(draw: random.Random) -> Made:
    statement, proof = draw.choice([*PROBLEMS.items()])
    return statement, f"{statement} := {proof}"


@_kind("bad", 3000, Reason.ERRORS)
def _bad(draw: random.Random) -> Made:
    statement = draw.choice([*PROBLEMS])
    wrong = draw.choice(["Nat.foo", "by skip", "fun", "by\n  exact True", "⟨"])
    return statement, f"{statement} := {wrong}"


@_kind("unproved", 400, Reason.SORRY)
def _unproved(draw: random.Random) -> Made:
    statement = draw.choice([*PROBLEMS])
    return statement, f"{statement} := {draw.choice(['sorry', 'by sorry', 'by admit'])}"


@_kind("another theorem", 300, Reason.WRONG_STATEMENT)
def _another(draw: random.Random) -> Made:
    name = draw.choice(["swap", "swop"])
    return SWAP, f"theorem {name} (a b : Prop) (h : a ∧ b) : a ∧ b := h"


@_kind("forbidden", 300, Reason.FORBIDDEN)
def _forbidden(draw: random.Random) -> Made:
    trick = draw.choice(["axiom f : False", "#exit", 'macro "m" : term => `(0)', "import Nowhere"])
    return SWAP, f"{trick}\n{SWAP} := ⟨h.2, h.1⟩"


@_kind("hangs", 60, Reason.TIMEOUT, seconds=HANG_SECONDS)
def _hangs(draw: random.Random) -> Made:
    return SWAP, f"{SWAP} := by repeat {draw.choice(['skip', '(have : True := True.intro)'])}"


@_kind("nobody waits for", 40, CANCELLED, cancel=True)
def _abandoned(draw: random.Random) -> Made:
    return _hangs(draw)


@_kind("crashes", 40, Reason.CRASH)
def _crashes(draw: random.Random) -> Made:
    exponent = draw.randint(35, 60)
    return SWAP, f"theorem z : Nat.shiftLeft 1 (2^{exponent}) = 0 := rfl\n{SWAP} := ⟨h.2, h.1⟩"


@_kind("wants memory", 30, Reason.OUT_OF_MEMORY)
def _greedy(draw: random.Random) -> Made:
    copies = draw.randint(4, 8)
    binders = " ".join(f"(x{n} : p)" for n in range(copies))
    return SWAP, (
        f"theorem copies (p : Prop) {binders} : p := x0\n{SWAP} := by\n  repeat' apply copies"
    )


@_kind("prints a flood", 40, Reason.OUTPUT)
def _flood(draw: random.Random) -> Made:
    line = f'#check "{draw.choice("xé𝓕") * 60_000}"\n'
    return SWAP, f"{line * draw.randint(25, 40)}{SWAP} := ⟨h.2, h.1⟩"


@_kind("5 MB", 60, Reason.PROVED)
def _long(draw: random.Random) -> Made:
    size = MEGABYTES * 1_000_000
    padding = draw.choice(
        [
            f"-- {'x' * size}",
            f"/- {'∀ x, ' * (size // 7)} -/",
            f'def padding := "{"x" * size}"',
            " " * size,
            "\n" * size,
        ]
    )
    return SWAP, f"{padding}\n{SWAP} := ⟨h.2, h.1⟩"


@_kind("lone surrogates and null bytes, in comments", 60, Reason.PROVED)
def _odd_comments(draw: random.Random) -> Made:
    return SWAP, f"/- {_odd(draw)} -/\n{SWAP} := ⟨h.2, h.1⟩ -- {_odd(draw)}"


@_kind("lone surrogates and null bytes, in code", 60, Reason.ERRORS)
def _odd_code(draw: random.Random) -> Made:
    return SWAP, f"{SWAP} := ⟨h.2, h.1⟩\n{_odd(draw)} x"


@_kind("deep nesting", 40, Reason.ERRORS, Reason.CRASH)
def _deep(draw: random.Random) -> Made:
    depth = draw.randint(2_000, 30_000)
    opening, closing = draw.choice(
        [("(", ")"), ("id (", ")"), ("id <| ", ""), ("⟨", "⟩"), ("(fun x => x) <| ", ""), ("¬", "")]
    )
    return SWAP, f"{SWAP} := {opening * depth}⟨h.2, h.1⟩{closing * depth}"


def _odd(draw: random.Random) -> str:
    """Text that is not UTF-8 when it is written down as it stands, or that ends C's strings."""
    return "".join(draw.choices(["\ud800", "\udfff", "\udc80", "\0", "\ufffe", "\x7f"], k=9))
