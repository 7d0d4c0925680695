prelude
import Theory.Classical
/-!
# First-order logic: "for all" and "there exists"

How the quantifiers meet `∧`, `∨`, `→` and `¬`, and unique existence `∃! x, p x`.
-/
universe u v
section
variable {α : Sort u} {β : Sort v} {p q : α → Prop} {b : Prop}

/-! ## Congruence and monotonicity -/

/-- If `p x` implies `q x` for all `x`, then `p` everywhere implies `q` everywhere. -/
theorem forall_imp (h : ∀ x, p x → q x) (f : ∀ x, p x) (x : α) : q x := h x (f x)

/-- If `p x` implies `q x` for all `x`, then an example of `p` is an example of `q`. -/
theorem Exists.imp (h : ∀ x, p x → q x) (e : ∃ x, p x) : ∃ x, q x := e.elim fun x hx => ⟨x, h x hx⟩

/-- Universal statements about equivalent properties are equivalent. -/
theorem forall_congr' (h : ∀ x, p x ↔ q x) : (∀ x, p x) ↔ ∀ x, q x :=
  ⟨fun f x => (h x).1 (f x), fun f x => (h x).2 (f x)⟩

/-- Existence statements about equivalent properties are equivalent. -/
theorem exists_congr (h : ∀ x, p x ↔ q x) : (∃ x, p x) ↔ ∃ x, q x :=
  ⟨Exists.imp fun x => (h x).1, Exists.imp fun x => (h x).2⟩

/-! ## Exchanging quantifiers -/

/-- Two universal quantifiers may be exchanged. -/
theorem forall_comm {r : α → β → Prop} : (∀ x y, r x y) ↔ ∀ y x, r x y :=
  ⟨fun h y x => h x y, fun h x y => h y x⟩

/-- Two existential quantifiers may be exchanged. -/
theorem exists_comm {r : α → β → Prop} : (∃ x y, r x y) ↔ ∃ y x, r x y :=
  ⟨fun ⟨x, y, h⟩ => ⟨y, x, h⟩, fun ⟨y, x, h⟩ => ⟨x, y, h⟩⟩

/-- If one `x` works for all `y`, then every `y` has some `x`: exists-forall gives forall-exists. -/
theorem forall_exists_of_exists_forall {r : α → β → Prop} (h : ∃ x, ∀ y, r x y) (y : β) :
    ∃ x, r x y := h.imp fun _ hx => hx y

/-- Skolem form: every `x` has a `y` in relation to it exactly when some function chooses such a
`y`. -/
theorem Classical.skolem {r : α → β → Prop} : (∀ x, ∃ y, r x y) ↔ ∃ f : α → β, ∀ x, r x (f x) :=
  ⟨Classical.axiomOfChoice, fun ⟨f, h⟩ x => ⟨f x, h x⟩⟩

/-! ## Negations of quantified statements -/

/-- There is no `x` with a property exactly when every `x` fails to have it. -/
@[simp] theorem not_exists : ¬(∃ x, p x) ↔ ∀ x, ¬p x :=
  ⟨fun h x hx => h ⟨x, hx⟩, fun h ⟨x, hx⟩ => h x hx⟩

/-- A universal statement fails exactly when there is a counterexample. -/
@[simp] theorem not_forall : ¬(∀ x, p x) ↔ ∃ x, ¬p x := Classical.not_forall

/-- A counterexample refutes a universal statement. -/
theorem not_forall_of_exists_not (h : ∃ x, ¬p x) : ¬∀ x, p x := fun f => h.elim fun x hx => hx (f x)

/-- No counterexample: not every `x` fails exactly when some `x` succeeds. -/
theorem not_forall_not : ¬(∀ x, ¬p x) ↔ ∃ x, p x :=
  ⟨fun h => of_not_not fun hn => h (not_exists.1 hn), fun ⟨x, hx⟩ h => h x hx⟩

