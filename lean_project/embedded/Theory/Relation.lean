prelude
import Core
/-!
# Relations

Properties of a binary relation `r : α → α → Prop`: reflexive, symmetric, transitive and the like,
equivalences and orders.
-/
universe u v w
variable {α : Type u} {β : Type v} {r s : α → α → Prop}

/-- A relation is reflexive when every element is related to itself. -/
def Reflexive (r : α → α → Prop) : Prop := ∀ x, r x x

/-- A relation is symmetric when it can be turned around: `r x y` implies `r y x`. -/
def Symmetric (r : α → α → Prop) : Prop := ∀ ⦃x y⦄, r x y → r y x

/-- A relation is transitive when two steps can be chained: `r x y` and `r y z` imply `r x z`. -/
def Transitive (r : α → α → Prop) : Prop := ∀ ⦃x y z⦄, r x y → r y z → r x z

/-- A relation is antisymmetric when only equal elements are related both ways. -/
def AntiSymmetric (r : α → α → Prop) : Prop := ∀ ⦃x y⦄, r x y → r y x → x = y

/-- A relation is irreflexive when no element is related to itself. -/
def Irreflexive (r : α → α → Prop) : Prop := ∀ x, ¬r x x

/-- A relation is asymmetric when it never holds in both directions. -/
def Asymmetric (r : α → α → Prop) : Prop := ∀ ⦃x y⦄, r x y → ¬r y x

/-- A relation is total when any two elements are related in one direction or the other. -/
def Total (r : α → α → Prop) : Prop := ∀ x y, r x y ∨ r y x

/-- A relation is Euclidean when two elements that one element points to are related. -/
def Euclidean (r : α → α → Prop) : Prop := ∀ ⦃x y z⦄, r x y → r x z → r y z

/-- A preorder is a reflexive and transitive relation. -/
structure IsPreorder (r : α → α → Prop) : Prop where
  /-- A preorder is reflexive. -/
  refl : Reflexive r
  /-- A preorder is transitive. -/
  trans : Transitive r

/-- A partial order is a reflexive, transitive and antisymmetric relation. -/
structure IsPartialOrder (r : α → α → Prop) : Prop where
  /-- A partial order is reflexive. -/
  refl : Reflexive r
  /-- A partial order is transitive. -/
  trans : Transitive r
  /-- A partial order is antisymmetric. -/
  antisymm : AntiSymmetric r

/-- A strict order is an irreflexive and transitive relation. -/
structure IsStrictOrder (r : α → α → Prop) : Prop where
  /-- A strict order is irreflexive. -/
  irrefl : Irreflexive r
  /-- A strict order is transitive. -/
  trans : Transitive r

/-- A relation is an equivalence when it is reflexive, symmetric and transitive. -/
structure Equivalence (r : α → α → Prop) : Prop where
  /-- An equivalence relation is reflexive. -/
  refl : Reflexive r
  /-- An equivalence relation is symmetric. -/
  symm : Symmetric r
  /-- An equivalence relation is transitive. -/
  trans : Transitive r

/-! ## How the properties depend on each other -/

/-- For a symmetric relation, `x` is related to `y` exactly when `y` is related to `x`. -/
theorem Symmetric.iff (h : Symmetric r) (x y : α) : r x y ↔ r y x := ⟨fun p => h p, fun p => h p⟩

/-- An asymmetric relation is irreflexive. -/
theorem Asymmetric.irreflexive (h : Asymmetric r) : Irreflexive r := fun _ p => h p p

/-- An asymmetric relation is antisymmetric. -/
theorem Asymmetric.antiSymmetric (h : Asymmetric r) : AntiSymmetric r :=
  fun _ _ p q => absurd q (h p)

/-- An irreflexive and transitive relation is asymmetric. -/
theorem Irreflexive.asymmetric_of_transitive (h : Irreflexive r) (t : Transitive r) :
    Asymmetric r := fun x _ p q => h x (t p q)

