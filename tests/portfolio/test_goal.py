"""Reading the tools' answers and the statement: goals, messages, lemmas."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lean_answers import Check, asks_lean

from lean_agent.models.portfolio.goal import (
    Goal,
    Hypothesis,
    Lemma,
    parse_goal,
    parse_hits,
    parse_notes,
    parse_statement,
)
from lean_agent.workbench import Workbench


def goal(target: str, **hypotheses: str) -> Goal:
    return Goal(target, tuple(Hypothesis(name, kind) for name, kind in hypotheses.items()))


async def shown(check: Check, statement: str, *tactics: str) -> list[Goal]:
    """The goals in Lean's answer to a proof that stops after some tactics."""
    code = "\n  ".join([f"{statement} := by", *tactics, "done"])
    (note,) = parse_notes((await check(statement, code)).text)
    return note.goals


@asks_lean
async def test_a_goal_as_lean_shows_it(check: Check) -> None:
    statement = "theorem t (α : Type) (p q : α → Prop) (h : ∃ x, p x) (n : Nat) : ¬∃ x, q x ∧ n < 2"
    assert await shown(check, statement) == [
        goal("¬∃ x, q x ∧ n < 2", α="Type", p="α → Prop", q="α → Prop", h="∃ x, p x", n="Nat")
    ]


@asks_lean
async def test_every_goal_of_a_message(check: Check) -> None:
    goals = await shown(check, "theorem t (a b : Prop) (h : a ∨ b) : b ∨ a", "cases h")
    assert [g.target for g in goals] == ["b ∨ a", "b ∨ a"]
    (first, second) = (g.hypotheses[-1] for g in goals)
    assert (first.type, second.type) == ("a", "b")
    assert not first.usable, "Lean says with a dagger that this name cannot be written"
    assert goals[0].hypotheses[0].usable


@asks_lean
async def test_long_types_and_targets_go_on_over_several_lines(check: Check) -> None:
    long = " ∧ ".join(f"(l ++ m).length + {n} = m.length + l.length + {n}" for n in range(4))
    (seen,) = await shown(check, f"theorem t (l m : List Nat) (h : {long}) : {long}")
    assert seen == goal(long, l="List Nat", m="List Nat", h=long)


STATED = "theorem t (a b : Prop) (h : a) : a ∧ b"
PROOFS = {
    "two errors": "constructor\n  · exact b\n  · omega",
    "an error and a warning": "have k : a := by sorry\n  exact 5",
    "a warning and the goal of a sorry": "exact ⟨h, sorry⟩",
    "an error and what was found": "have : a := by exact?\n  done",
    "no proof": "exact ⟨h, ",
}


@asks_lean
@pytest.mark.parametrize("proof", PROOFS.values(), ids=PROOFS)
async def test_every_message_is_found_with_its_line_and_severity(check: Check, proof: str) -> None:
    result = await check(STATED, f"{STATED} := by\n  {proof}")
    assert result.verdict is not None
    said = sorted((m.pos.line, m.severity, m.data) for m in result.verdict.messages)
    notes = sorted((n.line, n.severity, n.text) for n in parse_notes(result.text))
    assert [note[:2] for note in notes] == [message[:2] for message in said] != []
    for note, message in zip(notes, said, strict=True):
        assert note[2].startswith(message[2])


@asks_lean
async def test_what_a_search_tactic_found(check: Check) -> None:
    statement = "theorem t (m n : Nat) : m + n = n + m"
    result = await check(statement, f"{statement} := by\n  exact?")
    assert [n.suggestion for n in parse_notes(result.text)] == ["exact Nat.add_comm m n"]


@asks_lean
async def test_the_lemmas_of_a_search(workbench: Workbench) -> None:
    query = {"query": "joining lists is associative", "k": 8}
    hits = parse_hits((await workbench.search.call(query)).text)
    assert len(hits) == 8
    (found,) = (hit for hit in hits if hit.name == "List.append_assoc")
    assert found.conclusion == "l ++ m ++ k = l ++ (m ++ k)"
    assert found.rewrites
    assert found.proves


@pytest.mark.parametrize(
    ("line", "name", "conclusion"),
    [
        ("1. Nat.le_trans (h : a ≤ b) (k : b ≤ c) : a ≤ c — Up.", "Nat.le_trans", "a ≤ c"),
        ("2. and_comm : a ∧ b ↔ b ∧ a", "and_comm", "a ∧ b ↔ b ∧ a"),
        ("12. imp.trans : (a → b) → (b → c) → a → c", "imp.trans", "c"),
        ("3. List.ext : (∀ x, x ∈ l ↔ x ∈ m) → ∀ n : Nat, l = m", "List.ext", "l = m"),
        ("4. Nat.Even (n : Nat) : Prop — Twice a number.", "Nat.Even", "Prop"),
        ("5. Set.univ", "Set.univ", ""),
    ],
)
def test_what_a_lemma_concludes(line: str, name: str, conclusion: str) -> None:
    (lemma,) = parse_hits(line)
    assert (lemma.name, lemma.conclusion) == (name, conclusion)


@pytest.mark.parametrize("conclusion", ["", "Prop", "Type", "Sort u"])
def test_a_definition_proves_nothing(conclusion: str) -> None:
    assert not Lemma("d", conclusion).proves


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (
            "theorem t (a b : Prop) (h : a ∧ b) : b ∧ a",
            goal("b ∧ a", a="Prop", b="Prop", h="a ∧ b"),
        ),
        ("theorem t : ∀ n : Nat, n = n", goal("∀ n : Nat, n = n")),
        ("theorem t {α : Type} [DecidableEq α] (x : α) : x = x", goal("x = x", α="Type", x="α")),
        (
            "theorem t\n    (f : Nat → Nat) (h : ∀ n : Nat, f (n + 1) = n) :\n    f 1 = 0",
            goal("f 1 = 0", f="Nat → Nat", h="∀ n : Nat, f (n + 1) = n"),
        ),
        ("theorem t ⦃n : Nat⦄ (h : n ∈ {m : Nat | m < 3}) : n < 3",
         goal("n < 3", n="Nat", h="n ∈ {m : Nat | m < 3}")),
    ],
)  # fmt: skip
def test_the_goal_that_a_statement_sets(statement: str, expected: Goal) -> None:
    assert parse_statement(statement) == expected


@settings(deadline=None)
@given(st.one_of(st.text(), st.text("⊢:✝()[]{}|—→∀, \n12.a^ "), st.just("3:4 error: ⊢ ⊢\n\n⊢")))
def test_any_text_can_be_read(text: str) -> None:
    parse_statement(text)
    parse_goal(text)
    for lemma in parse_hits(text):
        assert lemma.name in text
        assert isinstance(lemma.rewrites, bool)
    for note in parse_notes(text):
        assert len(note.goals) <= note.text.count("⊢")
