"""Reading what the tools say: goals, Lean's messages, search results."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lean_agent.models.portfolio.formula import bracketed, partition_outside, shape

_NOTE = re.compile(r"^(\d+):(\d+) (error|warning|info): ?(.*)$")
_HYPOTHESIS = re.compile(r"^(?P<names>\S[^:⊢]*?) : (?P<type>.*)$")
_HIT = re.compile(r"^\d+\. (?P<name>\S+) ?(?P<rest>.*)$")
_TRY_THIS = re.compile(r"Try this:\s*(?:\[apply\]\s*)?(exact .*)", re.DOTALL)


@dataclass(frozen=True)
class Hypothesis:
    """A name in the context of a goal, and its type as Lean prints it."""

    name: str
    type: str

    @property
    def usable(self) -> bool:
        """Whether a tactic can name it; Lean marks the names that cannot be with a dagger."""
        return "✝" not in self.name


@dataclass(frozen=True)
class Goal:
    """What is to be shown, and from what."""

    target: str
    hypotheses: tuple[Hypothesis, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """All names taken in the context."""
        return frozenset(hypothesis.name for hypothesis in self.hypotheses)

    @property
    def usable(self) -> tuple[Hypothesis, ...]:
        """The hypotheses that a tactic can name."""
        return tuple(hypothesis for hypothesis in self.hypotheses if hypothesis.usable)

    @property
    def formulas(self) -> tuple[str, ...]:
        """The target, and the types of all hypotheses."""
        return (self.target, *(hypothesis.type for hypothesis in self.hypotheses))

    def aimed_at(self, target: str) -> Goal:
        """The same context with another target."""
        return Goal(target, self.hypotheses)

    def replacing(self, name: str, *others: Hypothesis) -> Goal:
        """The same target with other hypotheses in the place of one."""
        kept = (h for h in self.hypotheses if h.name != name)
        return Goal(self.target, (*kept, *others))


@dataclass(frozen=True)
class Note:
    """One message of Lean: where in the code, how grave, and what it says."""

    line: int
    severity: str
    text: str

    @property
    def goals(self) -> list[Goal]:
        """The goals in the message, if it lists any."""
        return [parse_goal(block) for block in self.text.split("\n\n") if "⊢" in block]

    @property
    def suggestion(self) -> str | None:
        """The `exact …` that a search tactic found, on one line."""
        found = _TRY_THIS.search(self.text)
        return " ".join(found.group(1).split()) if found else None


@dataclass(frozen=True)
class Lemma:
    """A search result: a name, and what it states behind its premises."""

    name: str
    conclusion: str

    @property
    def proves(self) -> bool:
        """Whether it is a fact; definitions have a sort or nothing behind the colon."""
        return bool(self.conclusion) and not self.conclusion.startswith(("Prop", "Type", "Sort"))

    @property
    def rewrites(self) -> bool:
        """Whether it can be used from left to right: an equation or an equivalence."""
        return shape(self.conclusion).symbol in ("=", "↔")


def parse_notes(answer: str) -> list[Note]:
    """The messages in an answer of check_lean."""
    notes: list[tuple[int, str, list[str]]] = []
    for line in answer.split("\n"):
        if head := _NOTE.match(line):
            notes.append((int(head[1]), head[3], [head[4]]))
        elif notes and not line.startswith("  | "):
            notes[-1][2].append(line)
    return [Note(line, severity, "\n".join(text)) for line, severity, text in notes]


def parse_goal(text: str) -> Goal:
    """A goal as Lean prints it: hypotheses, then `⊢` and the target."""
    context, _, target = text.partition("⊢")
    joined: list[str] = []
    for line in context.split("\n"):
        if line.startswith(" ") and joined:
            joined[-1] += " " + line.strip()  # a long type goes on
        else:
            joined.append(line)
    hypotheses = [
        Hypothesis(name, found["type"].strip())
        for line in joined
        if (found := _HYPOTHESIS.match(line))
        for name in found["names"].split()
    ]
    return Goal(" ".join(target.split()), tuple(hypotheses))


def parse_hits(answer: str) -> list[Lemma]:
    """The declarations in an answer of search_mathlib, best first."""
    return [
        Lemma(found["name"], _conclusion(found["rest"]))
        for line in answer.split("\n")
        if (found := _HIT.match(line))
    ]


def parse_statement(statement: str) -> Goal:
    """The goal that a theorem's statement sets, as far as its text tells."""
    signature = " ".join(statement.split()).partition(" ")[2].partition(" ")[2]
    binders, _, stated = partition_outside(signature, ": ")
    hypotheses = [
        Hypothesis(name, kind.strip())
        for group in bracketed(binders)
        for names, colon, kind in [group.partition(" : ")]
        if colon
        for name in names.split()
    ]
    return Goal(stated.strip(), tuple(hypotheses))


def _conclusion(line: str) -> str:
    """What a lemma states behind its premises, from a line `(a : α) … : p → q — description`."""
    stated = partition_outside(line.split(" — ")[0], ": ")[2].strip()
    while (outer := shape(stated)).symbol in ("→", "∀"):
        stated = outer.right
    return stated
