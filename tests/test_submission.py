"""A proof that a model only writes down."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted import AND_SWAP

from lean_agent.dialects.thinking import without_thinking
from lean_agent.submission import submitted_proof

PROOF = f"{AND_SWAP.statement} := ⟨h.2, h.1⟩"


def block(code: str, word: str = "lean") -> str:
    return f"```{word}\n{code}\n```"


@pytest.mark.parametrize("word", ["lean", "lean4", "Lean", ""])
def test_a_code_block_with_the_theorem_is_a_submission(word: str) -> None:
    assert submitted_proof(f"So:\n\n{block(PROOF, word)}\n", AND_SWAP) == PROOF


def test_the_last_one_counts() -> None:
    better = PROOF.replace("⟨h.2, h.1⟩", "by exact h.symm")
    assert submitted_proof(f"{block(PROOF)}\nBetter:\n{block(better)}", AND_SWAP) == better


def test_what_comes_with_it_belongs_to_it() -> None:
    whole = f"import Mathlib\n\nlemma helper : True := trivial\n\n{PROOF}"
    assert submitted_proof(block(whole), AND_SWAP) == whole


@pytest.mark.parametrize(
    "text",
    [
        "It is clear.",
        PROOF,  # not in a code block
        block("theorem another : True := trivial"),
        block("theorem and_swap'' : True := trivial"),  # a longer name
        block(AND_SWAP.statement),  # the task, quoted
        f"<think>{block(PROOF)}</think>I do not know.",
        f"<think>{block(PROOF)}",
        f"The template opened it. {block(PROOF)}</think>I do not know.",
        block(PROOF, "python"),
        f"```lean\n{PROOF}",  # cut off
    ],
)
def test_all_else_is_none(text: str) -> None:
    assert submitted_proof(text, AND_SWAP) is None


def test_thinking_is_left_out() -> None:
    assert without_thinking("a<think>b</think>c<think>d</think>e") == "ace"
    assert without_thinking("a</think>b") == "b"
    assert without_thinking("a<think>b") == "a"


@given(
    st.lists(st.sampled_from(["<think>", "</think>", "```lean\n", "```", "\n", PROOF]) | st.text())
)
def test_no_text_makes_trouble(parts: list[str]) -> None:
    submitted_proof("".join(parts), AND_SWAP)
