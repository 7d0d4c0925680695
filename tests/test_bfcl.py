"""Calls from outside: the ground truth of the Berkeley Function Calling Leaderboard.

Every call that its single-turn sets allow is written in each dialect, read back and given to the
leaderboard's own checker. Those of 2,495 of the 2,501 entries pass; of the other six no answer
does, however it is written. In the Java and JavaScript sets every argument is a string, and in
the others the tools' schemas have a type added where the ground truth has one that they lack.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from bfcl import SETS, Answer, NoWheel, allowed_answers, find_wheel, refused

from lean_agent.dialects import DIALECTS, dialect_named

pytestmark = pytest.mark.slow

# No answer passes here: the ground truth asks for an argument that the documentation lacks, or
# for a value that the checker's own reading of the answer never yields.
IMPOSSIBLE = {
    "simple_java_36",
    "simple_java_65",
    "live_simple_106-63-0",
    "live_simple_112-68-0",
    "live_multiple_862-181-3",
    "live_multiple_964-207-0",
}


@pytest.fixture(scope="module")
def wheel() -> Path:
    """The wheel with the data and the checker."""
    try:
        return find_wheel()
    except NoWheel as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def answers(wheel: Path) -> list[Answer]:
    """Answers to all entries: each value that the ground truth allows is in one of them."""
    found = [answer for name in SETS for answer in allowed_answers(wheel, name)]
    entries = {(answer.set, answer.entry) for answer in found}
    assert len(entries) == 2495 + len(IMPOSSIBLE)
    return found


def test_the_checker_accepts_the_ground_truth_as_it_is(wheel: Path, answers: list[Answer]) -> None:
    reasons = refused(wheel, answers)
    assert {answers[place].entry for place in reasons} == IMPOSSIBLE


def test_the_checker_refuses_a_wrong_answer(wheel: Path, answers: list[Answer]) -> None:
    wrong = [replace(answer, calls=answer.calls[1:]) for answer in answers]
    assert len(refused(wheel, wrong)) == len(wrong)


@pytest.mark.parametrize("name", DIALECTS)
def test_every_call_survives_the_dialect(name: str, wheel: Path, answers: list[Answer]) -> None:
    dialect = dialect_named(name)
    read = []
    for answer in answers:
        text = dialect.render("", answer.calls)
        reply = dialect.read(text, answer.tools)
        assert (reply.content, reply.errors) == ("", ()), text
        read.append(Answer(answer.set, answer.entry, answer.tools, reply.calls))
    reasons = refused(wheel, read)
    assert {answers[place].entry for place in reasons} == IMPOSSIBLE, reasons
