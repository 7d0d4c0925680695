"""A proof in the making: written as Lean code, and mended by what Lean says about it."""

from __future__ import annotations

import pytest
from lean_answers import Check, asks_lean

from lean_agent.models.portfolio.goal import Goal, Note, parse_notes
from lean_agent.models.portfolio.sketch import Move, Node, read_answer, render, render_scout

CASES = ("| zero =>", "| succ m ih =>")
BULLETS = ("·", "·")


def leaf(*alternatives: str) -> Node:
    return Node(alternatives=list(alternatives), tried=set(alternatives))


def moved(tactic: str, labels: tuple[str, ...], *children: Node) -> Node:
    node = Node()
    node.make(Move(tactic, labels))
    node.children = list(children)
    return node


async def scout(check: Check, statement: str, root: Node) -> bool:
    """Let Lean try the alternatives and read its answer; whether every error found its place."""
    result = await check(statement, render_scout(statement, root))
    return read_answer(root, parse_notes(result.text))


async def is_proof(check: Check, statement: str, root: Node) -> bool:
    result = await check(statement, render(statement, root))
    assert result.verdict is not None
    return result.verdict.accepted


STATEMENT = "theorem t (p : Prop) (hp : p) (f : Nat → Nat) (h : ∀ n, f (n + 1) = f n) (n : Nat) :\n\
    p ∧ f n = f 0"


def sketch(in_zero: Node, in_succ: Node) -> Node:
    induction = moved("induction n with", CASES, in_zero, in_succ)
    return moved("refine ⟨?_, ?_⟩", BULLETS, leaf("assumption"), moved("show _", ("",), induction))


def test_a_sketch_is_an_example_that_tells_which_of_its_alternatives_work() -> None:
    root = sketch(leaf("rfl"), leaf("rw [h]", "omega"))
    example, proof = render_scout(STATEMENT, root).split(":= by\n")
    assert example == STATEMENT.replace("theorem t", "example") + " "
    assert proof == (
        "  refine ⟨?_, ?_⟩\n"
        "  · first\n"
        '      | (assumption; trace "works")\n'
        '      | (done; trace "works")\n'
        "  · show _\n"
        "    induction n with\n"
        "    | zero =>\n"
        "      first\n"
        '        | (rfl; trace "works")\n'
        '        | (done; trace "works")\n'
        "    | succ m ih =>\n"
        "      first\n"
        '        | (rw [h]; trace "works")\n'
        '        | (omega; trace "works")\n'
        '        | (done; trace "works")'
    )


@asks_lean
async def test_the_proof_is_put_together_from_what_worked(check: Check) -> None:
    root = sketch(leaf("exact hp", "rfl"), leaf("(simp [hp]; done)", "(rw [h]; assumption; done)"))
    assert await scout(check, STATEMENT, root)
    assert all(node.closed for node in root.leaves())
    assert await is_proof(check, STATEMENT, root)
    statement, proof = render(STATEMENT, root).split(" := by\n")
    assert statement == STATEMENT
    assert proof == (
        "  refine ⟨?_, ?_⟩\n"
        "  · assumption\n"
        "  · show _\n"
        "    induction n with\n"
        "    | zero =>\n"
        "      rfl\n"
        "    | succ m ih =>\n"
        "      rw [h]; assumption"
    )


@asks_lean
async def test_errors_are_blamed_on_the_goals_that_stay_open(check: Check) -> None:
    root = sketch(leaf("rfl"), leaf("omega"))
    assert await scout(check, STATEMENT, root)
    assert [node.closed for node in root.leaves()] == [True, True, False]
    *_, last = root.leaves()
    assert last.goal is not None
    assert last.goal.target == "f (m + 1) = f 0"
    assert [h.type for h in last.goal.hypotheses if h.name == "ih"] == ["f m = f 0"]


@asks_lean
async def test_a_move_that_fails_is_taken_back_and_not_made_again(check: Check) -> None:
    wrong = moved("rw [hp]", ("",), leaf("done"))
    root = moved("refine ⟨?_, ?_⟩", BULLETS, leaf("assumption"), wrong)
    assert await scout(check, STATEMENT, root)
    assert wrong.move is None
    assert wrong.dead == {"rw [hp]"}
    assert root.move is not None, "the move above it stays"


