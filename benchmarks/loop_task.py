"""What everyone in loop.py does, and how it is measured; needs nothing but Python.

An episode is four turns of the model: search, check (rejected), search, check (accepted). The model
and the tools answer at once, with the same words for everyone: their answers are made beforehand,
as objects of each library. Memory is read from /proc (Linux).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

TURNS = 4
PROBLEMS = 186
"""Different problems, as in ProofNet's test split; there are samples of each, as for pass@k."""
BARRIER_TURN = 2
"""In this turn, counted from 0, an episode waits until as many as there may be are in it."""
WARM_UP = 5

SYSTEM = """\
You prove theorems in Lean 4 with tools. Search the library for the lemmas that you need, then
check the complete theorem, exactly as stated, with its proof. You are done when it is accepted."""
STATEMENT = "theorem add_swap_three (a b c : Nat) : a + b + c = c + b + a"
FOUND = "\n".join(
    f"{rank}. Nat.add_{name} (n m k : Nat) : {goal} — {words}"
    for rank, (name, goal, words) in enumerate(
        [
            ("comm", "n + m = m + n", "Addition of natural numbers is commutative."),
            ("assoc", "n + m + k = n + (m + k)", "Addition of natural numbers is associative."),
            ("left_comm", "n + (m + k) = m + (n + k)", "The first two summands change places."),
            ("right_comm", "n + m + k = n + k + m", "The last two summands change places."),
            ("zero", "n + 0 = n", "Zero is neutral on the right."),
        ],
        start=1,
    )
)
WRONG = f"{STATEMENT} := by\n  rw [Nat.add_comm a b, Nat.add_assoc]\n  rfl"
RIGHT = f"{STATEMENT} := by\n  rw [Nat.add_comm a b, Nat.add_comm (b + a) c, Nat.add_assoc]"
REJECTED = """\
Rejected, 1 error.
3:2 error: the two sides are not equal by definition
  a b c : Nat
  ⊢ b + (a + c) = c + b + a"""
ACCEPTED = "Accepted."

CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("search_mathlib", {"query": "addition of natural numbers is commutative", "k": 5}),
    ("check_lean", {"code": WRONG}),
    ("search_mathlib", {"query": "change the order of three summands", "k": 5}),
    ("check_lean", {"code": RIGHT}),
)
THOUGHTS = (
    "Commutativity and associativity should do; their names first.",
    "Two rewrites may bring both sides to the same form.",
    "The summands are still in the wrong order. There may be a lemma for that.",
    "With the outer sum turned around as well both sides are the same.",
)


def problem(episode: int) -> str:
    """What the model is asked in an episode."""
    return f"Prove this theorem, number {episode % PROBLEMS}.\n```lean\n{STATEMENT}\n```"


def check(code: str) -> str:
    """What the check answers."""
    return ACCEPTED if code == RIGHT else REJECTED


class Gate:
    """Lets nobody through before so many are there; of asyncio's tasks."""

    def __init__(self, wanted: int) -> None:
        self._wanted = wanted
        self._waiting = 0
        self._open = asyncio.Event()

    async def turn(self, number: int) -> None:
        """What a model does before it answers in this turn: let others have theirs, too."""
        if self._wanted == 1:
            return
        if number != BARRIER_TURN or self._open.is_set():
            await asyncio.sleep(0)
            return
        self._waiting += 1
        if self._waiting == self._wanted:
            self._open.set()
        await self._open.wait()


Prepare = Callable[[int, int, str], Callable[[], int]]
"""Of episodes, how many at once, and one of the contestant's ways, make what plays them.

That gives back how many episodes ended with an accepted proof, in four turns.
"""


@dataclass(frozen=True)
class Measured:
    """What one process of a contestant took: by the clock, of processors, and memory in MiB."""

    version: str
    episodes: int
    seconds: float
    cpu_seconds: float
    imported_mib: float
    peak_mib: float


def resident(field: str) -> float:
    """MiB of this process: `VmRSS` now, `VmHWM` at the most so far."""
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) / 1024
    raise ValueError(f"/proc/self/status does not name {field}")


def contest(version: str, prepare: Prepare, ways: list[str]) -> None:
    """The command line of a contestant's script: play once and print what it took as JSON.

    A few episodes come before the clock is started, for what is loaded on first use.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--episodes", type=int, required=True)
    parser.add_argument("--concurrency", type=int, required=True)
    parser.add_argument("--way", choices=ways, required=True)
    asked = parser.parse_args()
    imported = resident("VmRSS")
    prepare(WARM_UP, 1, asked.way)()
    play = prepare(asked.episodes, asked.concurrency, asked.way)
    started, used = time.perf_counter(), time.process_time()
    proved = play()
    seconds, cpu = time.perf_counter() - started, time.process_time() - used
    if proved != asked.episodes:
        raise SystemExit(f"{proved} of {asked.episodes} episodes ended as they should")
    found = Measured(version, asked.episodes, seconds, cpu, imported, resident("VmHWM"))
    print(json.dumps(asdict(found)))