/-- There is no counterexample exactly when the property holds everywhere. -/
theorem not_exists_not : ¬(∃ x, ¬p x) ↔ ∀ x, p x :=
  not_exists.trans (forall_congr' fun _ => Classical.not_not)

/-! ## Conjunction and disjunction -/

/-- "For all" distributes over "and". -/
theorem forall_and : (∀ x, p x ∧ q x) ↔ (∀ x, p x) ∧ ∀ x, q x :=
  ⟨fun h => ⟨fun x => (h x).1, fun x => (h x).2⟩, fun h x => ⟨h.1 x, h.2 x⟩⟩

/-- "There exists" distributes over "or". -/
theorem exists_or : (∃ x, p x ∨ q x) ↔ (∃ x, p x) ∨ ∃ x, q x :=
  ⟨fun ⟨x, h⟩ => h.imp (⟨x, ·⟩) (⟨x, ·⟩), fun h => h.elim (Exists.imp fun _ => .inl)
    (Exists.imp fun _ => .inr)⟩

/-- An example of a conjunction of properties is an example of each of them. -/
theorem exists_and_of_exists (h : ∃ x, p x ∧ q x) : (∃ x, p x) ∧ ∃ x, q x :=
  ⟨h.imp fun _ => And.left, h.imp fun _ => And.right⟩

/-- If one of two properties holds everywhere, then everywhere one of them holds. -/
theorem forall_or_of_or_forall (h : (∀ x, p x) ∨ ∀ x, q x) (x : α) : p x ∨ q x :=
  h.imp (· x) (· x)

/-- A left conjunct that does not depend on `x` moves out of an existence statement. -/
theorem exists_and_left : (∃ x, b ∧ p x) ↔ b ∧ ∃ x, p x :=
  ⟨fun ⟨x, hb, h⟩ => ⟨hb, x, h⟩, fun ⟨hb, x, h⟩ => ⟨x, hb, h⟩⟩

/-- A right conjunct that does not depend on `x` moves out of an existence statement. -/
theorem exists_and_right : (∃ x, p x ∧ b) ↔ (∃ x, p x) ∧ b :=
  ⟨fun ⟨x, h, hb⟩ => ⟨⟨x, h⟩, hb⟩, fun ⟨⟨x, h⟩, hb⟩ => ⟨x, h, hb⟩⟩

/-- A left disjunct that does not depend on `x` moves out of a universal statement. -/
theorem forall_or_left : (∀ x, b ∨ p x) ↔ b ∨ ∀ x, p x := by
  constructor
  · intro h
    rcases em b with hb | hb
    · exact .inl hb
    · exact .inr fun x => (h x).resolve_left hb
  · exact fun h x => h.imp_right (· x)

/-- A right disjunct that does not depend on `x` moves out of a universal statement. -/
theorem forall_or_right : (∀ x, p x ∨ b) ↔ (∀ x, p x) ∨ b :=
  (forall_congr' fun _ => or_comm).trans (forall_or_left.trans or_comm)

/-! ## Implication -/

/-- An existence statement implies `b` exactly when every witness does. -/
@[simp] theorem exists_imp : ((∃ x, p x) → b) ↔ ∀ x, p x → b :=
  ⟨fun h x hx => h ⟨x, hx⟩, fun h ⟨x, hx⟩ => h x hx⟩

/-- A premise that does not depend on `x` moves out of a universal statement. -/
theorem imp_forall_iff : (b → ∀ x, p x) ↔ ∀ x, b → p x :=
  ⟨fun h x hb => h hb x, fun h hb x => h x hb⟩

/-- A premise that does not depend on `x` moves out of an existence statement, in a nonempty
type. -/
theorem exists_imp_left [i : Nonempty α] : (∃ x, b → p x) ↔ (b → ∃ x, p x) := by
  constructor
  · exact fun ⟨x, h⟩ hb => ⟨x, h hb⟩
  · intro h
    rcases em b with hb | hb
    · exact (h hb).imp fun _ hx _ => hx
    · exact match i with | ⟨x⟩ => ⟨x, fun y => (hb y).elim⟩

/-! ## Quantifiers over equal, or over no elements -/

/-- For all `x` equal to `a` or with the property `p`: treat `a` and the rest separately. -/
theorem forall_eq_or_imp {a : α} : (∀ x, x = a ∨ p x → q x) ↔ q a ∧ ∀ x, p x → q x :=
  ⟨fun h => ⟨h a (.inl rfl), fun x hx => h x (.inr hx)⟩,
    fun h x o => o.elim (fun e => e ▸ h.1) (h.2 x)⟩

/-- Some `x` equal to `a` or with the property `p` has `q`: either `a` has, or one of the rest. -/
theorem exists_eq_or_imp {a : α} : (∃ x, (x = a ∨ p x) ∧ q x) ↔ q a ∨ ∃ x, p x ∧ q x := by
  constructor
  · rintro ⟨x, e | hx, h⟩
    · exact .inl (e ▸ h)
    · exact .inr ⟨x, hx, h⟩
  · rintro (h | ⟨x, hx, h⟩)
    · exact ⟨a, .inl rfl, h⟩
    · exact ⟨x, .inr hx, h⟩

/-- A type has an element exactly when something trivial exists in it. -/
theorem exists_true_iff_nonempty : (∃ _ : α, True) ↔ Nonempty α :=
  ⟨fun ⟨x, _⟩ => ⟨x⟩, fun ⟨x⟩ => ⟨x, trivial⟩⟩

/-- A type is not nonempty exactly when it has no elements at all. -/
theorem not_nonempty_iff_imp_false : ¬Nonempty α ↔ (α → False) :=
  ⟨fun h x => h ⟨x⟩, fun h ⟨x⟩ => h x⟩

/-- A type with an example of a property is nonempty. -/
theorem Exists.nonempty (h : ∃ x, p x) : Nonempty α := h.elim fun x _ => ⟨x⟩

/-- In a nonempty type, what holds for all holds for some. -/
theorem exists_of_forall [i : Nonempty α] (h : ∀ x, p x) : ∃ x, p x :=
  match i with | ⟨x⟩ => ⟨x, h x⟩
end

/-! ## Unique existence -/

/-- Unique existence: exactly one `x` has the property `p`; written `∃! x, p x`. -/
def ExistsUnique {α : Sort u} (p : α → Prop) : Prop := ∃ x, p x ∧ ∀ y, p y → y = x

open Lean in
/-- `∃! x, p x`: there is exactly one `x` with the property `p x`. -/
macro (name := existsUnique) "∃!" xs:explicitBinders ", " body:term : term =>
  Functor.map (fun stx => ⟨stx⟩) (expandExplicitBinders ``ExistsUnique xs body)

open Lean in
/-- Show `ExistsUnique fun x => p x` as `∃! x, p x`. -/
@[app_unexpander ExistsUnique] def unexpandExistsUnique : PrettyPrinter.Unexpander
  | `($_ fun $x:ident => $body) => `(∃! $x:ident, $body)
  | _ => throw ()

section
variable {α : Sort u} {p q : α → Prop}

/-- A witness with the property that equals every other such element shows unique existence. -/
theorem ExistsUnique.intro (w : α) (h : p w) (unique : ∀ y, p y → y = w) : ∃! x, p x :=
  ⟨w, h, unique⟩

/-- Unique existence implies existence. -/
theorem ExistsUnique.exists (h : ∃! x, p x) : ∃ x, p x := h.imp fun _ => And.left

/-- Two elements with a property that only one element has are equal. -/
theorem ExistsUnique.unique (h : ∃! x, p x) {a b : α} (ha : p a) (hb : p b) : a = b :=
  match h with
  | ⟨_, _, u⟩ => (u a ha).trans (u b hb).symm

/-- Existence together with uniqueness is unique existence. -/
theorem existsUnique_of_exists_of_unique (h : ∃ x, p x) (u : ∀ x y, p x → p y → x = y) :
    ∃! x, p x := h.elim fun x hx => ⟨x, hx, fun y hy => u y x hy hx⟩

/-- Exactly one element has a property iff some element has and any two that have are equal. -/
theorem existsUnique_iff_exists_and_unique :
    (∃! x, p x) ↔ (∃ x, p x) ∧ ∀ x y, p x → p y → x = y :=
  ⟨fun h => ⟨h.exists, fun _ _ => h.unique⟩, fun h => existsUnique_of_exists_of_unique h.1 h.2⟩

/-- Unique existence statements about equivalent properties are equivalent. -/
theorem existsUnique_congr (h : ∀ x, p x ↔ q x) : (∃! x, p x) ↔ ∃! x, q x :=
  exists_congr fun x => and_congr (h x) (forall_congr' fun y => imp_congr (h y) Iff.rfl)

/-- There is exactly one element that equals a given one. -/
theorem existsUnique_eq (a : α) : ∃! x, x = a := ⟨a, rfl, fun _ h => h⟩
end
