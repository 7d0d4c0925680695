"""A proof that a model only writes down, without calling a tool.

What counts is the last Lean code block, outside what the model thought, that declares the
problem's theorem with a proof. The publishers of provers take theirs from an answer in other
ways, which matters where numbers are compared. From their programs, read in November 2026:

- Goedel-Prover-V2 (`src/utils.py`) takes the last block marked `lean4`, else the last marked
  `lean`, whatever is in it and also from an unfinished thought; puts its own header before it
  and what follows the first `:= by` behind the original statement, which loses lemmas before the
  theorem; and refuses a proof with `apply?` or `exact?`. Here the block is judged as it is
  written, with its lemmas: Lean decides whether its theorem is the one asked for.
- Kimina-Prover (`kimina_prover_demo/utils.py`) takes the last block marked `lean4` that holds
  the words `theorem`, `by`, `:=` and `import`. Here the header may be left out.

Here a block may also have no mark at all, and one in which the task is only quoted is no proof.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from lean_agent.dialects.thinking import without_thinking
from lean_agent.lean.lexer import Token, tokens
from lean_agent.problem import Problem

Name = tuple[str, ...]
"""The parts of a name in full, without the marks of quoted ones."""

_LANGUAGE = re.compile(r"[\w+#-]*")
_NAME_PART = re.compile(r"«[^»]*»|[^.«»]+")
_GOALS = frozenset({"theorem", "lemma", "def"})  # as in `problem.py`
_COMMANDS = _GOALS | frozenset(
    "abbrev instance example namespace section mutual end #check #print #eval #reduce".split()  # noqa: SIM905
)
_DEEPEST = 100  # namespaces; nobody nests them like that


def submitted_proof(text: str, problem: Problem) -> str | None:
    """The last Lean code block of an answer that declares the theorem with a proof, or None.

    What the model thought, in think blocks, is not submitted. The task quoted, with or without
    `:= by sorry` behind it, is no proof; neither is a block that only mentions the theorem. The
    time is linear in the lengths of the text and the problem. Lines of the code end as in Unix.
    """
    stated = next(_declarations(problem.statement), None)
    if stated is None:
        return None  # Lean cannot read it either
    own, statement = stated
    # The header may leave a namespace open, which a submission may repeat.
    in_header = list(_declarations(f"{problem.header}\n{problem.statement}"))[-1:]
    names = {own, *(name for name, _ in in_header if name[-1] == own[-1])}
    words = without_thinking(text).replace("\r\n", "\n")
    for code in reversed(list(_lean_blocks(words))):
        if own[-1] not in code:
            continue  # and need not be taken apart
        for name, rest in _declarations(code):
            if name in names and _holds_a_proof(rest, statement):
                return code.rstrip("\n")
    return None


class _Fence(NamedTuple):
    """The marks that begin or end a code block; `before` and `after` are the rest of the line."""

    marks: str
    before: str
    after: str

    @property
    def language(self) -> str:
        """The first word behind an opening fence."""
        found = _LANGUAGE.match(self.after.strip())
        assert found is not None  # it matches nothing, too
        return found[0].lower()

    @property
    def opens_lean(self) -> bool:
        """Whether this can only be the beginning of Lean code."""
        return self.language in ("lean", "lean4") and not (self.before and self.after[0].isspace())

    @property
    def may_hold_lean(self) -> bool:
        """Whether the block it opens may be Lean code."""
        return self.opens_lean or not self.after.strip()

    def at_least(self, other: _Fence) -> bool:
        """Whether this is of the other's kind, and no shorter."""
        return self.marks.startswith(other.marks)


def _fence(line: str) -> _Fence | None:
    """The fence in a line: one it begins with, or the last backticks in it."""
    bare = line.strip()
    if bare.startswith("~~~"):
        after = bare.lstrip("~")
        return _Fence(bare[: len(bare) - len(after)], "", after)
    end = bare.rfind("`") + 1
    before = bare[:end].rstrip("`")
    marks = bare[len(before) : end]
    return _Fence(marks, before, bare[end:]) if len(marks) >= 3 else None


def _lean_blocks(text: str) -> Iterator[str]:
    """The code of each closed block that is marked as Lean, or not marked.

    As in CommonMark, a block ends with a fence that is no shorter than its first and has nothing
    behind it. Unlike there, that fence may stand at the end of a line, as in some published
    prompts; and ```` ```lean4 ```` begins a block wherever a line ends with it, so that a block
    which was never closed does not swallow the next.
    """
    opening: _Fence | None = None
    lines: list[str] = []
    for line in text.split("\n"):
        fence = _fence(line)
        if fence is not None and (opening is None or fence.at_least(opening)):
            if fence.opens_lean or (opening is None and not fence.before):
                opening, lines = fence, []
                continue
            if opening is not None and not fence.after:
                if fence.before:
                    lines.append(line.rstrip().removesuffix(fence.marks))
                if opening.may_hold_lean:
                    yield "\n".join(lines)
                opening = None
                continue
        lines.append(line)


def _declarations(code: str) -> Iterator[tuple[Name, list[str]]]:
    """Each theorem, lemma and definition: its full name, and its words behind that."""
    inside: list[str] = []  # the parts of the namespace
    opened: list[bool] = []  # the scopes, and whether each is a part of it
    for command, *rest in _commands(code):
        name = _parts(rest[0].text) if rest else ()
        beside = len(name) if rest and rest[0].line == command.line else 0
        if command.text == "namespace":
            inside += name
            opened += [True] * len(name)
        elif command.text in ("section", "mutual"):
            opened += [False] * max(beside, 1)
        elif command.text == "end":
            for _ in range(min(max(beside, 1), len(opened))):
                if opened.pop():
                    inside.pop()
        elif command.text in _GOALS and name:
            full = name[1:] if name[0] == "_root_" else (*inside, *name)
            if full:
                yield full, [word.text for word in rest[1:]]
        if len(inside) > _DEEPEST:
            return


def _commands(code: str) -> Iterator[list[Token]]:
    """The words of each command of interest, from the word that begins it to the next one."""
    command: list[Token] = []
    for word in tokens(code):
        if word.text in _COMMANDS:
            if command:
                yield command
            command = [word]
        elif command:
            command.append(word)
    if command:
        yield command


def _parts(name: str) -> Name:
    return tuple(part.strip("«»") for part in _NAME_PART.findall(name))


def _holds_a_proof(rest: Sequence[str], statement: Sequence[str]) -> bool:
    """Whether there is more behind a declaration's name than the statement and `:= by sorry`."""
    words = list(rest)
    for left_out in ("sorry", "by", "=", ":"):
        if words and words[-1] == left_out:
            words.pop()
    proving = (":", "=") in pairwise(words) or "|" in words or "where" in words
    return proving and words != list(statement)
