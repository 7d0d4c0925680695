"""What a model reads about its proof."""

from __future__ import annotations

import pytest

from lean_agent.lean.feedback import format_messages, format_verdict
from lean_agent.lean.protocol import LeanMessage, Position, Sorry
from lean_agent.lean.verdict import Reason, Verdict

CODE = "theorem t (α : Prop) : α := by\n  exact foo"


def message(severity: str, line: int, column: int, end: int, data: str) -> LeanMessage:
    return LeanMessage.model_validate(
        {
            "severity": severity,
            "pos": {"line": line, "column": column},
            "endPos": {"line": line, "column": end},
            "data": data,
        }
    )


def test_an_accepted_proof_lists_its_axioms() -> None:
    verdict = Verdict(accepted=True, reason=Reason.PROVED, detail="fine", axioms=("propext",))
    assert format_verdict(verdict, CODE) == "Accepted: fine\nAxioms: propext"


def test_errors_stand_beside_their_lines_without_the_warnings() -> None:
    verdict = Verdict(
        accepted=False,
        reason=Reason.ERRORS,
        detail="Lean reports an error",
        messages=(
            message("warning", 1, 11, 12, "unused variable `α`"),
            message("error", 2, 8, 11, "Unknown identifier `foo`"),
        ),
    )
    assert format_verdict(verdict, CODE) == (
        "Rejected (errors): Lean reports an error\n"
        "2:8 error: Unknown identifier `foo`\n"
        "  |   exact foo\n"
        "  |         ^^^"
    )


def test_warnings_are_shown_where_they_are_all_that_lean_said() -> None:
    verdict = Verdict(
        accepted=False,
        reason=Reason.SORRY,
        detail="the code contains `sorry`",
        messages=(message("warning", 1, 8, 9, "declaration uses `sorry`"),),
    )
    assert "1:8 warning: declaration uses `sorry`" in format_verdict(verdict, CODE)


def test_goals_of_sorries_are_listed() -> None:
    verdict = Verdict(
        accepted=False,
        reason=Reason.SORRY,
        detail="the code contains `sorry`",
        sorries=(Sorry(pos=Position(line=2, column=2), goal="α : Prop\n⊢ α"),),
    )
    assert format_verdict(verdict, CODE).endswith("2:2 sorry stands for:\n  α : Prop\n  ⊢ α")


def test_a_message_outside_the_code_is_shown_without_a_line() -> None:
    verdict = Verdict(
        accepted=False,
        reason=Reason.ERRORS,
        detail="d",
        messages=(message("error", 9, 0, 1, "far away"),),
    )
    assert format_verdict(verdict, CODE).endswith("9:0 error: far away")


@pytest.mark.parametrize("before", [0, 50, 150, 5000])
@pytest.mark.parametrize("behind", [0, 50, 150, 5000])
def test_of_a_long_line_the_part_around_the_place_is_shown(before: int, behind: int) -> None:
    code = f"{'b' * before}nope{'c' * behind}"
    said = format_messages([message("error", 1, before, before + 4, "no")], code)
    first, shown, marks = said.splitlines()
    assert first == f"1:{before} error: no"
    assert shown[marks.index("^") : marks.rindex("^") + 1] == "nope"
    assert len(shown) <= len("  | ……") + 200
    inner = shown.removeprefix("  | ")
    if len(code) <= 200:
        assert inner == code
    else:
        assert inner.strip("…") in code
        assert "…" in (inner[0], inner[-1])


def test_long_text_is_cut_and_says_so() -> None:
    flood = tuple(message("error", 1, 0, 1, "x" * 500) for _ in range(100))
    verdict = Verdict(accepted=False, reason=Reason.ERRORS, detail="d", messages=flood)
    text = format_verdict(verdict, CODE, limit=1000)
    assert len(text) <= 1000
    assert "… cut: " in text.splitlines()[-1]
