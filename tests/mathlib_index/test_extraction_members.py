"""Fields, constructors, aliases, bodies, and marks such as deprecated and private."""

from __future__ import annotations

import pytest
from reading import read

STRUCTURE = """
    /-- A hom. -/
    @[ext]
    structure Hom (A B : Type) extends Map A B, toRel : Rel.{u} A B, α ≃ B where
      /-- How to make one. -/
      protected make ::
      /-- The map. -/
      toFun : A → B
      /-- It keeps sums. -/
      map_add' (x y : A) :
        toFun (x + y) =
          toFun x + toFun y
      refl' x y : x = y → y = x
      (a b : A := default)
      (c : A) {d : B}
      [inst : Group A]
      protected one_le : 1 ≤ a := by simp
      toOld := f
      private secret : A
      deriving Repr, Inhabited

    theorem Hom.after : True := trivial
"""


def test_fields_are_declarations_with_signature_docstring_and_line() -> None:
    found = read(STRUCTURE)
    field = found["Hom.map_add'"]
    assert (field.kind, field.docstring, field.line) == ("field", "It keeps sums.", 10)
    assert field.signature == "(x y : A) : toFun (x + y) = toFun x + toFun y"
    assert {name: item.signature for name, item in found.items() if item.kind == "field"} == {
        "Hom.toMap": ": Map A B",
        "Hom.toRel": ": Rel.{u} A B",
        "Hom.toFun": ": A → B",
        "Hom.map_add'": field.signature,
        "Hom.refl'": "x y : x = y → y = x",
        "Hom.a": ": A",
        "Hom.b": ": A",
        "Hom.c": ": A",
        "Hom.d": ": B",
        "Hom.inst": ": Group A",
        "Hom.one_le": ": 1 ≤ a",
        "Hom.secret": ": A",
    }
    assert found["Hom.secret"].private
    assert found["Hom.toMap"].generated_from == "Hom"
    assert "Hom.after" in found


def test_only_a_constructor_that_the_source_names_is_one() -> None:
    make = read(STRUCTURE)["Hom.make"]
    assert (make.kind, make.docstring) == ("constructor", "How to make one.")
    assert make.signature.startswith("(toFun : A → B) (map_add' (x y : A) : toFun (x + y)")
    assert set(read("structure S where\n  x : Nat")) == {"S", "S.x"}


def test_old_and_short_ways_to_write_a_structure() -> None:
    assert set(read("structure S := (x y : Nat) (z : x = y)")) == {"S", "S.x", "S.y", "S.z"}
    assert set(read("class C (α : Type) where x : α")) == {"C", "C.x"}
    assert set(read("class abbrev C (α : Type) := A α, B α")) == {"C"}
    assert set(read("structure S extends A\n\ndef d := 1")) == {"S", "S.toA", "d"}


@pytest.mark.parametrize(
    ("source", "body"),
    [
        ("def x : Nat := 1 +\n    2 -- three", "1 + 2"),
        ('abbrev x := "a  b"', '"a b"'),
        ("instance x : Add N where\n  add := plus\n  zero := 0", "add := plus zero := 0"),
        ("def x : N → N\n  | 0 => 1\n  | n + 1 => n\ntermination_by n", "| 0 => 1 | n + 1 => n"),
        ("def x : N := y\n  deriving Add", "y"),
        ("theorem x : True := trivial", ""),
        (
            "structure x extends A B, C where\n  y : N\n  z : y = y",
            "extends A B, C; y : N; z : y = y",
        ),
        ("class abbrev x := A, B", "A, B"),
        ("inductive x\n  | one\n  | two (n : N) : x", "one | two"),
        ("structure x where", ""),
    ],
)
def test_a_body_says_what_a_definition_stands_for(source: str, body: str) -> None:
    assert read(source)["x"].body == body


def test_a_long_body_is_cut() -> None:
    body = read(f"def x := {'a + ' * 1000}")["x"].body
    assert len(body) <= 402
    assert body.endswith("…")


def test_an_alias_has_the_statement_of_what_it_stands_for() -> None:
    found = read("""
        namespace A
        /-- Every one. -/
        theorem every (n : N) : P n := sorry
        /-- All. -/
        alias all := every
        alias everything := A.all
        def two := 1 + 1
        protected alias zwei := two
        end A
        open A in
        alias one := every
        alias unknown := Core.lemma
    """)
    assert (found["A.all"].docstring, found["A.all"].kind) == ("All.", "theorem")
    assert found["A.all"].signature == "(n : N) : P n"
    assert found["A.all"].generated_from == "A.every"
    assert (found["A.everything"].signature, found["A.everything"].generated_from) == (
        "(n : N) : P n",
        "A.all",
    )
    assert (found["A.zwei"].kind, found["A.zwei"].body) == ("def", "1 + 1")
    assert found["one"].generated_from == "A.every"
    assert (found["unknown"].signature, found["unknown"].generated_from) == ("", "Core.lemma")


def test_an_alias_of_an_equivalence_has_one_direction() -> None:
    found = read("""
        variable (x : N)
        theorem P.iff (h : x = 0) : P x ↔ (Q x ↔ R) := sorry
        alias ⟨P.mp, _root_.N.back⟩ := P.iff
        alias ⟨_, only⟩ := P.iff
    """)
    assert found["P.mp"].signature == "(x : N) (h : x = 0) : P x → (Q x ↔ R)"
    assert found["N.back"].signature == "(x : N) (h : x = 0) : (Q x ↔ R) → P x"
    assert found["only"].generated_from == "P.iff"
    assert "_" not in found


def test_aliases_of_each_other_end_nowhere() -> None:
    assert read("alias a := b\nalias b := a\nalias c := c")["a"].signature == ""


def test_deprecated_is_marked_however_it_is_said() -> None:
    found = read("""
        @[deprecated new (since := "2025-01-01")] theorem old : P := sorry
        @[deprecated (since := "2025-01-01")]
        alias older := new
        @[simp, deprecated] def oldest := 1
        theorem later : P := sorry
        attribute [deprecated new] later
        @[doc "deprecated"] theorem new : P := sorry
    """)
    assert {name for name, item in found.items() if item.deprecated} == {
        "old",
        "older",
        "oldest",
        "later",
    }


def test_private_is_marked_and_so_is_what_a_module_does_not_export() -> None:
    found = read("private theorem a : P := p\nprivate inductive B | c\ntheorem d : P := p")
    assert {name for name, item in found.items() if item.private} == {"a", "B", "B.c"}
    found = read("""
        module
        public import Foo
        theorem inside : P := p
        public theorem shown : P := p
        @[expose] public section
        namespace N
        theorem open_to_all : P := p
        private def helper := 1
        end N
        end
        theorem again_inside : P := p
    """)
    assert {name for name, item in found.items() if item.private} == {
        "inside",
        "N.helper",
        "again_inside",
    }


def test_a_docstring_may_be_added_later() -> None:
    found = read("""
        namespace N
        structure S extends T
        /-- The parent. -/
        add_decl_doc S.toT
        end N
    """)
    assert found["N.S.toT"].docstring == "The parent."
