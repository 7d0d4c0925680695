prelude
import Core
/-!
# Sets as predicates

A set of elements of `α` is the property of being in it. Union, intersection, difference,
complement and their laws.
-/
universe u v
variable {α : Type u}

/-- The type of sets of elements of `α`: a set is the property of being a member. -/
def Set (α : Type u) := α → Prop

/-- The set of all `x` that have the property `p`; written `{x | p x}`. -/
def setOf (p : α → Prop) : Set α := p

notation "{" x " | " p "}" => setOf fun x => p

namespace Set

instance : Membership α (Set α) := ⟨fun s a => s a⟩
instance : HasSubset (Set α) := ⟨fun s t => ∀ ⦃a⦄, a ∈ s → a ∈ t⟩
instance : Union (Set α) := ⟨fun s t => {a | a ∈ s ∨ a ∈ t}⟩
instance : Inter (Set α) := ⟨fun s t => {a | a ∈ s ∧ a ∈ t}⟩
instance : SDiff (Set α) := ⟨fun s t => {a | a ∈ s ∧ ¬a ∈ t}⟩
instance : EmptyCollection (Set α) := ⟨{_a | False}⟩
instance : Singleton α (Set α) := ⟨fun b => {a | a = b}⟩
instance : Insert α (Set α) := ⟨fun b s => {a | a = b ∨ a ∈ s}⟩

/-- The universal set: every element is a member. -/
def univ : Set α := {_a | True}

/-- The complement of a set, written `sᶜ`: the elements that are not in it. -/
def compl (s : Set α) : Set α := {a | ¬a ∈ s}

postfix:max "ᶜ" => compl

/-- A set is nonempty when it has a member. -/
protected def Nonempty (s : Set α) : Prop := ∃ a, a ∈ s

/-- Two sets are disjoint when they have no common member. -/
def Disjoint (s t : Set α) : Prop := ∀ ⦃a⦄, a ∈ s → ¬a ∈ t

variable {s t r : Set α} {a b : α}

/-! ## Membership -/

/-- Set extensionality: sets with the same members are equal. -/
@[ext] theorem ext (h : ∀ x, x ∈ s ↔ x ∈ t) : s = t := funext fun x => propext (h x)

/-- An element is in `{x | p x}` exactly when it has the property `p`. -/
@[simp] theorem mem_setOf_eq {p : α → Prop} : (a ∈ {x | p x}) = p a := rfl

/-- An element is in the union of two sets exactly when it is in one or the other. -/
theorem mem_union (a : α) (s t : Set α) : a ∈ s ∪ t ↔ a ∈ s ∨ a ∈ t := Iff.rfl

/-- An element is in the intersection of two sets exactly when it is in both. -/
theorem mem_inter_iff (a : α) (s t : Set α) : a ∈ s ∩ t ↔ a ∈ s ∧ a ∈ t := Iff.rfl

/-- An element is in the set difference `s \ t` exactly when it is in `s` and not in `t`. -/
theorem mem_diff (a : α) (s t : Set α) : a ∈ s \ t ↔ a ∈ s ∧ ¬a ∈ t := Iff.rfl

/-- An element is in the complement of a set exactly when it is not in the set. -/
theorem mem_compl_iff (a : α) (s : Set α) : a ∈ sᶜ ↔ ¬a ∈ s := Iff.rfl

/-- Nothing is a member of the empty set. -/
@[simp] theorem mem_empty_iff_false (a : α) : a ∈ (∅ : Set α) ↔ False := Iff.rfl

/-- The empty set has no members. -/
theorem not_mem_empty (a : α) : ¬a ∈ (∅ : Set α) := id

/-- Everything is a member of the universal set. -/
@[simp] theorem mem_univ (a : α) : a ∈ (univ : Set α) := trivial

/-- An element is in the singleton `{b}` exactly when it equals `b`. -/
@[simp] theorem mem_singleton_iff : a ∈ ({b} : Set α) ↔ a = b := Iff.rfl

/-- An element is a member of its own singleton. -/
theorem mem_singleton (a : α) : a ∈ ({a} : Set α) := rfl

/-- The members of `insert b s` are `b` and the members of `s`. -/
theorem mem_insert_iff : a ∈ insert b s ↔ a = b ∨ a ∈ s := Iff.rfl

/-- A member of the left set is a member of the union. -/
theorem mem_union_left (t : Set α) (h : a ∈ s) : a ∈ s ∪ t := .inl h

