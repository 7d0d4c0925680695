"""The words of Lean code are told from its comments, strings and quoted names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lean_agent.lean.source import forbidden, needs_strict, tokens, without_header


def words(text: str) -> list[str]:
    return [token.text for token in tokens(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("theorem t.a' : α₁ ∧ b!", ["theorem", "t.a'", ":", "α₁", "∧", "b!"]),
        ("a /- x /- y -/ z -/ b", ["a", "b"]),
        ("a /-- doc -/ b -- c\nd", ["a", "b", "d"]),
        ('a "x \\" y" b', ["a", "b"]),
        ('a r"x \\" b r#"y " z"# c', ["a", "b", "c"]),
        ("a 'x' b '\\'' c' '\\u{3b1}' d", ["a", "b", "c'", "d"]),
        ("«a b».c d", ["«a b».c", "d"]),
        ("@[simp] x #eval y", ["@[", "simp", "]", "x", "#eval", "y"]),
        ("a -- b /- c\nd", ["a", "d"]),
        ('a "-- b" c', ["a", "c"]),
        ("1e5a 1.e+5a 0xfg 0b1a 1_0a", ["a", "a", "g", "a", "a"]),
        ("#a.b", ["#a", ".", "b"]),
        ("a /- open", ["a"]),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        'x s!"{y} " axiom "}"',  # an interpolated string may end elsewhere
        "f ⁻¹'\"' -- \" axiom",  # the quote belongs to the operator
        "x <-- axiom",  # `<-` and a minus
        "/--/ axiom -/",
        'open ProofWidgets.Jsx def x := <p>"</p> axiom a : False def y := <p>"</p>',
    ],
)
def test_what_only_lean_can_decide_counts_as_code(text: str) -> None:
    assert "axiom" in words(text)


plain = st.text(alphabet="abαβ₁ ∧:=()\n", max_size=12)
hidden = st.recursive(
    plain.map(lambda s: f"/- {s} axiom -/"),
    lambda inner: st.tuples(plain, inner, plain).map(lambda p: f"/- {p[0]} {p[1]} {p[2]} -/"),
    max_leaves=4,
) | st.one_of(
    plain.map(lambda s: f"-- axiom {s}".replace("\n", " ") + "\n"),
    plain.map(lambda s: f'"{s} \\" axiom -- /- \\\\"'),
    plain.map(lambda s: f'r#"{s} axiom " -/ "#'),
    st.sampled_from(["'a'", "'\\n'", "'\\''", "«axiom»", "«a -- b»", "x.axiom", "axiom'", "h'"]),
)
piece = st.one_of(
    plain.map(lambda s: (s, 0)),
    hidden.map(lambda s: (s, 0)),
    st.just(("axiom", 1)),
)


@given(st.lists(piece, max_size=12))
def test_no_nesting_hides_or_invents_a_keyword(pieces: list[tuple[str, int]]) -> None:
    text = " ".join(part for part, _ in pieces)
    assert words(text).count("axiom") == sum(count for _, count in pieces)


@given(st.lists(piece, max_size=12))
def test_every_word_stands_where_it_is_said_to_stand(pieces: list[tuple[str, int]]) -> None:
    text = " ".join(part for part, _ in pieces)
    lines = text.split("\n")
    for token in tokens(text):
        assert lines[token.line - 1].startswith(token.text, token.column)


@given(st.text(alphabet="/-\"'r#«»{}\\aé₁⁻¹ \n@[]", max_size=40))
def test_any_text_can_be_read(text: str) -> None:
    forbidden(text)


NEVER = [
    "axiom a : False",
    "unsafe def f := f",
    "prelude",
    "import Lean",
    "#exit",
    'elab "a" : term => f',
    "elab_rules : term | `(a) => f",
    "declare_simp_like_tactic a",
    "register_simp_attr a",
    "register_try?_tactic a",
    "theorem t : a := by native_decide",
    "run_cmd pure ()",
    "initialize x : Nat ← pure 1",
    "set_option debug.skipKernelTC true",
    "set_option debug.«skipKernelTC» true in",
    "set_option\n  -- the kernel\n  debug.byAsSorry true",
    '@[extern "f"] def f := 1',
    "@[simp, implemented_by g] def f := 1",
    "@[«implemented_by» g] def f := 1",
    "attribute [csimp] t",
    "attribute [local macro a] t",
    "@[inline, command_elab a] def f := 1",
    "@[builtin_term_parser] def f := 1",
    "@[tactic_parser 1000] def f := 1",
    "@[aesop safe tactic] def f := 1",
    "def x := Type 0e5axiom a : False",
    "def x := ⟪a, b⟫_ℝaxiom a : False",  # Lean may know a symbol `⟫_ℝ`
    "def x := ⟪a, b⟫_ℝset_option debug.skipKernelTC true",
    "def x := ⟪a, b⟫_ℝattribute [csimp] t",
    "def x := #ℝaxiom a : False",
    "set_option doc.verso true",
    "def «a\n/-» := 1 axiom b : False -- -/",  # Lean takes a quoted name over line ends
    "def x := @add\nunsafe def y := y",
    "deriving instance Repr, aesop\nunsafe def y := y",
]
STRICT = [
    "#eval 1",
    "#eval! 1",
    'macro "a" : term => `(1)',
    "macro_rules | `(a) => `(b)",
    'scoped syntax "a" : term',
    'local notation "a" => 1',
    'infixl:65 " + " => f',
    "prefix:max `-` => f",
    "declare_syntax_cat cat",
    "def x := 1e5macro_rules | `(a) => `(b)",
    "#eval.pure 1",
    "#guard_msgs (drop all) in end",
    "open Lean Elab Tactic",
    "@[app_unexpander f] def g := h",
    "namespace Lean.Grind",
    "theorem Lean.Grind.t : a := by simp [b]",
    "def f (g : «Lean».MVarId) := g",
    'theorem t : a := by linarith (config := {oracle := fun _ => IO.println ""})',
]


@pytest.mark.parametrize("text", NEVER)
def test_what_no_check_allows_is_found(text: str) -> None:
    finding = forbidden(f"theorem a : b := c\n{text}")
    assert finding is not None
    assert finding.line >= 2
    assert f"`{finding.word}` is not allowed" in str(finding)


@pytest.mark.parametrize("text", STRICT)
def test_what_only_the_strict_check_can_judge_is_told_apart(text: str) -> None:
    source = f"theorem a : b := c\n{text}"
    finding = needs_strict(source)
    assert forbidden(source) is None
    assert finding is not None
    assert finding.line >= 2
    assert f"`{finding.word}` is not allowed" in str(finding)


@pytest.mark.parametrize(
    "text",
    [
        "theorem axiom_of_choice : a := b",
        "-- axiom, #eval, import Lean",
        '/-- The syntax of "macro". -/ theorem t : a := b',
        "theorem t (init : Nat) (tactic : Nat) : a := List.init",
        "set_option maxRecDepth 1000 in theorem t : a := b",
        "@[simp, ext] theorem t : a := by simp [List.eval]",
        "open Foo in attribute [simp] t",
        "namespace Clean.IOU\nend Clean.IOU",
        "theorem t : a := by grind only [= Lean.Grind.toInt_fin, Lean.Omega.x]",
        "theorem t : Polynomial.eval x p = eval y q := exit",
        "theorem t : a := by simp [take_prefix, ←List.take_prefix, (h).take_prefix]",
        "theorem t : a := by simp [←eval, x.1.eval]",
        "theorem t : a := by rw [←take_prefix, ← foo_syntax]; exact ¬no_axiom",
        "theorem t : a := (h).prefix ∧ ⟨h, h⟩.notation",
        "def axiom' := 1 def my_macro := 2 def «macro» := 3 def a.syntax.b := 4",
        "@[aesop unsafe 50% apply] theorem t : a := by aesop (add unsafe b)",
        'def a := s!"{x} and {y.z}" -- no axiom',
    ],
)
def test_honest_words_are_not_found(text: str) -> None:
    assert forbidden(text) is None
    assert needs_strict(text) is None


def test_a_finding_says_where_it_is() -> None:
    finding = forbidden("/- one\n two -/ theorem t : a := b\n  axiom x : a")
    assert finding is not None
    assert (finding.word, finding.line, finding.column) == ("axiom", 3, 2)


HEADER = "import Mathlib\n\nopen Nat\n"


@pytest.mark.parametrize(
    ("code", "left"),
    [
        ("import Mathlib\n\nopen Nat\ntheorem t", "theorem t"),
        ("\nimport Mathlib\nopen Real\ntheorem t", "open Real\ntheorem t"),
        (
            "-- one\nimport Mathlib -- two\n/- three -/ open Nat",
            "-- one\n               -- two\n/- three -/ open Nat",
        ),
        ("import Mathlib\n\nopen Nat List\ntheorem t", "open Nat List\ntheorem t"),
        ("import Mathlib\n\nopen Nat in theorem t", "open Nat in theorem t"),
        ("import Mathlib.Tactic\nimport Aesop\ntheorem t", "theorem t"),
        ("import Mathlib\nimport Other\ntheorem t", "import Other\ntheorem t"),
        ("\ufeffimport Mathlib\r\n\r\nopen Nat\r\ntheorem t", "theorem t"),
        ("theorem t\nimport Mathlib", "theorem t\nimport Mathlib"),
    ],
)
def test_a_repeated_header_is_blanked_without_moving_lines(code: str, left: str) -> None:
    rest = without_header(code, HEADER)
    assert rest.strip() == left
    assert rest.count("\n") == code.count("\n")


@pytest.mark.parametrize("part", ['"\\', "«", "a.«", "#«", "'\\", 'r#"', "/-", '"{'])
def test_hostile_text_is_read_in_one_go(part: str) -> None:
    """Each of these was looked at again and again to its end, if it is that, in a naive lexer."""
    for _ in tokens(part * (200_000 // len(part))):
        pass
