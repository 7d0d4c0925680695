"""The judge of a strict check: do these two compiled modules state, and prove, the same theorem?

    LEAN_PATH=LIBRARY python -m lean_agent.lean.strict.embedded_judge MEMORY_MIB

One question comes on standard input: a line of JSON (see `main`), then the bytes of the
challenge (header and statement, closed by `sorry`) and of the solution (header and candidate's
code). The answer is a line of JSON on standard output. Nothing of the candidate runs here.

Of the solution only what the theorem rests on is taken, and given to Lean's kernel, constant by
constant, on top of the library. Then the kernel is asked whether the theorem is a proof of the
challenge's statement. How the solution came about (syntax, options, elaborators, messages) plays
no part. Only the standard library is imported, to start quickly.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NoReturn

from lean_agent.lean.strict.embedded_kernel import Kernel, KernelOutOfMemory, KernelRefusal
from lean_agent.lean.strict.embedded_replay import Refused, replay
from lean_agent.lean.strict.olean import OleanError, read_constants
from lean_agent.lean.strict.theory import Constant, Kind, Name, Terms, text
from lean_agent.lean.strict.universe_levels import fitting_levels

Module = dict[Name, Constant]

_SORRY: Name = ("sorryAx",)
_CHECK: Name = (0, "check")  # no source text can spell a name that starts with a number
_NAT_FUNCTIONS = (
    *("zero", "succ", "add", "sub", "mul", "div", "mod", "pow", "gcd", "log2"),
    *("beq", "ble", "land", "lor", "xor", "shiftLeft", "shiftRight"),
)
# What the kernel computes with by name, whatever a definition says. The library declares nearly
# all of them; where it does not, a candidate must not.
_KERNEL_NAMES: frozenset[Name] = frozenset(
    {
        *(("Nat", function) for function in _NAT_FUNCTIONS),
        *{("Lean", "reduceBool"), ("Lean", "reduceNat"), ("eagerReduce",)},
        *{("String", "ofList"), ("String", "mk"), ("Char", "ofNat"), ("Char", "mk")},
    }
)


class Refusal(Exception):
    """The solution does not prove the statement; `axioms` are those found by then."""

    def __init__(self, detail: str, axioms: Iterable[Name] = ()) -> None:
        super().__init__(detail)
        self.axioms = axioms


class BrokenChallenge(Exception):
    """The challenge does not say what is to be proved."""


@dataclass(frozen=True)
class Question:
    """What is to be judged. `written` is the theorem's name as its statement writes it."""

    written: Name
    challenge: Module
    solution: Module
    allowed_axioms: frozenset[Name]


def judge(question: Question, terms: Terms, kernel: Kernel) -> set[Name]:
    """The axioms that the theorem rests on.

    Raises Refusal, BrokenChallenge or KernelOutOfMemory.
    """
    goal = find_goal(question, terms)
    solution = question.solution
    if goal.name not in solution:
        raise Refusal(f"the code declares no `{text(goal.name)}`")
    for name in solution:
        if name in _KERNEL_NAMES or kernel.declares(name):
            raise Refusal(f"the code declares `{text(name)}`, which belongs to Lean's library")
    stated = needed(question.challenge, terms.constants([goal.type]), terms)
    for name in stated:
        if name in solution and solution[name] != question.challenge[name]:
            raise Refusal(f"the code declares another `{text(name)}` than the statement rests on")
    proof = needed(solution, [goal.name], terms)
    theory = {n: question.challenge[n] for n in stated} | {n: solution[n] for n in proof}
    axioms = _axioms(theory, terms, kernel)
    extra = axioms - question.allowed_axioms
    if _SORRY in extra:
        raise Refusal("the proof rests on `sorry` (`sorryAx`)", axioms)
    if extra:
        named = ", ".join(sorted(map(text, extra)))
        raise Refusal(f"the proof rests on axioms that are not allowed: {named}", axioms)
    try:
        replay(theory, terms, kernel)
    except Refused as refused:
        raise Refusal(str(refused), axioms) from None
    wanted = solution[goal.name]
    levels = fitting_levels(goal, wanted, terms)
    proved = terms.add("const", wanted.name, *levels)
    try:
        kernel.add(Constant(_CHECK, Kind.OPAQUE, goal.levels, goal.type, proved))
    except KernelRefusal:
        detail = f"`{text(goal.name)}` is not the theorem that was asked for: its type is another"
        raise Refusal(detail, axioms) from None
    return axioms


def find_goal(question: Question, terms: Terms) -> Constant:
    """The constant of the challenge that the statement declares: it is closed by `sorry`.

    A header may open a namespace, so that the name begins with more than what is written.
    """
    found = []
    for constant in question.challenge.values():
        ending = constant.name[-len(question.written) :]
        if ending == question.written and _SORRY in terms.constants(constant.terms[1:]):
            found.append(constant)
    if len(found) != 1:
        several = "more than one" if found else "no"
        raise BrokenChallenge(
            f"header and statement leave {several} `{text(question.written)}` to be proved"
        )
    return found[0]


def needed(module: Module, names: Iterable[Name], terms: Terms) -> set[Name]:
    """These constants of the module and all of its constants that they rest on."""
    found: set[Name] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in module and name not in found:
            found.add(name)
            constant = module[name]
            waiting += [*constant.family, *constant.constructors]
            waiting += terms.constants(constant.terms)
    return found


def _axioms(theory: Module, terms: Terms, kernel: Kernel) -> set[Name]:
    """The axioms that these constants rest on, among them and in the library."""
    mentioned: set[Name] = set()
    for constant in theory.values():
        mentioned |= terms.constants(constant.terms)
    own = {name for name, constant in theory.items() if constant.kind is Kind.AXIOM}
    return own | kernel.axioms(mentioned - theory.keys())


def main() -> NoReturn:
    """Answer the question on standard input.

    Its line has `name`, the theorem's name in parts, as its statement writes it; `challenge` and
    `solution`, the sizes of what follows in bytes; `axioms`, the names of those that are allowed.
    The answer has one of `axioms` (confirmed), `refusal`, `broken` (the challenge)
    and `out_of_memory`, each but the first with a sentence; and `axioms` also with a refusal.
    """
    terms = Terms()
    kernel = Kernel(terms, memory_mib=int(sys.argv[1]))
    line = json.loads(sys.stdin.buffer.readline())
    challenge = sys.stdin.buffer.read(line["challenge"])
    solution = sys.stdin.buffer.read(line["solution"])
    answer: dict[str, str | list[str]] = {}
    try:
        try:
            stated = read_constants(challenge, terms)
        except OleanError as error:
            raise BrokenChallenge(f"the compiled statement is damaged: {error}") from None
        try:
            given = read_constants(solution, terms)
        except OleanError as error:
            raise Refusal(str(error)) from None
        allowed = frozenset(tuple(name.split(".")) for name in line["axioms"])
        question = Question(tuple(line["name"]), stated, given, allowed)
        answer["axioms"] = sorted(map(text, judge(question, terms, kernel)))
    except Refusal as refusal:
        answer = {"refusal": str(refusal), "axioms": sorted(map(text, refusal.axioms))}
    except BrokenChallenge as error:
        answer = {"broken": str(error)}
    except (KernelOutOfMemory, MemoryError) as error:
        answer = {"out_of_memory": str(error)}
    print(json.dumps(answer), flush=True)
    # Python's own clean-up would run beside Lean's threads.
    os._exit(0)


if __name__ == "__main__":
    main()
