prelude
import Theory.SetLattice
/-!
# Complement and difference of sets

De Morgan's laws and how differences combine.
-/
universe u
variable {α : Type u} {s t r : Set α} {a : α}

namespace Set

/-- A set and its complement have no common members. -/
@[simp] theorem inter_compl_self (s : Set α) : s ∩ sᶜ = ∅ :=
  ext fun _ => ⟨fun h => h.2 h.1, False.elim⟩

/-- Every element is in a set or in its complement. -/
@[simp] theorem union_compl_self (s : Set α) : s ∪ sᶜ = univ :=
  ext fun x => ⟨fun _ => trivial, fun _ => Classical.em (x ∈ s)⟩

/-- The complement of the complement is the set itself. -/
@[simp] theorem compl_compl (s : Set α) : sᶜᶜ = s :=
  ext fun _ => ⟨fun h => Classical.byContradiction h, fun h k => k h⟩

/-- The complement of the empty set is the universal set. -/
@[simp] theorem compl_empty : (∅ : Set α)ᶜ = univ := ext fun _ => ⟨fun _ => trivial, fun _ => id⟩

/-- The complement of the universal set is the empty set. -/
@[simp] theorem compl_univ : (univ : Set α)ᶜ = ∅ := ext fun _ => ⟨fun h => h trivial, False.elim⟩

/-- De Morgan's law: the complement of a union is the intersection of the complements. -/
theorem compl_union (s t : Set α) : (s ∪ t)ᶜ = sᶜ ∩ tᶜ :=
  ext fun _ => ⟨fun h => ⟨fun p => h (.inl p), fun p => h (.inr p)⟩, fun h p => p.elim h.1 h.2⟩

/-- De Morgan's law: the complement of an intersection is the union of the complements. -/
theorem compl_inter (s t : Set α) : (s ∩ t)ᶜ = sᶜ ∪ tᶜ := by
  ext x
  constructor
  · intro h
    by_cases k : x ∈ s
    · exact .inr fun p => h ⟨k, p⟩
    · exact .inl k
  · rintro (h | h) p
    · exact h p.1
    · exact h p.2

/-- Complement reverses inclusion: `s ⊆ t` gives `tᶜ ⊆ sᶜ`. -/
theorem compl_subset_compl_of_subset (h : s ⊆ t) : tᶜ ⊆ sᶜ := fun _ k p => k (h p)

/-- Complements are included the other way round than their sets. -/
theorem compl_subset_compl : sᶜ ⊆ tᶜ ↔ t ⊆ s := by
  constructor
  · intro h
    rw [← compl_compl s, ← compl_compl t]
    exact compl_subset_compl_of_subset h
  · exact compl_subset_compl_of_subset

/-- Sets with the same complement are equal. -/
theorem compl_injective (h : sᶜ = tᶜ) : s = t := by
  rw [← compl_compl s, h, compl_compl]

/-- A set is a subset of the complement of another exactly when the two are disjoint. -/
theorem subset_compl_iff_disjoint : s ⊆ tᶜ ↔ Disjoint s t := Iff.rfl

/-! ## Difference -/

/-- A difference is the intersection with the complement. -/
theorem diff_eq (s t : Set α) : s \ t = s ∩ tᶜ := rfl

/-- A difference is a subset of the set it is taken from. -/
theorem diff_subset (s t : Set α) : s \ t ⊆ s := fun _ h => h.1

/-- A set without itself is empty. -/
@[simp] theorem diff_self (s : Set α) : s \ s = ∅ := ext fun _ => ⟨fun h => h.2 h.1, False.elim⟩

/-- Removing the empty set changes nothing. -/
@[simp] theorem diff_empty (s : Set α) : s \ ∅ = s := ext fun _ => ⟨And.left, fun h => ⟨h, id⟩⟩

/-- The empty set without anything is empty. -/
@[simp] theorem empty_diff (s : Set α) : ∅ \ s = ∅ := ext fun _ => ⟨And.left, False.elim⟩

/-- A difference is disjoint from what was taken away. -/
theorem disjoint_diff (s t : Set α) : Disjoint (s \ t) t := fun _ h => h.2

/-- A difference `s \ t` is empty exactly when `s` is a subset of `t`. -/
theorem diff_eq_empty : s \ t = ∅ ↔ s ⊆ t := by
  constructor
  · intro h x hx
    apply Classical.byContradiction
    intro n
    exact eq_empty_iff_forall_not_mem.1 h x ⟨hx, n⟩
  · intro h
    exact eq_empty_iff_forall_not_mem.2 fun x hx => hx.2 (h hx.1)

/-- Removing one set and then another is removing their union. -/
theorem diff_diff (s t r : Set α) : (s \ t) \ r = s \ (t ∪ r) := by
  rw [diff_eq, diff_eq, diff_eq, compl_union, inter_assoc]

/-- Removing a union keeps what survives both removals. -/
theorem diff_union (s t r : Set α) : s \ (t ∪ r) = (s \ t) ∩ (s \ r) :=
  ext fun _ => ⟨fun h => ⟨⟨h.1, fun p => h.2 (.inl p)⟩, h.1, fun p => h.2 (.inr p)⟩,
    fun h => ⟨h.1.1, fun p => p.elim h.1.2 h.2.2⟩⟩

/-- Removing an intersection keeps what survives one of the removals. -/
theorem diff_inter (s t r : Set α) : s \ (t ∩ r) = (s \ t) ∪ (s \ r) := by
  rw [diff_eq, compl_inter, inter_union_distrib_left]
  rfl

/-- Taking a difference distributes over a union: `(s ∪ t) \ r` is the union of the differences. -/
theorem union_diff_distrib (s t r : Set α) : (s ∪ t) \ r = s \ r ∪ t \ r :=
  union_inter_distrib_right s t rᶜ

/-- A set is the union of its part inside another set and its part outside. -/
theorem inter_union_diff (s t : Set α) : s ∩ t ∪ s \ t = s := by
  rw [diff_eq, ← inter_union_distrib_left, union_compl_self, inter_univ]

/-- What is taken away from a set and put back makes the union of the two. -/
theorem diff_union_self (s t : Set α) : s \ t ∪ t = s ∪ t := by
  ext x
  constructor
  · rintro (h | h)
    · exact .inl h.1
    · exact .inr h
  · rintro (h | h)
    · by_cases k : x ∈ t
      · exact .inr k
      · exact .inl ⟨h, k⟩
    · exact .inr h

/-- Differences are monotone in the first set and antitone in the second. -/
theorem diff_subset_diff {s₁ s₂ t₁ t₂ : Set α} (h : s₁ ⊆ s₂) (k : t₂ ⊆ t₁) :
    s₁ \ t₁ ⊆ s₂ \ t₂ := fun _ p => ⟨h p.1, fun q => p.2 (k q)⟩

end Set