/-- A member of the right set is a member of the union. -/
theorem mem_union_right (s : Set α) (h : a ∈ t) : a ∈ s ∪ t := .inr h

/-- A common member of two sets is a member of their intersection. -/
theorem mem_inter (h : a ∈ s) (k : a ∈ t) : a ∈ s ∩ t := ⟨h, k⟩

/-! ## Subsets -/

/-- `s ⊆ t` means that every member of `s` is a member of `t`. -/
theorem subset_def : (s ⊆ t) = ∀ x, x ∈ s → x ∈ t := rfl

/-- A member of a subset is a member of the larger set. -/
theorem mem_of_subset_of_mem (h : s ⊆ t) (ha : a ∈ s) : a ∈ t := h ha

/-- Every set is a subset of itself: the subset relation is reflexive. -/
theorem Subset.refl (s : Set α) : s ⊆ s := fun _ h => h

/-- The subset relation is transitive. -/
theorem Subset.trans (h : s ⊆ t) (k : t ⊆ r) : s ⊆ r := fun _ ha => k (h ha)

/-- Two sets that are subsets of each other are equal: the subset relation is antisymmetric. -/
theorem Subset.antisymm (h : s ⊆ t) (k : t ⊆ s) : s = t := ext fun _ => ⟨fun p => h p, fun p => k p⟩

/-- Equal sets are subsets of each other, and conversely. -/
theorem Subset.antisymm_iff : s = t ↔ s ⊆ t ∧ t ⊆ s :=
  ⟨fun h => h ▸ ⟨Subset.refl s, Subset.refl s⟩, fun h => Subset.antisymm h.1 h.2⟩

/-- The empty set is a subset of every set. -/
theorem empty_subset (s : Set α) : ∅ ⊆ s := fun _ h => h.elim

/-- Every set is a subset of the universal set. -/
theorem subset_univ (s : Set α) : s ⊆ univ := fun _ _ => trivial

/-- Only the empty set is a subset of the empty set. -/
theorem subset_empty_iff : s ⊆ ∅ ↔ s = ∅ :=
  ⟨fun h => Subset.antisymm h (empty_subset s), fun h => h ▸ Subset.refl s⟩

/-- Only the universal set contains the universal set. -/
theorem univ_subset_iff : univ ⊆ s ↔ s = univ :=
  ⟨fun h => Subset.antisymm (subset_univ s) h, fun h => h ▸ Subset.refl s⟩

/-- A singleton is a subset exactly when its element is a member. -/
theorem singleton_subset_iff : {a} ⊆ s ↔ a ∈ s := by
  constructor
  · intro h
    exact h (mem_singleton a)
  · rintro h b rfl
    exact h

/-- A set is empty exactly when it has no members. -/
theorem eq_empty_iff_forall_not_mem : s = ∅ ↔ ∀ x, ¬x ∈ s :=
  ⟨fun h x hx => by rw [h] at hx; exact hx, fun h => ext fun x => ⟨fun hx => h x hx, False.elim⟩⟩

/-- A set is the universal set exactly when everything is a member. -/
theorem eq_univ_iff_forall : s = univ ↔ ∀ x, x ∈ s :=
  ⟨fun h x => by rw [h]; trivial, fun h => ext fun x => ⟨fun _ => trivial, fun _ => h x⟩⟩

/-- A set is nonempty exactly when it is not the empty set. -/
theorem nonempty_iff_ne_empty : s.Nonempty ↔ s ≠ ∅ := by
  constructor
  · rintro ⟨x, hx⟩ rfl
    exact hx
  · intro h
    apply Classical.byContradiction
    intro n
    exact h (eq_empty_iff_forall_not_mem.2 fun x hx => n ⟨x, hx⟩)

/-- A set that contains a nonempty set is nonempty. -/
theorem Nonempty.mono (h : s ⊆ t) (k : s.Nonempty) : t.Nonempty := by
  obtain ⟨x, hx⟩ := k
  exact ⟨x, h hx⟩

/-- A singleton is nonempty. -/
theorem singleton_nonempty (a : α) : ({a} : Set α).Nonempty := ⟨a, rfl⟩

/-- Two singletons are equal exactly when their elements are equal. -/
theorem singleton_eq_singleton_iff : ({a} : Set α) = {b} ↔ a = b := by
  constructor
  · intro h
    have : a ∈ ({b} : Set α) := by
      rw [← h]
      exact rfl
    exact this
  · rintro rfl
    rfl

end Set
