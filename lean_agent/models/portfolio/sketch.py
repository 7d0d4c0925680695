"""A proof in the making: a tree of moves whose leaves are goals still to be closed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lean_agent.models.portfolio.formula import unwrapped
from lean_agent.models.portfolio.goal import Goal, Note
from lean_agent.problem import declaration

WORKS = "works"  # what an alternative prints that closed its goal


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
    to close it, `tried` the tactics that failed, `fallback` what to use where the
    suggestion in `alternatives` does not hold, `dead` the moves that led nowhere.
    """

    depth: int = 0
    goal: Goal | None = None
    near: Goal = field(default_factory=lambda: Goal(""))
    alternatives: list[str] = field(default_factory=list)
    fallback: str | None = None
    tried: set[str] = field(default_factory=set)
    tries: int = 0
    closed: bool = False
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

    def fail(self, note: Note) -> None:
        """Lean reports an error at this leaf."""
        if self.fallback is not None:  # a suggestion that does not hold as it was printed
            self.alternatives, self.fallback = [self.fallback], None
            return
        self.closed = False
        if note.goals:
            self.goal = note.goals[0]
        else:
            # An alternative broke off the whole list: those behind it have not been tried.
            broken = note.line - self.lines.start - 1
            self.tried.difference_update(self.alternatives[max(broken, 0) + 1 :])

    def settle(self, notes: list[Note]) -> None:
        """Close an open leaf with the alternative that worked, if one did."""
        worked = [note.line for note in notes if note.line in self.lines and note.text == WORKS]
        if self.closed or not worked:
            return
        self.closed = True
        # The last line stands for `done`: the move before has closed the goal, nothing is needed.
        tactic, *_ = [*self.alternatives, ""][worked[0] - self.lines.start - 1 :]
        found = [n.suggestion for n in notes if n.line == worked[0] and n.suggestion]
        if found and tactic == "exact?":
            self.alternatives, self.fallback = [found[0]], tactic
        else:
            self.alternatives = [unwrapped(tactic).removesuffix("; done")] if tactic else []

    def nodes(self) -> Iterator[Node]:
        """This node and all below it, from the top."""
        yield self
        for child in self.children:
            yield from child.nodes()

    def leaves(self) -> Iterator[Node]:
        """The goals at the bottom, in the order of the text."""
        return (node for node in self.nodes() if node.move is None)


def render(statement: str, root: Node) -> str:
    """The whole theorem as Lean code, once every goal is closed."""
    return _code(statement, root, scouting=False)


def render_scout(statement: str, root: Node) -> str:
    """The same as an `example` that tries the alternatives of every goal and says which works.

    Notes in each node the lines it came to stand on.
    """
    found = declaration(statement)
    assert found is not None  # Problem's validator saw to it
    example = f"{statement[: found.start()]}example{statement[found.end() :]}"
    return _code(example, root, scouting=True)


def read_answer(root: Node, notes: list[Note]) -> bool:
    """Learn from Lean's messages which goals are closed, by what, and which moves failed.

    Returns False where an error belongs to no part of the proof, so that the
    sketch as a whole is no good.
    """
    read = [*root.leaves()]  # a move that is taken back leaves one that Lean has not read
    understood = True
    for note in notes:
        if note.severity == "error":
            understood &= _blame(root, note)
    for leaf in read:
        leaf.settle(notes)
    return understood


def _blame(root: Node, note: Note) -> bool:
    for node in root.nodes():
        if node.move is None and note.line in node.lines:
            node.fail(note)
            return True
        if node.move is not None and note.line == node.move_line:
            node.take_back()
            return True
    return False


def _code(statement: str, root: Node, *, scouting: bool) -> str:
    lines = f"{statement} := by".split("\n")
    _write(root, "  ", lines, scouting)
    return "\n".join(lines)


def _write(node: Node, indent: str, lines: list[str], scouting: bool) -> None:
    first = len(lines) + 1
    if node.move is None:
        _write_leaf(node, indent, lines, scouting)
    else:
        node.move_line = first
        lines.append(indent + node.move.tactic)
        for label, child in zip(node.move.labels, node.children, strict=True):
            if not label:
                _write(child, indent, lines, scouting)
            elif label == "·":
                start = len(lines)
                _write(child, indent + "  ", lines, scouting)
                if len(lines) > start:  # Lean may have closed this goal already
                    lines[start] = f"{indent}· {lines[start].lstrip()}"
            else:
                lines.append(indent + label)
                _write(child, indent + "  ", lines, scouting)
    node.lines = range(first, len(lines) + 1)


def _write_leaf(node: Node, indent: str, lines: list[str], scouting: bool) -> None:
    if node.closed or not scouting:
        lines += [indent + tactic for tactic in node.alternatives[:1]]
        return
    # `done` comes last so that a failure shows the goal.
    lines.append(indent + "first")
    lines += [f'{indent}  | ({tactic}; trace "{WORKS}")' for tactic in [*node.alternatives, "done"]]