@asks_lean
async def test_an_error_outside_of_all_goals_condemns_the_sketch(check: Check) -> None:
    root = moved("constructor", ("·",), leaf("assumption"))  # there is a second goal
    assert not await scout(check, STATEMENT, root)


@asks_lean
async def test_a_search_tactic_is_replaced_by_what_it_found(check: Check) -> None:
    statement = "theorem t (m n : Nat) : m + n = n + m"
    root = leaf("rfl", "exact?")
    assert await scout(check, statement, root)
    assert render(statement, root) == f"{statement} := by\n  exact Nat.add_comm m n"


@asks_lean
async def test_a_suggestion_that_does_not_hold_gives_way_to_the_search_that_made_it(
    check: Check,
) -> None:
    statement = "theorem t (m n : Nat) : m + n = n + m"
    root = leaf("exact?")
    assert await scout(check, statement, root)
    root.alternatives = ["exact Nat.add_comm n m"]
    refused = await check(statement, render(statement, root))
    assert read_answer(root, parse_notes(refused.text))
    assert root.closed
    assert await is_proof(check, statement, root)
    assert "exact?" in render(statement, root)


@asks_lean
@pytest.mark.parametrize(
    "breaks_off", ["(simp [h]; done)", "(simp_all [h]; done)", "(simp only [h]; done)"]
)
async def test_after_an_alternative_that_breaks_the_list_off_the_rest_is_tried_again(
    check: Check, breaks_off: str
) -> None:
    statement = "theorem t (f : Nat → Nat) (h : ∀ n, f n = f (n + 1)) (k : f 0 = 5) : f 0 = 5"
    root = leaf("rfl", breaks_off, "omega", "assumption")
    assert await scout(check, statement, root)
    assert not root.closed
    assert root.tried == {"rfl", breaks_off}
    root.alternatives = ["omega", "assumption"]
    assert await scout(check, statement, root)
    assert await is_proof(check, statement, root)


@asks_lean
@pytest.mark.parametrize(
    "fails", ["(simp_all [no_such_lemma]; done)", "exact no_such_lemma ..", "(rw [no_such_lemma])"]
)
async def test_a_name_that_does_not_exist_only_fails_its_own_alternative(
    check: Check, fails: str
) -> None:
    statement = "theorem t (a b : Prop) (h : a) (k : b) : a ∧ b"
    root = leaf(fails, "exact ⟨h, k⟩")
    assert await scout(check, statement, root)
    assert root.alternatives == ["exact ⟨h, k⟩"]


@asks_lean
async def test_a_goal_that_a_move_has_closed_needs_nothing_more(check: Check) -> None:
    statement = "theorem t (a b : Nat) (h : a = b) : a = b"
    root = moved("rw [h]", ("",), leaf())
    root.children[0].alternatives = ["assumption"]
    assert await scout(check, statement, root)
    assert render(statement, root) == f"{statement} := by\n  rw [h]"
    assert await is_proof(check, statement, root)


def test_a_bullet_with_nothing_to_do_is_left_out() -> None:
    root = moved("refine ⟨?_, ?_⟩", BULLETS, leaf("assumption"), leaf())
    assert render("theorem t : p", root).endswith("\n  refine ⟨?_, ?_⟩\n  · assumption")


def test_a_move_puts_goals_below_and_can_be_taken_back() -> None:
    root = Node(goal=Goal("a ∧ b"))
    root.make(Move("constructor", BULLETS, (Goal("a"), Goal("b"))))
    assert [node.goal for node in root.leaves()] == [Goal("a"), Goal("b")]
    assert [node.depth for node in root.nodes()] == [0, 1, 1]
    root.take_back()
    assert list(root.leaves()) == [root]
    assert root.dead == {"constructor"}


def test_what_worked_below_a_move_that_failed_closes_nothing() -> None:
    root = moved("refine ⟨?_, ?_⟩", BULLETS, leaf("rfl", "simp"), leaf("assumption"))
    root.alternatives = ["omega"]  # of the time before the move
    lines = render_scout("theorem t : p", root).splitlines()
    works = lines.index('      | (simp; trace "works")') + 1
    assert read_answer(
        root, [Note(works, "info", "works"), Note(2, "error", "no such constructor")]
    )
    assert list(root.leaves()) == [root]
    assert not root.closed
    assert root.alternatives == ["omega"]
