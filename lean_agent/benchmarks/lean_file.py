"""Lean files that state one problem: header, the theorem, `sorry`.

PutnamBench has a file for each problem. Where a problem asks for an answer, its theorem is about
a definition whose value is left out, with the answer in a comment on the next line:

    abbrev putnam_easy_solution : ℕ := sorry
    -- 2

(https://github.com/trishullab/PutnamBench/blob/main/lean4/README.md). The answer is put into the
definition, so that the problem is to prove that it is right.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from lean_agent.errors import UserError
from lean_agent.lean.lexer import tokens
from lean_agent.problem import Problem, complaint, declaration

_DOCSTRING = re.compile(r"/--(?P<text>.*?)-/[^\S\n]*\n?", re.DOTALL)
_OPEN_ANSWER = re.compile(
    r"^(?P<stated>(?:noncomputable\s+)?(?:abbrev|def)\s[^\n]*:=)\s*sorry[^\S\n]*\n"
    r"--[^\S\n]*(?P<answer>[^\n]*\S)[^\S\n]*$",
    re.MULTILINE,
)
_ENDS_OPEN = re.compile(r":=\s*(?:by\s+)?sorry\s*\Z")


@dataclass(frozen=True)
class Parts:
    """A text in three: what goes before the goal, the goal, and the words of its docstring."""

    header: str
    statement: str
    informal: str


def split_statement(text: str) -> Parts:
    """Part the goal, which is the last theorem, from what stands before it.

    A text without a theorem has a definition for its goal, the first; one without either is the
    statement whole.
    """
    start = _last_theorem(text)
    if start is None:
        found = declaration(text)
        if found is None:
            return Parts("", text, "")
        start = found.start()
    above = text[:start]
    notes = list(_DOCSTRING.finditer(above))
    informal = notes[-1]["text"].strip() if notes and not above[notes[-1].end() :].strip() else ""
    return Parts(_DOCSTRING.sub("", above), text[start:], informal)


def lean_file_problem(text: str, path: Path) -> Problem:
    """The problem that a Lean file states; its id is the file's name.

    Raises UserError where the file is not of that form.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").rstrip() + "\n"
    parts = split_statement(text)
    if not _ENDS_OPEN.search(parts.statement):
        raise UserError(f"{path}: a problem's file ends with a theorem and `:= sorry`")
    header = _OPEN_ANSWER.sub(r"\g<stated> \g<answer>", parts.header)
    left = next((word for word in tokens(header) if word.text == "sorry"), None)
    if left is not None:
        raise UserError(
            f"{path}: a `sorry` stands before the theorem; only an answer may be left out, "
            "`abbrev NAME : TYPE := sorry`, with a comment on the next line that gives it"
        )
    try:
        return Problem(
            id=path.stem, statement=parts.statement, header=header, informal=parts.informal
        )
    except ValidationError as error:
        field, what = complaint(error)
        raise UserError(f"{path}: the {field} {what}") from error


def _last_theorem(text: str) -> int | None:
    """Where the line of the last `theorem` or `lemma` begins, with its attributes and modifiers."""
    words = [word for word in tokens(text) if word.text in ("theorem", "lemma")]
    for word in reversed(words):
        start = sum(len(line) + 1 for line in text.split("\n")[: word.line - 1])
        found = declaration(text[start:])
        if found is not None and found.start() == 0:
            return start
    return None
