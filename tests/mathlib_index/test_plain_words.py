"""Names, notation and LaTeX read as English, so that a query in one meets the others."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mathlib_index import Declaration
from mathlib_index.gloss import (
    document_tokens,
    explicit_part,
    gloss_name,
    labels,
    passages,
    plain_words,
    tokens,
    vocabulary,
)


def reading(text: str) -> str:
    return " ".join(plain_words(text))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("mul_comm", "multiplication commutative"),
        ("Nat.le_of_lt", "natural number less or equal of less than"),
        ("iSup_iInf_le_iInf_iSup", "supremum infimum less or equal infimum supremum"),
        ("IsCompact.image", "is compact image"),
        ("⨆ i, ⨅ j, f i j", "supremum i infimum j f i j"),
        (r"$\sup_i \inf_j f(i, j)$", "supremum i infimum j f i j"),
        (r"$K \subseteq \mathbb{R}$", "k subset real number"),
        ("ℝ≥0∞", "extended nonnegative real number"),
        ("f ⁻¹' s", "f preimage s"),
    ],
)
def test_names_notation_and_latex_have_an_english_reading(text: str, words: str) -> None:
    assert reading(text) == words


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("multiplication commutes", "mul_comm"),
        ("the sup of infs", "iSup_iInf"),
        ("$a \\mid b$ and $b \\mid c$", "dvd_trans dvd"),
        ("neighborhoods", "nhds"),
        ("injectivity", "Function.Injective"),
    ],
)
def test_a_query_shares_stems_with_the_name_it_is_about(query: str, name: str) -> None:
    assert set(tokens(query)) & set(tokens(name))


def test_every_latex_command_reads_as_words_or_as_a_known_symbol() -> None:
    tables = vocabulary()
    for command, symbol in tables.latex.items():
        if symbol and not symbol.replace(" ", "").isalpha():
            assert symbol in tables.symbols or symbol in "⇒·", command


def test_the_passage_leaves_unsaid_binders_out_and_says_what_a_definition_stands_for() -> None:
    declaration = Declaration(
        name="Submonoid.center",
        kind="def",
        docstring="Elements that commute\nwith all others.",
        signature="(M : Type*) [Mul M] : Set M",
        body="{z | ∀ m, m * z = z * m}",
        module="Center",
        file="Center.lean",
        line=3,
        context="Centers",
    )
    (text,) = passages(declaration)
    assert text.splitlines() == [
        "Submonoid center",
        "Elements that commute with all others.",
        "(M : Type*) : Set M",
        "{z | ∀ m, m * z = z * m}",
        "Centers",
    ]
    assert passages(declaration, "What commutes with everything.") == [
        text,
        "What commutes with everything.",
    ]
    assert "everyth" in document_tokens(declaration, "What commutes with everything.")


def test_a_name_is_split_at_dots_underscores_and_capitals() -> None:
    assert gloss_name("Nat.le_of_lt") == "Nat le of lt"
    assert gloss_name("IsCompact") == "Is Compact"


@settings(deadline=None)
@given(st.text())
def test_any_text_has_a_reading(text: str) -> None:
    assert all(plain_words(text))
    assert all(token == token.lower() for token in tokens(text))


@settings(deadline=None)
@given(st.text(alphabet="({[⦃)}]⦄ :a→"))
def test_any_signature_has_an_explicit_part_made_of_its_own_text(signature: str) -> None:
    part = explicit_part(signature)
    assert len(part) <= len(signature) + 1
    assert set(part) <= set(signature) | {" "}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("one-to-one", "injective"),
        ("p-adic", "p adic"),
        ("Lagrange's theorem", "lagrange theorem"),
        ("p if and only if q", "p equivalent q"),
        ("p <-> q", "p equivalent q"),
        (r"p /\ q", "p conjunction q"),
        ("a -> b", "a → b"),
        ("n - m", "n subtraction m"),
    ],
)
def test_turns_of_phrase_and_ascii_notation_have_a_reading(text: str, words: str) -> None:
    assert reading(text) == words


def test_a_title_in_bold_is_a_name_too() -> None:
    declaration = Declaration(
        name="exists_primary",
        kind="theorem",
        docstring="**Lasker's theorem**: ideals have primary decompositions.",
        signature=": True",
        module="Named",
        file="Named.lean",
        line=1,
    )
    assert labels(declaration) == [tokens("exists primary"), tokens("Lasker's theorem")]