/-- Elements related by an irreflexive relation are different. -/
theorem Irreflexive.ne (h : Irreflexive r) {x y : α} (p : r x y) : x ≠ y := by
  intro e
  subst e
  exact h x p

/-- A total relation is reflexive. -/
theorem Total.reflexive (h : Total r) : Reflexive r := fun x => (h x x).elim id id

/-- In a total relation, if `x` is not related to `y`, then `y` is related to `x`. -/
theorem Total.of_not (h : Total r) {x y : α} (n : ¬r x y) : r y x :=
  (h x y).elim (fun p => absurd p n) id

/-- A symmetric and transitive relation is Euclidean. -/
theorem Symmetric.euclidean_of_transitive (h : Symmetric r) (t : Transitive r) : Euclidean r :=
  fun _ _ _ p q => t (h p) q

/-- A reflexive and Euclidean relation is symmetric. -/
theorem Euclidean.symmetric_of_reflexive (h : Euclidean r) (re : Reflexive r) : Symmetric r :=
  fun x _ p => h p (re x)

/-- A reflexive and Euclidean relation is transitive. -/
theorem Euclidean.transitive_of_reflexive (h : Euclidean r) (re : Reflexive r) : Transitive r :=
  fun _ _ _ p q => h (h.symmetric_of_reflexive re p) q

/-- In a symmetric and transitive relation, an element that is related to something is related to
itself. -/
theorem Symmetric.refl_of_transitive (h : Symmetric r) (t : Transitive r) {x y : α} (p : r x y) :
    r x x := t p (h p)

/-! ## Equality, orders, equivalences -/

/-- Equality is an equivalence relation. -/
theorem eq_equivalence : Equivalence (@Eq α) :=
  ⟨fun _ => rfl, fun _ _ h => h.symm, fun _ _ _ h k => h.trans k⟩

/-- Logical equivalence `↔` is an equivalence relation on propositions. -/
theorem iff_equivalence : Equivalence Iff :=
  ⟨Iff.refl, fun _ _ h => h.symm, fun _ _ _ h k => h.trans k⟩

/-- Being different is a symmetric relation. -/
theorem ne_symmetric : Symmetric (@Ne α) := fun _ _ h => h.symm

/-- The relation `≤` on the natural numbers is reflexive. -/
theorem Nat.le_reflexive : Reflexive (α := Nat) (· ≤ ·) := Nat.le_refl

/-- The relation `≤` on the natural numbers is transitive. -/
theorem Nat.le_transitive : Transitive (α := Nat) (· ≤ ·) := fun _ _ _ h k => Nat.le_trans h k

/-- The relation `<` on the natural numbers is irreflexive. -/
theorem Nat.lt_irreflexive : Irreflexive (α := Nat) (· < ·) := Nat.lt_irrefl

/-- An equivalence relation is a preorder. -/
theorem Equivalence.isPreorder (h : Equivalence r) : IsPreorder r := ⟨h.refl, h.trans⟩

/-- A preorder that is symmetric is an equivalence relation. -/
theorem IsPreorder.equivalence (h : IsPreorder r) (sy : Symmetric r) : Equivalence r :=
  ⟨h.refl, sy, h.trans⟩

/-- A partial order is a preorder. -/
theorem IsPartialOrder.isPreorder (h : IsPartialOrder r) : IsPreorder r := ⟨h.refl, h.trans⟩

/-- A strict order is asymmetric. -/
theorem IsStrictOrder.asymmetric (h : IsStrictOrder r) : Asymmetric r :=
  h.irrefl.asymmetric_of_transitive h.trans

/-- The strict part of a partial order, "related and different", is a strict order. -/
theorem IsPartialOrder.strict (h : IsPartialOrder r) : IsStrictOrder fun x y => r x y ∧ x ≠ y := by
  constructor
  · intro x p
    exact p.2 rfl
  · intro x y z p q
    refine ⟨h.trans p.1 q.1, fun e => ?_⟩
    subst e
    exact p.2 (h.antisymm p.1 q.1)

