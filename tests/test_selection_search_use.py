"""Does a search help? What counts as a result that is used, and as one that steers."""

from __future__ import annotations

import pytest
from played import LEMMAS, check, play, search

from lean_agent.chat import Message
from lean_agent.trace.rules.need import NOTHING, without
from lean_agent.trace.rules.search_use import SearchKind, SearchUse, result_names, search_use
from lean_agent.trace.trace import Trace

SUM, PRODUCT = LEMMAS[0], LEMMAS[1]
BY_OMEGA = f"{SUM.problem.statement} := by\n  omega"


def answering(trace: Trace, place: int, result: str) -> Trace:
    """The trace with another search result."""
    messages = list(trace.messages)
    messages[place] = Message(
        role="tool", content=result, tool_call_id=messages[place].tool_call_id
    )
    return trace.model_copy(update={"messages": tuple(messages)})


def test_a_result_that_stands_in_the_accepted_proof_is_used():
    assert search_use(play(SUM)) == SearchUse(
        kind=SearchKind.USED,
        name="Nat.add_comm",
        query="The order of two summands is of no account.",
        turn=0,
        seen_in="the accepted proof",
    )


def test_a_result_that_shows_nowhere_helps_nobody():
    assert search_use(play(SUM, [search("sums"), check(BY_OMEGA)])) is None


def test_a_search_after_the_name_was_known_does_not_help():
    known = f"I know Nat.add_comm and look it up. {search('sums')}"
    assert search_use(play(SUM, [known, check(SUM.proof)])) is None


def test_a_name_in_an_earlier_refused_attempt_was_known():
    attempt = check(f"{SUM.proof} -- wrong")
    assert search_use(play(SUM, [attempt, search("sums"), check(SUM.proof)])) is None


def test_a_call_in_the_same_answer_was_written_before_the_result_came():
    lines = [search("sums") + check("example := wrong Nat.add_comm"), check(SUM.proof)]
    assert search_use(play(SUM, lines)) is None


def test_a_name_in_the_statement_was_known():
    problem = SUM.problem.model_copy(
        update={"statement": f"{SUM.problem.statement} ∧ Nat.add_comm = Nat.add_comm"}
    )
    trace = play(SUM)
    opening = trace.messages[1].content.replace(SUM.problem.statement, problem.statement)
    messages = (trace.messages[0], Message(role="user", content=opening), *trace.messages[2:])
    assert search_use(trace.model_copy(update={"problem": problem, "messages": messages})) is None


def test_of_two_searches_that_bring_a_name_the_first_gets_it():
    lines = [search("sums"), search(SUM.problem.informal), check(SUM.proof)]
    found = search_use(play(SUM, lines))
    assert found is not None
    assert (found.turn, found.query) == (0, "sums")


def attempt(*steps: str) -> str:
    """A check of these steps, which is refused."""
    return check("\n  ".join([f"{SUM.problem.statement} := by -- wrong", *steps]))


STEP = "induction n generalizing m"


def test_a_result_in_refused_code_that_shares_a_step_with_the_proof_steers():
    refused = attempt(STEP, "exact (Nat.add_comm n m)")
    proof = f"{SUM.problem.statement} := by\n  {STEP} <;> omega".replace(" <;>", "\n  all_goals")
    found = search_use(play(SUM, [search("sums"), refused, check(proof)]))
    assert found is not None
    assert (found.kind, found.name) == (SearchKind.STEERED, "Nat.add_comm")
    assert found.seen_in == "the code of answer 2, which shares a step with the proof"


@pytest.mark.parametrize(
    "refused",
    [
        attempt("simp [Nat.add_comm]"),
        attempt("first | simp [Nat.add_comm] | omega"),
        attempt("intro h", "simp [Nat.add_comm]"),
        attempt(STEP),
    ],
    ids=["another way", "one of many tries", "a trifle in common", "without the name"],
)
def test_refused_code_that_led_to_nothing_does_not_steer(refused: str):
    proof = f"{SUM.problem.statement} := by\n  intro h\n  omega"
    assert search_use(play(SUM, [search("sums"), refused, check(proof)])) is None


@pytest.mark.parametrize(
    "said",
    [
        "Nat.add_comm does not help at all, I ignore the search. ",
        search("like Nat.add_assoc, with products"),
    ],
    ids=["words", "a query"],
)
def test_to_speak_of_a_result_is_no_evidence(said: str):
    assert search_use(play(SUM, [search("sums"), said, check(BY_OMEGA)])) is None


