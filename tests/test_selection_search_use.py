"""Does a search help? What counts as a result that is used, and as one that steers."""

from __future__ import annotations

import pytest
from played import LEMMAS, check, play, search

from lean_agent.chat import Message
from lean_agent.trace.rules.search_use import SearchUse, result_names, search_use
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
        kind="used",
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


def test_a_result_in_a_refused_attempt_steers():
    attempt = check("example (n m : Nat) : n = m := wrong (Nat.add_comm n m)")
    found = search_use(play(SUM, [search("sums"), attempt, check(BY_OMEGA)]))
    assert found is not None
    assert (found.kind, found.name) == ("steered", "Nat.add_comm")
    assert found.seen_in == "the code of answer 2, before the accepted proof"


def test_a_result_in_a_later_query_steers():
    lines = [search("sums"), search("like Nat.add_assoc, with products"), check(BY_OMEGA)]
    found = search_use(play(SUM, lines))
    assert found is not None
    assert (found.kind, found.name) == ("steered", "Nat.add_assoc")
    assert found.seen_in == "the query of a search in answer 2"


def test_a_result_in_the_models_words_steers():
    words = f"`Nat.add_comm` says just that, so arithmetic is enough. {check(BY_OMEGA)}"
    found = search_use(play(SUM, [search("sums"), words]))
    assert found is not None
    assert (found.kind, found.seen_in) == ("steered", "the words of answer 2")


def test_a_name_that_is_a_word_of_english_steers_no_words():
    trace = play(SUM, [search("sums"), f"The absurd case is closed. {check(BY_OMEGA)}"])
    assert search_use(answering(trace, 3, "1. absurd {a : Prop} : a → ¬a → b")) is None


def test_used_is_told_before_steered():
    lines = [search("products"), check("example : wrong Nat.mul_comm"), search("sums")]
    found = search_use(play(SUM, [*lines, check(SUM.proof)]))
    assert found is not None
    assert (found.kind, found.name, found.turn) == ("used", "Nat.add_comm", 2)


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
