"""The plan of one episode: search, sketch a proof, read Lean's answer, go on from there.

The plan is a coroutine: it yields what to say and which tools to call, and is
sent the tools' answers. It knows nothing but the task and those answers.
"""

from __future__ import annotations

import random
import re
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field

from lean_agent.chat import ToolCall
from lean_agent.models.portfolio.goal import Goal, Lemma, parse_hits, parse_notes
from lean_agent.models.portfolio.sketch import Move, Node, read_answer, render
from lean_agent.models.portfolio.tactics import closers, forced_move, moves, quick_closers

_STATEMENT = re.compile(r"```lean\n(?P<code>.*?)\n```", re.DOTALL)
_INFORMAL = re.compile(r"^In words: (?P<text>.*?)\n\n", re.DOTALL | re.MULTILINE)

BATCH = 5  # alternatives tried at one goal in one check
PATIENCE = 2  # checks before a goal is taken apart instead
MOVE_PATIENCE = 4  # checks before a move that did not help is taken back
DEEPEST = 3  # moves of choice one below the other
HITS = 8  # search results asked for
QUERIES = 2  # searches in one turn


@dataclass(frozen=True)
class Step:
    """One message of the model: what it says and the tools it calls."""

    thought: str
    calls: Sequence[ToolCall] = ()


Plan = Generator[Step, list[str], None]


def plan(task: str, rng: random.Random) -> Plan:
    """Prove the theorem in `task`, the user's message. Ends only by running out of ideas."""
    statement = _STATEMENT.findall(task)[-1]
    informal = _INFORMAL.search(task)
    query = informal["text"] if informal else statement
    answers = yield Step("I look for lemmas about this first.", [_search(query)])
    lemmas = parse_hits(answers[0])
    yield from _Attempt(statement, lemmas, rng).steps()


@dataclass
class _Attempt:
    statement: str
    lemmas: list[Lemma]
    rng: random.Random
    root: Node = field(default_factory=Node)
    found: dict[str, list[Lemma]] = field(default_factory=dict)

    def steps(self) -> Plan:
        thought = "Maybe it follows at once from these lemmas."
        while True:
            for leaf in self.root.leaves():
                self._fill(leaf)
            code = render(self.statement, self.root)
            answers = yield Step(thought, [_call("check_lean", code=code)])
            if not answers:
                return
            self._read(answers[0])
            open_goals = [leaf for leaf in self.root.leaves() if not leaf.closed]
            self._reconsider()
            for leaf in list(self.root.leaves()):
                if not leaf.closed:
                    self._take_apart(leaf)
            queries = self._queries()
            if queries:
                asked = [_search(query) for query in queries]
                answers = yield Step(_what_is_left(open_goals), asked)
                for query, answer in zip(queries, answers, strict=False):
                    self.found[query] = parse_hits(answer)
            thought = _what_is_left(open_goals) if not queries else "I try what I found."

    def _fill(self, leaf: Node) -> None:
        """Choose what to try at a goal in the next check."""
        if leaf.closed:
            return
        if leaf.goal is None:
            pool = [*quick_closers(), *closers(Goal(""), self.lemmas, self.rng)]
        else:
            own = self.found.get(leaf.goal.target, [])
            known = list({lemma.name: lemma for lemma in [*own, *self.lemmas]}.values())
            pool = [*quick_closers(), *closers(leaf.goal, known, self.rng)]
        fresh = [tactic for tactic in pool if tactic not in leaf.tried]
        # Mostly the likelier ones, but every sample another few.
        ranks = {tactic: place + self.rng.expovariate(1 / 4) for place, tactic in enumerate(fresh)}
        fresh.sort(key=ranks.__getitem__)
        leaf.alternatives = fresh[: BATCH + len(quick_closers()) * (leaf.tries == 0)]
        leaf.tried.update(leaf.alternatives)

    def _read(self, answer: str) -> None:
        understood = read_answer(self.root, parse_notes(answer))
        if not understood:
            self._start_over()
        for node in self.root.nodes():
            node.age += node.move is not None
            node.tries += node.move is None and not node.closed

    def _start_over(self) -> None:
        dead = set(self.root.dead)
        if self.root.move is not None:
            dead.add(self.root.move.tactic)
        self.root = Node(goal=self.root.goal, tries=PATIENCE, searched=True, dead=dead)

    def _reconsider(self) -> None:
        """Take back the deepest move of choice that has had its time."""
        stale = [
            node
            for node in self.root.nodes()
            if node.move is not None and not node.move.forced and node.age >= MOVE_PATIENCE
        ]
        if stale:
            deepest = max(stale, key=lambda node: node.depth)
            deepest.take_back()
            deepest.tries = PATIENCE

    def _take_apart(self, leaf: Node) -> None:
        """Make the moves that lose nothing; others where closing the goal did not work."""
        if leaf.goal is None:
            return
        move = forced_move(leaf.goal)
        if move is not None and move.tactic not in leaf.dead:
            leaf.make(move)
            return
        if leaf.tries < PATIENCE or leaf.depth >= DEEPEST:
            return
        for move in moves(leaf.goal, self.lemmas, self.rng):
            if move.tactic not in leaf.dead:
                leaf.make(move)
                return

    def _queries(self) -> list[str]:
        """Goals worth a search of their own."""
        queries: list[str] = []
        for leaf in self.root.leaves():
            if leaf.closed or leaf.goal is None or leaf.searched:
                continue
            leaf.searched = True
            if leaf.goal.target not in self.found and len(queries) < QUERIES:
                queries.append(leaf.goal.target)
        return queries


def _what_is_left(leaves: Sequence[Node]) -> str:
    targets = [leaf.goal.target for leaf in leaves if leaf.goal is not None]
    if not targets:
        return "That did not work. I try another way."
    if len(targets) == 1:
        return f"It remains to show `{targets[0]}`."
    return f"{len(targets)} goals remain, the first of them `{targets[0]}`."


def _search(query: str) -> ToolCall:
    return _call("search_mathlib", query=query, k=HITS)


def _call(name: str, **arguments: object) -> ToolCall:
    return ToolCall(id="", name=name, arguments=arguments)


__all__ = ["Move", "Plan", "Step", "plan"]
