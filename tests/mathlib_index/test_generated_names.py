"""Names that Lean makes of what is written: unnamed instances, `@[to_additive]`, `@[simps]`…"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mathlib_index.declaration import Declaration
from mathlib_index.extract import extract_text
from mathlib_index.extract.generated.additive_names import additive_word, split_case
from mathlib_index.extract.generated.additive_text import additive_statement
from mathlib_index.extract.generated.attributes import parse_attributes
from mathlib_index.extract.generated.terms import parse_signature, parse_term
from mathlib_index.extract.generated.values import field_values

CLASSES = """
class Mul (α : Type*) where mul : α → α → α
class Zero (α : Type*) where zero : α
class Semigroup (G : Type*) extends Mul G where
  mul_assoc : ∀ a b c : G, a * b * c = a * (b * c)
class Monoid (M : Type*) extends Semigroup M
class CommMonoid (M : Type*) extends Monoid M
class Finite (α : Type*) : Prop
structure Set (α : Type*) where mem : α → Prop
structure Box (α : Type*) where content : α
"""


def declared(source: str, preamble: str = CLASSES) -> dict[str, Declaration]:
    """The declarations of a Lean file by name."""
    found = extract_text(f"{preamble}\n{source}\n", "Mathlib/Test.lean")
    return {declaration.name: declaration for declaration in found}


def made_of(source: str, preamble: str = CLASSES) -> dict[str, Declaration]:
    """What attributes and `deriving` make in a Lean file, by name."""
    found = declared(source, preamble)
    return {name: one for name, one in found.items() if one.generated_from and one.kind != "field"}


def instance_names(source: str, preamble: str = CLASSES) -> list[str]:
    return [name for name, one in declared(source, preamble).items() if one.kind == "instance"]


# Instances without a name


@pytest.mark.parametrize(
    ("instance", "name"),
    [
        ("instance : Monoid (Box ℕ) := _", "instMonoidBoxNat"),
        ("instance [Monoid α] : Monoid (Box α) := _", "instMonoidBox"),
        ("instance [Finite α] : Monoid (Box α) := _", "instMonoidBoxOfFinite"),
        ("instance : Monoid (Box α × Box β) := _", "instMonoidProdBox"),
        ("instance (i : ι) : Monoid (Box i) := _", "instMonoidBox"),
        ("instance [∀ i, Monoid (f i)] : Monoid (∀ i, f i) := _", "instMonoidForall"),
        ("instance : Monoid (Fin (n + 1)) := _", "instMonoidFinHAddNatOfNat"),
        ("instance (priority := low) : Monoid (Box α) := _", "instMonoidBox"),
    ],
)
def test_an_instance_is_named_after_its_type_and_what_the_type_does_not_imply(
    instance: str, name: str
) -> None:
    source = f"variable {{α β ι : Type*}} {{f : ι → Type*}} {{n : ℕ}}\n{instance}"
    assert instance_names(source) == [name]


def test_a_namespace_that_is_a_declaration_is_not_said_again() -> None:
    assert instance_names("namespace Box\ninstance : Monoid (Box α) := _\nend Box") == [
        "Box.instMonoid"
    ]


def test_an_instance_that_a_type_needs_is_not_named() -> None:
    source = """
    structure Sub (M : Type*) [Monoid M] where carrier : Set M
    instance [CommMonoid M] [Finite M] : Zero (Sub M) := _
    """
    assert instance_names(source) == ["instZeroSubOfFinite"]


def test_a_set_is_coerced_to_the_type_of_its_elements() -> None:
    source = """
    structure Sub (M : Type*) where carrier : Set M
    instance : SetLike (Sub M) M := _
    instance (S : Sub M) : Monoid S := _
    instance (s : Set M) : Finite s := _
    """
    assert instance_names(source) == [
        "instSetLikeSub",
        "instMonoidSubtypeMemSub",
        "instFiniteElem",
    ]


def test_the_second_instance_of_a_name_is_numbered() -> None:
    source = "instance : Monoid (Box ℕ) := _\ninstance : Monoid (Box ℕ) := _"
    assert instance_names(source) == ["instMonoidBoxNat", "instMonoidBoxNat_1"]


def test_an_instance_of_core_types_alone_bears_the_name_of_the_library() -> None:
    assert instance_names("instance : Inhabited ℕ := _") == ["instInhabitedNat_mathlib"]


def test_deriving_makes_instances() -> None:
    source = "inductive Side | left | right\n  deriving DecidableEq"
    derived = made_of(source)["instDecidableEqSide"]
    assert (derived.kind, derived.generated_from) == ("instance", "Side")
    assert derived.signature == ": DecidableEq Side"


# `@[to_additive]`


@pytest.mark.parametrize(
    ("multiplicative", "additive"),
    [
        ("mul_comm'", "add_comm'"),
        ("one_le_inv", "nonneg_neg"),
        ("toMonoidHom", "toAddMonoidHom"),
        ("leftCancelMonoid", "addLeftCancelMonoid"),
        ("CommGroup", "AddCommGroup"),
        ("zpow_neg", "zsmul_neg"),
        ("mulIndicator_one", "indicator_zero"),
        ("smul_ne_top", "vadd_ne_top"),
    ],
)
def test_an_additive_name_is_derived_by_mathlibs_dictionary(
    multiplicative: str, additive: str
) -> None:
    assert additive_word(multiplicative) == additive


def test_an_additive_theorem_is_stated_in_additive_notation() -> None:
    source = """
    class AddCommMonoid (M : Type*)
    attribute [to_additive] CommMonoid
    @[to_additive (attr := simp) "Addition **commutes**."]
    lemma mul_comm [CommMonoid M] (a b : M) (n : ℕ) : (a * b⁻¹) ^ (n + 1) = 1 := _
    """
    additive = made_of(source)["add_comm"]
    assert additive.signature == ("[AddCommMonoid M] (a b : M) (n : ℕ) : (n + 1) • (a + -b) = 0")
    assert additive.docstring == "Addition **commutes**."
    assert (additive.kind, additive.generated_from) == ("lemma", "mul_comm")


def test_a_given_additive_name_replaces_as_many_components_as_it_has() -> None:
    source = """
    class AddMonoid (M : Type*)
    attribute [to_additive] Monoid
    @[to_additive foo] theorem Monoid.a : True := _
    @[to_additive Bar.foo] theorem Monoid.b : True := _
    @[to_additive] theorem Monoid.one_mul : True := _
    """
    assert set(made_of(source)) == {"AddMonoid.foo", "Bar.foo", "AddMonoid.zero_add"}


def test_what_exists_already_is_not_made_again() -> None:
    source = """
    theorem add_one' : True := _
    @[to_additive existing add_one'] theorem mul_one' : True := _
    theorem add_two' : True := _
    @[to_additive] theorem mul_two' : True := _
    """
    assert made_of(source) == {}


def test_to_additive_may_be_handed_on() -> None:
    source = "@[to_additive (attr := to_additive vadd_x) smul_x] theorem pow_x : True := _"
    assert set(made_of(source)) == {"smul_x", "vadd_x"}


# `@[simps]`

MAPS = """
structure Equiv (α β : Type*) where
  toFun : α → β
  invFun : β → α
  left_inv : ∀ x, invFun (toFun x) = x
initialize_simps_projections Equiv (toFun → apply, invFun → symm_apply)
structure OrderIso (α β : Type*) extends Equiv α β where
  le_iff : ∀ a b, toFun a ≤ toFun b ↔ a ≤ b
"""


def test_simps_makes_a_lemma_of_each_field_that_is_no_proof() -> None:
    source = """
    @[simps] def swap (α β : Type*) : Equiv (α × β) (β × α) where
      toFun x := (x.2, x.1)
      invFun x := (x.2, x.1)
      left_inv _ := rfl
    """
    made = made_of(source, MAPS)
    assert set(made) == {"swap_apply", "swap_symm_apply"}
    assert made["swap_apply"].signature == "(α β : Type*) : (swap α β) x = (x.2, x.1)"
    assert made["swap_apply"].kind == "theorem"


def test_simps_makes_what_it_is_asked_for() -> None:
    source = "@[simps! -fullyApplied symm_apply] def two : OrderIso ℕ ℕ := e.trans f"
    assert set(made_of(source, MAPS)) == {"two_symm_apply"}


def test_fields_of_what_a_structure_extends_count_under_their_own_names() -> None:
    source = "@[simps toFun, simps invFun] def f : OrderIso ℕ ℕ := g"
    plain = MAPS.replace("initialize_simps_projections", "-- ")
    assert set(made_of(source, plain)) == {"f_toFun", "f_invFun"}


def test_simps_goes_down_into_structures_that_are_written_out() -> None:
    source = """
    structure Pair (α β : Type*) where
      left : Box α
      right : Box β
    @[simps] def pair (b : Box ℕ) : Pair ℕ ℕ := { left := ⟨3⟩, right := b }
    """
    made = made_of(source)
    assert {name: one.signature for name, one in made.items()} == {
        "pair_left_content": "(b : Box ℕ) : ((pair b).left).content = 3",
        "pair_right": "(b : Box ℕ) : (pair b).right = b",
    }


def test_simps_on_an_unnamed_instance_drops_the_name_of_the_instance() -> None:
    assert set(made_of("@[simps] instance : Mul (Box α) where mul a b := a")) == {"mul_def"}


def test_simps_handed_on_by_to_additive_makes_lemmas_of_both() -> None:
    source = "@[to_additive (attr := simps) boxAdd] def boxMul : Box ℕ := ⟨3⟩"
    assert set(made_of(source)) == {"boxMul_content", "boxAdd", "boxAdd_content"}


# Other attributes


def test_reassoc_and_elementwise_state_an_equation_of_morphisms_further() -> None:
    made = made_of("@[reassoc (attr := elementwise)] lemma w (f : X ⟶ Y) : f ≫ g = i := _")
    assert made["w_assoc"].signature == ("(f : X ⟶ Y) {Z : _} (h : _ ⟶ Z) : f ≫ g ≫ h = i ≫ h")
    assert made["w_apply"].signature == "(f : X ⟶ Y) (x : _) : (f ≫ g) x = i x"


def test_ext_on_a_structure_says_when_two_are_equal() -> None:
    made = made_of("@[ext] structure Point (α : Type*) where\n  x : α\n  y : α\n  le : x ≤ y")
    assert made["Point.ext"].signature.endswith(
        "{x y : Point α} (x : x.x = y.x) (y : x.y = y.y) : x = y"
    )
    assert made["Point.ext_iff"].signature.endswith(": x = y ↔ x.x = y.x ∧ x.y = y.y")


def test_ext_on_a_lemma_gives_its_equivalence() -> None:
    made = made_of("@[ext] lemma Set.ext {s t : Set α} (h : ∀ x, x ∈ s ↔ x ∈ t) : s = t := _")
    assert made["Set.ext_iff"].signature == "{s t : Set α} : s = t ↔ ∀ x, x ∈ s ↔ x ∈ t"
    assert made_of("@[ext (iff := false)] lemma Set.ext (h : p) : s = t := _") == {}


def test_mk_iff_names_the_definition_of_a_proposition() -> None:
    made = made_of("@[mk_iff] structure IsFine (n : ℕ) : Prop where\n  pos : 0 < n\n  odd : Odd n")
    assert made["isFine_iff"].signature.endswith(": IsFine n ↔ 0 < n ∧ Odd n")


# Whatever the text


LEAN = st.text(
    alphabet=st.sampled_from("abXM_. ()[]{}⟨⟩,:=→↦∀∃λ·*+^⁻¹/1≃ₗ∘\"'@|fun where"), max_size=80
)


@given(LEAN)
def test_parsers_are_total(text: str) -> None:
    parse_term(text)
    parse_signature(text)
    parse_attributes(text)
    field_values(text, ("a", "b"))
    assert isinstance(additive_statement(text, lambda name: name), str)


@given(st.text(max_size=60))
def test_a_name_is_cut_without_loss(name: str) -> None:
    assert "".join(split_case(name)) == name


@given(LEAN)
def test_any_declaration_is_passed_through(text: str) -> None:
    made_of(f"@[to_additive, simps, ext] def foo {text}\ninstance {text}")
