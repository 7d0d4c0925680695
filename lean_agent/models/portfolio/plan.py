"""The plan of one episode: search, sketch a proof, read Lean's answer, go on from there.

The plan is a coroutine: it yields what to say and which tools to call, and is
sent the tools' answers. It knows nothing but the task and those answers.
"""

from __future__ import annotations

import random
import re
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from lean_agent.chat import ToolCall
from lean_agent.models.portfolio.goal import (
    Goal,
    Lemma,
    parse_hits,
    parse_notes,
    parse_statement,
)
from lean_agent.models.portfolio.moves import forced_move, moves
from lean_agent.models.portfolio.sketch import Move, Node, read_answer, render, render_scout
from lean_agent.models.portfolio.tactics import closers
from lean_agent.models.portfolio.words import describe, questions

_STATEMENT = re.compile(r"```lean\n(?P<code>.*?)\n```", re.DOTALL)
_INFORMAL = re.compile(r"^In words: (?P<text>.*?)\n\n", re.DOTALL | re.MULTILINE)

# Out of time, or a crash; anything that is no verdict at all is as little use.
_NO_ANSWER = ("Rejected (timeout)", "Rejected (crash)", "This tool call")

BATCH = 8  # alternatives tried at one goal in one check
PATIENCE = 2  # checks before a goal is taken apart instead
MOVE_PATIENCE = 4  # checks before a move that did not help is taken back
DEEPEST = 3  # moves of choice one below the other
HITS = 8  # search results asked for
SEARCHED = 2  # goals that are searched for in one turn


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
    goal = parse_statement(statement)
    query = (informal["text"] if informal else "").strip() or describe(goal.target) or statement
    answers = yield Step("I look for lemmas about this first.", [_search(query)])
    lemmas = parse_hits(answers[0]) if answers else []
    yield from _Attempt(statement, lemmas, rng, Node(goal=goal)).steps()


@dataclass
class _Attempt:
    statement: str
    lemmas: list[Lemma]
    rng: random.Random
    root: Node
    searched: set[Goal] = field(default_factory=set)

    def steps(self) -> Plan:
        thought = "I try a few things on an example, to see what works."
        while True:
            if all(leaf.closed for leaf in self.root.leaves()):
                code = render(self.statement, self.root)
                thought = "Every goal is closed now. I put the proof together."
            else:
                for leaf in self.root.leaves():
                    self._fill(leaf)
                code = render_scout(self.statement, self.root)
            answers = yield Step(thought, [_call("check_lean", code=code)])
            if not answers:
                return
            self._read(answers[0])
            open_goals = [leaf for leaf in self.root.leaves() if not leaf.closed]
            self._reconsider()
            self._take_apart(self.root)
            thought = _what_is_left(open_goals)
            if asked := self._questions():
                answers = yield Step(thought, [_search(question) for question in asked])
                self._learn(answers)
                thought = "I try what I found."

    def _fill(self, leaf: Node) -> None:
        """Choose what to try at a goal in the next check."""
        if leaf.closed:
            return
        pool = closers(leaf.goal or leaf.near, self.lemmas, self.rng)
        leaf.alternatives = [tactic for tactic in pool if tactic not in leaf.tried][:BATCH]
        leaf.tried.update(leaf.alternatives)

    def _learn(self, answers: Sequence[str]) -> None:
        """Keep the lemmas found, the best of each search first, before those known already."""
        results = [parse_hits(answer) for answer in answers]
        ranked = [hit for place in zip_longest(*results) for hit in place if hit is not None]
        self.lemmas = list({hit.name: hit for hit in [*ranked, *self.lemmas]}.values())

    def _read(self, answer: str) -> None:
        if answer.startswith(_NO_ANSWER):
            for leaf in self.root.leaves():
                leaf.closed = False  # nothing is known, but the same is not tried again
            return
        if not read_answer(self.root, parse_notes(answer)):
            self._start_over()
        for node in self.root.nodes():
            node.age += node.move is not None
            node.tries += node.move is None and not node.closed

    def _start_over(self) -> None:
        dead = set(self.root.dead)
        if self.root.move is not None and not self.root.move.forced:
            dead.add(self.root.move.tactic)
        self.root = Node(goal=self.root.goal, tries=PATIENCE, dead=dead)

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

    def _take_apart(self, node: Node) -> None:
        """Make the moves that lose nothing; others where closing the goal did not work."""
        if node.move is None and not node.closed and node.goal is not None:
            if (move := self._next_move(node, node.goal)) is None:
                return
            node.make(move)
        for child in node.children:
            self._take_apart(child)

    def _next_move(self, leaf: Node, goal: Goal) -> Move | None:
        forced = forced_move(goal)
        if forced is not None and forced.tactic not in leaf.dead:
            return forced
        if leaf.tries < PATIENCE or leaf.depth >= DEEPEST:
            return None
        choice = moves(goal, self.lemmas, self.rng)
        return next((move for move in choice if move.tactic not in leaf.dead), None)

    def _questions(self) -> list[str]:
        """What to search for: goals that are open and have not been asked about."""
        asked: list[str] = []
        goals = 0
        for leaf in self.root.leaves():
            if leaf.closed or leaf.goal is None or leaf.goal in self.searched:
                continue
            self.searched.add(leaf.goal)
            asked += questions(leaf.goal)
            goals += 1
            if goals == SEARCHED:
                break
        return list(dict.fromkeys(asked))


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
