"""What Lean says: to questions, to wrong proofs, to what is not there."""

from __future__ import annotations

import pytest
from asking import Ask, asks_lean, errors

ANSWERS = {
    "#check Nat.add_comm": "Nat.add_comm (n m : Nat) : n + m = m + n",
    "#check fun x : Nat => (x, [x])": "fun x => (x, [x]) : Nat → Nat × List Nat",
    "#print Nat.Even": "def Nat.Even : Nat → Prop",
    "#print axioms Nat.add_comm": "'Nat.add_comm' does not depend on any axioms",
    "#print axioms Classical.em": "depends on axioms: [propext, Classical.choice, Quot.sound]",
    "#eval 2 ^ 10 - 1": "1023",
    "#eval [1, 2].map (· * 3)": "[3, 6]",
    "#eval decide (3 = 4)": "false",
    "#reduce 3 + 4": "7",
    "example (a b : Nat) (h : a = b) : b = a := by exact?": "Try this:",
}

WRONG = {
    "an equation that is false": (
        "example : 2 + 2 = 5 := by decide",
        "is false",
    ),
    "a proof of something else": (
        "example (p q : Prop) (h : p) : q := h",
        "has type\n  p\nbut is expected to have type\n  q",
    ),
    "goals that are left": (
        "example (p q : Prop) (h : p) : p ∧ q := by\n  constructor\n  · exact h",
        "unsolved goals\ncase right\np q : Prop\nh : p\n⊢ q",
    ),
    "a name that does not exist": (
        "example : 1 = 1 := by exact Nat.no_such_lemma",
        "Nat.no_such_lemma",
    ),
    "a rewrite that finds nothing": (
        "example (a b c : Nat) (h : b = c) : a = a + 0 := by rw [h]",
        "Did not find an occurrence of the pattern",
    ),
    "a simp that gets nowhere": (
        "example (a b : Nat) : a = b := by simp",
        "`simp` made no progress",
    ),
    "an omega without a proof": (
        "example (a b : Nat) (h : a ≤ b) : a < b := by omega",
        "omega could not prove the goal",
    ),
    "a missing case": (
        "def f : Nat → Nat\n  | 0 => 0",
        "Missing cases:",
    ),
    "a recursion without an end": (
        "def f (n : Nat) : Nat := f (n + 1) + 1",
        "fail to show termination",
    ),
    "a parse error": (
        "example : 1 = := rfl",
        "unexpected token ':='",
    ),
    "a theorem twice": (
        "theorem Nat.add_comm : 1 = 1 := rfl",
        "has already been declared",
    ),
}

# Tactics of Mathlib, and a few of Lean's own that need more of its library than is here.
ABSENT = [
    *("linarith", "nlinarith", "ring", "norm_num", "positivity", "aesop", "tauto", "field_simp"),
    *("grind", "bv_decide", "native_decide", "norm_cast", "simp +arith", "mvcgen", "polyrith"),
]


@pytest.mark.parametrize("command", ANSWERS)
@asks_lean
async def test_questions_are_answered(ask: Ask, command: str) -> None:
    answer = await ask(command)
    assert errors(answer) == []
    assert ANSWERS[command] in answer.messages[0].data


@pytest.mark.parametrize("what", WRONG)
@asks_lean
async def test_mistakes_get_the_usual_message(ask: Ask, what: str) -> None:
    text, said = WRONG[what]
    answer = await ask(text)
    assert said in answer.errors[0].data


@asks_lean
async def test_sorry_warns_and_shows_its_goal(ask: Ask) -> None:
    answer = await ask("theorem t (n : Nat) : n = 0 := by\n  sorry\n#print axioms t")
    assert [m.severity for m in answer.messages] == ["warning", "info"]
    assert "declaration uses" in answer.messages[0].data
    assert answer.messages[1].data == "'t' depends on axioms: [sorryAx]"
    assert [s.goal for s in answer.sorries] == ["n : Nat\n⊢ n = 0"]


@pytest.mark.parametrize("tactic", ABSENT)
@asks_lean
async def test_a_tactic_that_is_not_there_gives_an_error_and_no_crash(
    ask: Ask, tactic: str
) -> None:
    answer = await ask(f"example (a b : Nat) : a = b := by {tactic}\n#eval 1 + 1")
    assert len(answer.errors) >= 1
    assert answer.messages[-1].data == "2"  # Lean goes on with the next command