/-- A strict order together with equality is a partial order. -/
theorem IsStrictOrder.isPartialOrder (h : IsStrictOrder r) :
    IsPartialOrder fun x y => r x y ∨ x = y := by
  constructor
  · intro x
    exact .inr rfl
  · intro x y z p q
    rcases p with p | rfl
    · rcases q with q | rfl
      · exact .inl (h.trans p q)
      · exact .inl p
    · exact q
  · intro x y p q
    rcases p with p | e
    · rcases q with q | e
      · exact absurd q (h.asymmetric p)
      · exact e.symm
    · exact e

/-- In a preorder, "related in both directions" is an equivalence relation. -/
theorem IsPreorder.both_equivalence (h : IsPreorder r) :
    Equivalence fun x y => r x y ∧ r y x :=
  ⟨fun x => ⟨h.refl x, h.refl x⟩, fun _ _ p => ⟨p.2, p.1⟩,
    fun _ _ _ p q => ⟨h.trans p.1 q.1, h.trans q.2 p.2⟩⟩

/-- In an equivalence relation, related elements are related to the same elements. -/
theorem Equivalence.iff_of_rel (h : Equivalence r) {x y : α} (p : r x y) (z : α) :
    r x z ↔ r y z := ⟨fun q => h.trans (h.symm p) q, fun q => h.trans p q⟩

/-! ## Restrictions and pulling back along a function -/

/-- The inverse image (pullback) of a relation along a function: relate `a` and `b` when `f a` and
`f b` are. -/
def Relation.pullback (r : β → β → Prop) (f : α → β) : α → α → Prop := fun a b => r (f a) (f b)

/-- The inverse image of a reflexive relation along a function is reflexive. -/
theorem Relation.pullback_reflexive {r : β → β → Prop} (f : α → β) (h : Reflexive r) :
    Reflexive (Relation.pullback r f) := fun x => h (f x)

/-- The inverse image of a symmetric relation along a function is symmetric. -/
theorem Relation.pullback_symmetric {r : β → β → Prop} (f : α → β) (h : Symmetric r) :
    Symmetric (Relation.pullback r f) := fun _ _ p => h p

/-- The inverse image of a transitive relation along a function is transitive. -/
theorem Relation.pullback_transitive {r : β → β → Prop} (f : α → β) (h : Transitive r) :
    Transitive (Relation.pullback r f) := fun _ _ _ p q => h p q

/-- The inverse image of an irreflexive relation along a function is irreflexive. -/
theorem Relation.pullback_irreflexive {r : β → β → Prop} (f : α → β) (h : Irreflexive r) :
    Irreflexive (Relation.pullback r f) := fun x => h (f x)

/-- The inverse image of an equivalence relation is an equivalence relation. -/
theorem Relation.pullback_equivalence {r : β → β → Prop} (f : α → β) (h : Equivalence r) :
    Equivalence (Relation.pullback r f) :=
  ⟨Relation.pullback_reflexive f h.refl, Relation.pullback_symmetric f h.symm,
    Relation.pullback_transitive f h.trans⟩

/-- Having the same value under a function (its kernel) is an equivalence relation. -/
theorem Relation.pullback_eq_equivalence (f : α → β) : Equivalence (Relation.pullback Eq f) :=
  Relation.pullback_equivalence f eq_equivalence

/-- The conjunction of two equivalence relations is an equivalence relation. -/
theorem Equivalence.and (h : Equivalence r) (k : Equivalence s) :
    Equivalence fun x y => r x y ∧ s x y :=
  ⟨fun x => ⟨h.refl x, k.refl x⟩, fun _ _ p => ⟨h.symm p.1, k.symm p.2⟩,
    fun _ _ _ p q => ⟨h.trans p.1 q.1, k.trans p.2 q.2⟩⟩
