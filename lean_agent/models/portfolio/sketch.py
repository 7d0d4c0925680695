"""A proof in the making: a tree of moves whose leaves are goals still to be closed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lean_agent.models.portfolio.goal import Goal, Note


@dataclass(frozen=True)
class Move:
    """A tactic that turns a goal into others.

    `labels` name the goals it leaves: "" for one that simply follows, "·" for a
    bullet, `| zero =>` for a case of an induction. `goals` are those it should
    leave, where they can be told without asking Lean. A `forced` move never loses
    anything, so it is made without asking for alternatives.
    """

    tactic: str
    labels: tuple[str, ...] = ("",)
    goals: tuple[Goal, ...] = ()
    forced: bool = False


@dataclass
class Node:
    """A goal in the proof: closed by one of its `alternatives`, or turned into others by `move`.

    `goal` is known once Lean has shown it, or from the move that made it; until
    then `near` is the goal it came from. `tries` counts the checks that failed
    to close it, `tried` the tactics that failed, `dead` the moves that led nowhere.
    """

    depth: int = 0
    goal: Goal | None = None
    near: Goal = field(default_factory=lambda: Goal(""))
    alternatives: list[str] = field(default_factory=list)
    tried: set[str] = field(default_factory=set)
    tries: int = 0
    closed: bool = False
    searched: bool = False
    move: Move | None = None
    children: list[Node] = field(default_factory=list)
    age: int = 0  # checks since the move was made
    dead: set[str] = field(default_factory=set)
    lines: range = range(0)  # where it stands in the code last rendered
    move_line: int = 0

    def make(self, move: Move) -> None:
        """Replace the leaf by a move and its goals."""
        self.move, self.age = move, 0
        near = self.goal or self.near
        self.children = [Node(self.depth + (not move.forced), near=near) for _ in move.labels]
        for child, goal in zip(self.children, move.goals, strict=False):
            child.goal = goal

    def take_back(self) -> None:
        """Give the move up; it is not made here again."""
        assert self.move is not None
        self.dead.add(self.move.tactic)
        self.move, self.children = None, []

    def forget_after(self, line: int) -> None:
        """An alternative broke off the whole list: those behind it have not been tried."""
        broken = line - self.lines.start - 1
        self.tried.difference_update(self.alternatives[max(broken, 0) + 1 :])

    def nodes(self) -> Iterator[Node]:
        """This node and all below it, from the top."""
        yield self
        for child in self.children:
            yield from child.nodes()

    def leaves(self) -> Iterator[Node]:
        """The goals at the bottom, in the order of the text."""
        return (node for node in self.nodes() if node.move is None)


def render(statement: str, root: Node) -> str:
    """The whole theorem as Lean code. Notes in each node the lines it came to stand on."""
    lines = f"{statement} := by".split("\n")
    _write(root, "  ", lines)
    return "\n".join(lines)


def read_answer(root: Node, notes: list[Note]) -> bool:
    """Learn from Lean's messages which goals are closed and which moves failed.

    Returns False where an error belongs to no part of the proof, so that the
    sketch as a whole is no good.
    """
    understood = True
    failed = [note for note in notes if note.severity == "error"]
    for node in root.nodes():
        if node.move is None:
            node.closed = True
    for note in failed:
        understood &= _blame(root, note)
    for leaf in root.leaves():
        found = [n.suggestion for n in notes if n.line in leaf.lines and n.suggestion]
        if leaf.closed and found and found[0]:
            leaf.alternatives = [found[0]]  # what the search tactic found, instead of the search
    return understood


def _blame(root: Node, note: Note) -> bool:
    for node in root.nodes():
        if node.move is None and note.line in node.lines:
            node.closed = False
            if note.goals:
                node.goal = note.goals[0]
            else:
                node.forget_after(note.line)
            return True
        if node.move is not None and note.line == node.move_line:
            node.take_back()
            return True
    return False


def _write(node: Node, indent: str, lines: list[str]) -> None:
    first = len(lines) + 1
    if node.move is None:
        _write_leaf(node, indent, lines)
    else:
        node.move_line = first
        lines.append(indent + node.move.tactic)
        for label, child in zip(node.move.labels, node.children, strict=True):
            if not label:
                _write(child, indent, lines)
            elif label == "·":
                start = len(lines)
                _write(child, indent + "  ", lines)
                lines[start] = f"{indent}· {lines[start].lstrip()}"
            else:
                lines.append(indent + label)
                _write(child, indent + "  ", lines)
    node.lines = range(first, len(lines) + 1)


def _write_leaf(node: Node, indent: str, lines: list[str]) -> None:
    tactics = node.alternatives
    if node.closed and len(tactics) == 1:
        lines.append(indent + tactics[0])
        return
    # `done` comes last so that a failure shows the goal.
    lines.append(indent + "first")
    lines += [f"{indent}  | {tactic}" for tactic in [*tactics, "done"]]
