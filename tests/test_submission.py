"""A proof that a model only writes down."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scripted import AND_SWAP

from lean_agent.dialects.thinking import without_thinking
from lean_agent.problem import Problem
from lean_agent.submission import submitted_proof

PROOF = f"{AND_SWAP.statement} := ⟨h.2, h.1⟩"
BETTER = PROOF.replace("⟨h.2, h.1⟩", "by exact h.symm")


def block(code: str, word: str = "lean", fence: str = "```") -> str:
    return f"{fence}{word}\n{code}\n{fence}"


# Which blocks are read.


@pytest.mark.parametrize("word", ["lean", "lean4", "Lean", "lean 4", "lean4 title", "lean4:A", ""])
def test_a_code_block_with_the_theorem_is_a_submission(word: str) -> None:
    assert submitted_proof(f"So:\n\n{block(PROOF, word)}\n", AND_SWAP) == PROOF


@pytest.mark.parametrize("word", ["python", "text", "leanpkg", "lean-toolchain", "{.lean}"])
def test_a_block_in_another_language_is_none(word: str) -> None:
    assert submitted_proof(block(PROOF, word), AND_SWAP) is None


@pytest.mark.parametrize("word", ["python", "latex", "text", "json"])
@pytest.mark.parametrize("mark", ["lean4", ""])
def test_a_block_in_another_language_before_it_is_no_matter(word: str, mark: str) -> None:
    text = f"I try:\n{block('print(1)', word)}\nThe theorem and_swap' follows.\n"
    assert submitted_proof(text + block(PROOF, mark), AND_SWAP) == PROOF


def test_fences_may_be_of_tildes_long_and_indented() -> None:
    assert submitted_proof(block(PROOF, "lean4", "~~~"), AND_SWAP) == PROOF
    assert submitted_proof(block(PROOF, "lean4", "`````"), AND_SWAP) == PROOF
    assert submitted_proof(f"1. So:\n    ```lean4\n{PROOF}\n    ```", AND_SWAP) == PROOF


def test_a_block_ends_with_a_fence_of_its_kind_that_is_no_shorter() -> None:
    commented = f"/-\n~~~\n```\n-/\n{PROOF}"
    assert submitted_proof(block(commented, "lean4", "````"), AND_SWAP) == commented
    quoted = block(f"An answer looks so:\n{block(PROOF)}", "markdown", "````")
    assert submitted_proof(quoted, AND_SWAP) is None


def test_lines_may_end_as_in_windows() -> None:
    text = f"So:\n{block(f'{PROOF}{chr(10)}-- done', 'lean4')}\n"
    assert submitted_proof(text.replace("\n", "\r\n"), AND_SWAP) == f"{PROOF}\n-- done"


def test_the_last_fence_may_stand_in_the_last_line() -> None:
    assert submitted_proof(f"```lean4\n{PROOF}```", AND_SWAP) == PROOF


def test_the_first_fence_may_stand_behind_words() -> None:
    assert submitted_proof(f"My proof: ```lean4\n{PROOF}\n```", AND_SWAP) == PROOF
    assert submitted_proof(f"<think>Hm.</think>```lean4\n{PROOF}\n```", AND_SWAP) == PROOF


def test_a_block_that_was_never_closed_does_not_swallow_the_next() -> None:
    for unclosed in ("```lean4\nintro h", "```\nhave", "```python\nprint(1)", "Text ends in ```"):
        assert submitted_proof(f"{unclosed}\n\nNo:\n\n{block(PROOF)}", AND_SWAP) == PROOF


# Which of them counts.


def test_the_last_one_counts() -> None:
    assert submitted_proof(f"{block(PROOF)}\nBetter:\n{block(BETTER)}", AND_SWAP) == BETTER


@pytest.mark.parametrize(
    "after",
    [
        block("#check and_swap'", "lean4"),
        block("and_swap' is proved", ""),
        block("The theorem and_swap' is proved", ""),
        block(f"/- {BETTER} -/\n#print axioms and_swap'"),
        block(f"-- {BETTER}"),
        block('def said := "theorem and_swap\' : a := b"'),
        block("example := and_swap'"),
        block(AND_SWAP.statement),
        block(f"{AND_SWAP.statement} := by sorry"),
        block("theorem and_swap'"),
        block("lemma helper : True := trivial"),
        f"```lean\n{BETTER}",  # cut off
    ],
)
def test_a_block_without_a_proof_of_it_does_not_hide_one(after: str) -> None:
    assert submitted_proof(f"{block(PROOF)}\nUse it:\n{after}", AND_SWAP) == PROOF


def test_what_comes_with_it_belongs_to_it() -> None:
    whole = f"import Mathlib\n\nlemma helper : True := trivial\n\n{PROOF}\n\n#check and_swap'"
    assert submitted_proof(block(whole), AND_SWAP) == whole


@pytest.mark.parametrize(
    "code",
    [
        PROOF.replace("theorem", "lemma"),
        PROOF.replace("theorem", "@[simp] private theorem"),
        f"open Nat in\n{PROOF}",
        f"{AND_SWAP.statement} := by\n  have := h.1\n  sorry",  # Lean says what is wrong with it
        f"{AND_SWAP.statement} := by\nexact h.symm\n\nend",
        f"section\n{PROOF}\nend",
        f"namespace A.B\nend A.B\n{PROOF}",
        f"namespace A\ntheorem _root_.{PROOF.removeprefix('theorem ')}\nend A",
        "theorem and_swap' {a b : Prop} : a ∧ b → b ∧ a\n  | ⟨h, i⟩ => ⟨i, h⟩",
        "theorem and_swap' (a b : Prop) (h : a ∧ b) : b ∧ a where\n  left := h.2\n  right := h.1",
    ],
)
def test_it_may_be_declared_in_many_ways(code: str) -> None:
    assert submitted_proof(block(code), AND_SWAP) == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "It is clear.",
        PROOF,  # not in a code block
        block("theorem another : True := trivial"),
        block("theorem and_swap'' : True := trivial"),  # a longer name
        block("theorem X.and_swap' : True := trivial"),
        block(f"namespace X\n{PROOF}\nend X"),
        block(PROOF, "python"),
        f"```lean\n{PROOF}",  # cut off
    ],
)
def test_all_else_is_none(text: str) -> None:
    assert submitted_proof(text, AND_SWAP) is None


# The task quoted.


@pytest.mark.parametrize("header", ["", f"{AND_SWAP.header}\n\n", "import Mathlib\n\n"])
@pytest.mark.parametrize(
    "end", ["", " :=", " := by", " := sorry", " := by sorry", ":= by\n  sorry"]
)
@pytest.mark.parametrize("mark", ["lean4", ""])
def test_the_task_quoted_is_no_proof(header: str, end: str, mark: str) -> None:
    quoted = block(f"{header}{AND_SWAP.statement}{end}", mark)
    assert submitted_proof(f"I have no idea. The task was:\n{quoted}", AND_SWAP) is None


def test_nor_is_it_with_other_spaces_and_comments_or_commands_behind_it() -> None:
    statement = AND_SWAP.statement.replace(" (", "\n    (")
    for end in (" := by\n  -- the proof goes here\n  sorry", " := sorry\n\n#check and_swap'"):
        assert submitted_proof(block(f"/-- Swap. -/\n{statement}{end}"), AND_SWAP) is None


def test_a_statement_may_itself_hold_what_begins_a_proof() -> None:
    problem = Problem(id="let", statement="theorem t (n : Nat := 0) : let m := n; |m| = m")
    assert submitted_proof(block(f"{problem.statement} := by sorry"), problem) is None
    proof = f"{problem.statement} := by simp"
    assert submitted_proof(block(proof), problem) == proof


# Names.


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("«a b»", "theorem «a b» : True := trivial"),
        ("«a b»", "/- «c -/ theorem «a b» : True := trivial -- «"),
        ("«ab»", "theorem ab : True := trivial"),
        ("Foo.bar", "theorem Foo.bar : True := trivial"),
        ("Foo.bar", "theorem Foo.«bar» : True := trivial"),
        ("Foo.bar", "namespace Foo\ntheorem bar : True := trivial\nend Foo"),
        ("A.B.c", "namespace A\nsection S\nnamespace B\ntheorem c : True := trivial"),
        ("A.B.c", "namespace A.B\ntheorem c : True := trivial\nend A.B"),
        ("A.B.c", "namespace A.B\nend B\ntheorem B.c : True := trivial"),
        ("t.{u}", "theorem t.{u} : True := trivial"),
        ("h₁?", "theorem h₁? : True := trivial"),
    ],
)
def test_the_name_is_read_as_lean_reads_it(name: str, code: str) -> None:
    problem = Problem(id="p", statement=f"theorem {name} : True")
    assert submitted_proof(block(code), problem) == code


@pytest.mark.parametrize(
    "code",
    [
        "theorem bar : True := trivial",
        "namespace Foo\nend Foo\ntheorem bar : True := trivial",
        "namespace Foo\nsection\nend\nend Foo\ntheorem bar : True := trivial",
        "namespace Foo\ntheorem Foo.bar : True := trivial",
        "-- and Foo.bar\ntheorem other : True := trivial",
    ],
)
def test_a_namesake_elsewhere_is_another_theorem(code: str) -> None:
    problem = Problem(id="p", statement="theorem Foo.bar : True")
    assert submitted_proof(block(code), problem) is None


def test_a_namespace_that_the_header_leaves_open_may_be_repeated() -> None:
    problem = Problem(id="p", header="namespace Foo", statement="theorem bar : True")
    for code in (
        "theorem bar : True := trivial",
        "namespace Foo\n\ntheorem bar : True := trivial\n\nend Foo",
        "theorem Foo.bar : True := trivial",
    ):
        assert submitted_proof(block(code), problem) == code
    quoted = "namespace Foo\n\ntheorem bar : True := by sorry"
    assert submitted_proof(block(quoted), problem) is None


@pytest.mark.parametrize("name", ["_root_", ".a", "end", "-", "a.b."])
def test_a_name_that_lean_would_not_read_makes_no_trouble(name: str) -> None:
    problem = Problem(id="p", header="theorem h : a := b", statement=f"theorem {name} : True")
    assert submitted_proof(block("theorem h : a := b"), problem) is None


# Thinking.


@pytest.mark.parametrize(
    "text",
    [
        f"<think>{block(PROOF)}</think>I do not know.",
        f"<think>{block(PROOF)}",
        f"The template opened it. {block(PROOF)}</think>I do not know.",
    ],
)
def test_what_the_model_thought_is_not_submitted(text: str) -> None:
    assert submitted_proof(text, AND_SWAP) is None


def test_thinking_is_left_out() -> None:
    assert without_thinking("a<think>b</think>c<think>d</think>e") == "ace"
    assert without_thinking("a</think>b</think>c") == "b</think>c"
    assert without_thinking("a<think>b") == "a"
    assert without_thinking("<think>a<think>b</think>c") == "c"


def test_a_tag_between_backticks_is_only_spoken_of() -> None:
    text = "I write no `<think>` tags.\n"
    assert submitted_proof(f"{text}{block(PROOF)}", AND_SWAP) == PROOF
    assert without_thinking("<think>end with `</think>`, then go on</think>said") == "said"
    assert without_thinking("a `</think>` tag") == "a `</think>` tag"
    assert without_thinking("<think>`simp`</think>```lean") == "```lean"


PARTS = [
    *("<think>", "</think>", "```lean\n", "```lean4", "```", "~~~", "\n", "`", " ", "\r\n"),
    *("theorem ", "and_swap' ", "namespace A ", "end ", "sorry ", ":= ", "«", "»", '"', "\\", "/-"),
    PROOF,
]


@given(st.lists(st.sampled_from(PARTS) | st.text()).map("".join))
def test_no_text_makes_trouble(text: str) -> None:
    proof = submitted_proof(text, AND_SWAP)
    assert proof is None or ("and_swap'" in proof and proof in text.replace("\r\n", "\n"))


@given(st.lists(st.sampled_from(sorted({*PARTS} - {"<think>", "~~~"}))).map("".join))
def test_a_proof_at_the_end_is_found_behind_any_text(text: str) -> None:
    # Unless it stands in a thought or between longer fences, it is read whatever came before.
    assume("````" not in text)
    assert submitted_proof(f"{text}\n\n{block(PROOF)}", AND_SWAP) == PROOF