def test_used_is_told_before_steered():
    refused = attempt(STEP, "exact Nat.mul_comm")
    proof = SUM.proof.replace("exact", f"{STEP}\n  exact")
    found = search_use(play(SUM, [search("products"), refused, search("sums"), check(proof)]))
    assert found is not None
    assert (found.kind, found.name, found.turn) == ("used", "Nat.add_comm", 2)


@pytest.mark.parametrize(
    ("result", "step"),
    [
        ("1. rfl : True", "rfl"),
        ("1. trivial : True", "trivial"),
        ("1. h : True", "intro h\n  exact h"),
        ("1. hk : True", "obtain ⟨k, hk⟩ := other\n  exact hk"),
        ("1. foo_bar : True", "have foo_bar : n = n := Eq.refl n\n  exact foo_bar"),
        ("1. Eq : True", "exact Eq.symm other"),
    ],
    ids=["tactic", "another", "intro", "pattern", "have", "another declaration of a type"],
)
def test_words_of_lean_and_what_the_code_binds_are_no_results(result: str, step: str):
    proof = f"{SUM.problem.statement} := by\n  {step}"
    trace = answering(play(SUM, [search("sums"), check(proof)]), 3, result)
    assert search_use(trace) is None


def test_a_name_that_the_statement_has_without_its_open_namespace_was_known():
    problem = SUM.problem.model_copy(
        update={
            "header": "open Nat",
            "statement": "theorem my_Nat_add_comm (n : Nat) : fib n = fib n",
        }
    )
    proof = f"{problem.statement} := by\n  omega"
    trace = play(SUM, [search("sums"), check(SUM.proof)])
    trace = answering(trace, 3, "1. Nat.fib (n : Nat) : Nat")
    assert search_use(trace.model_copy(update={"problem": problem, "proof": proof})) is None


@pytest.mark.parametrize(
    ("written", "uses"),
    [
        ("exact Nat.add_comm n m", True),
        ("exact _root_.Nat.add_comm n m", True),
        ("exact @Nat.add_comm n m", True),
        ("exact (Nat.add_comm m n).symm", True),
        ("exact Nat.add_comm.symm", True),
        ("open Nat in exact add_comm n m", True),
        ("exact add_comm n m", False),
        ("exact Nat.add_comm' n m", False),
        ("exact Nat.add_comm.foo n m", False),
        ("omega -- Nat.add_comm", False),
    ],
)
def test_how_a_name_may_stand_in_a_proof(written: str, uses: bool):
    proof = f"{SUM.problem.statement} := by\n  {written}"
    found = search_use(play(SUM, [search("sums"), check(proof)]))
    assert (found is not None and found.kind == "used") == uses


def test_the_names_of_a_result_are_those_it_lists():
    listing = "1. Nat.add_comm (n m : Nat) : n + m = m + n — As 2. is.\n2. absurd : True"
    assert result_names(listing) == ["Nat.add_comm", "absurd"]
    assert result_names("Nothing found. Try other words.") == []


# The proof without what the searches brought.


@pytest.mark.parametrize(
    ("step", "rest"),
    [
        ("simp [Nat.add_comm]", "simp []"),
        ("simp_all [h 2, Nat.add_comm, xs[0], k]", "simp_all [h 2, xs[0], k]"),
        ("simp (config := {}) only [← Nat.add_comm n, h]", "simp (config := {}) only [h]"),
        ("rw [f (Nat.add_comm n m), h] at k", "rw [h] at k"),
        ("nlinarith [h, (Nat.add_comm n m).symm]", "nlinarith [h]"),
        ("try exact Nat.add_comm n m", f"try exact {NOTHING} n m"),
        ("first | exact Nat.add_comm.symm | simp", f"first | exact {NOTHING} | simp"),
        ("exact f [x, Nat.add_assoc]", "exact f [x, Nat.add_assoc]"),
        ("open Nat in simp [add_comm, h]", "open Nat in simp [h]"),
        (
            "simp [Nat.add_comm, -- it is Nat.add_comm\n    h]",
            "simp [-- it is Nat.add_comm\n    h]",
        ),
    ],
)
def test_a_proof_without_a_name(step: str, rest: str):
    head = f"{SUM.problem.statement} := by\n  "
    assert without(head + step, ["Nat.add_comm"], "") == head + rest
