prelude
import Theory.Set
/-!
# The algebra of sets

The laws of union, intersection, difference and complement.
-/
universe u
variable {α : Type u} {s t r s₁ s₂ t₁ t₂ : Set α} {a : α}

namespace Set

/-! ## Union -/

/-- The union of sets is commutative. -/
theorem union_comm (s t : Set α) : s ∪ t = t ∪ s := ext fun _ => ⟨Or.symm, Or.symm⟩

/-- The union of sets is associative. -/
theorem union_assoc (s t r : Set α) : s ∪ t ∪ r = s ∪ (t ∪ r) := by
  ext x
  constructor
  · rintro ((h | h) | h)
    · exact .inl h
    · exact .inr (.inl h)
    · exact .inr (.inr h)
  · rintro (h | h | h)
    · exact .inl (.inl h)
    · exact .inl (.inr h)
    · exact .inr h

/-- The union of a set with itself is the set: union is idempotent. -/
@[simp] theorem union_self (s : Set α) : s ∪ s = s := ext fun _ => ⟨fun h => h.elim id id, .inl⟩

/-- The union with the empty set on the right changes nothing. -/
@[simp] theorem union_empty (s : Set α) : s ∪ ∅ = s :=
  ext fun _ => ⟨fun h => h.elim id False.elim, .inl⟩

/-- The union with the empty set on the left changes nothing. -/
@[simp] theorem empty_union (s : Set α) : ∅ ∪ s = s :=
  ext fun _ => ⟨fun h => h.elim False.elim id, .inr⟩

/-- The union with the universal set is the universal set. -/
@[simp] theorem union_univ (s : Set α) : s ∪ univ = univ :=
  ext fun _ => ⟨fun _ => trivial, .inr⟩

/-- The universal set united with any set is the universal set. -/
@[simp] theorem univ_union (s : Set α) : univ ∪ s = univ := ext fun _ => ⟨fun _ => trivial, .inl⟩

/-- A set is a subset of its union with another set on the right. -/
theorem subset_union_left (s t : Set α) : s ⊆ s ∪ t := fun _ h => .inl h

/-- A set is a subset of its union with another set on the left. -/
theorem subset_union_right (s t : Set α) : t ⊆ s ∪ t := fun _ h => .inr h

/-- A union of two subsets of a set is a subset of it: the union is the least upper bound. -/
theorem union_subset (h : s ⊆ r) (k : t ⊆ r) : s ∪ t ⊆ r :=
  fun _ ha => ha.elim (fun p => h p) fun p => k p

/-- A union is a subset of a set exactly when both its parts are. -/
theorem union_subset_iff : s ∪ t ⊆ r ↔ s ⊆ r ∧ t ⊆ r :=
  ⟨fun h => ⟨fun _ p => h (.inl p), fun _ p => h (.inr p)⟩, fun h => union_subset h.1 h.2⟩

/-- The union of sets is monotone: larger sets have a larger union. -/
theorem union_subset_union (h : s₁ ⊆ s₂) (k : t₁ ⊆ t₂) : s₁ ∪ t₁ ⊆ s₂ ∪ t₂ :=
  fun _ ha => ha.elim (fun p => .inl (h p)) fun p => .inr (k p)

/-- The union of a subset with the larger set is the larger set. -/
theorem union_eq_self_of_subset_left (h : s ⊆ t) : s ∪ t = t :=
  Subset.antisymm (union_subset h (Subset.refl t)) (subset_union_right s t)

/-! ## Intersection -/

/-- The intersection of sets is commutative. -/
theorem inter_comm (s t : Set α) : s ∩ t = t ∩ s := ext fun _ => ⟨And.symm, And.symm⟩

/-- The intersection of sets is associative. -/
theorem inter_assoc (s t r : Set α) : s ∩ t ∩ r = s ∩ (t ∩ r) :=
  ext fun _ => ⟨fun h => ⟨h.1.1, h.1.2, h.2⟩, fun h => ⟨⟨h.1, h.2.1⟩, h.2.2⟩⟩

/-- The intersection of a set with itself is the set: intersection is idempotent. -/
@[simp] theorem inter_self (s : Set α) : s ∩ s = s := ext fun _ => ⟨And.left, fun h => ⟨h, h⟩⟩

/-- The intersection with the empty set on the right is empty. -/
@[simp] theorem inter_empty (s : Set α) : s ∩ ∅ = ∅ := ext fun _ => ⟨And.right, False.elim⟩

/-- The intersection with the empty set on the left is empty. -/
@[simp] theorem empty_inter (s : Set α) : ∅ ∩ s = ∅ := ext fun _ => ⟨And.left, False.elim⟩

/-- The intersection with the universal set on the right changes nothing. -/
@[simp] theorem inter_univ (s : Set α) : s ∩ univ = s :=
  ext fun _ => ⟨And.left, fun h => ⟨h, trivial⟩⟩

/-- The intersection with the universal set on the left changes nothing. -/
@[simp] theorem univ_inter (s : Set α) : univ ∩ s = s :=
  ext fun _ => ⟨And.right, fun h => ⟨trivial, h⟩⟩

/-- An intersection is a subset of its left part. -/
theorem inter_subset_left (s t : Set α) : s ∩ t ⊆ s := fun _ h => h.1

/-- An intersection is a subset of its right part. -/
theorem inter_subset_right (s t : Set α) : s ∩ t ⊆ t := fun _ h => h.2

/-- A subset of two sets is a subset of their intersection: the greatest lower bound. -/
theorem subset_inter (h : r ⊆ s) (k : r ⊆ t) : r ⊆ s ∩ t := fun _ ha => ⟨h ha, k ha⟩

/-- A set is a subset of an intersection exactly when it is a subset of both parts. -/
theorem subset_inter_iff : r ⊆ s ∩ t ↔ r ⊆ s ∧ r ⊆ t :=
  ⟨fun h => ⟨fun _ p => (h p).1, fun _ p => (h p).2⟩, fun h => subset_inter h.1 h.2⟩

/-- The intersection of sets is monotone: larger sets have a larger intersection. -/
theorem inter_subset_inter (h : s₁ ⊆ s₂) (k : t₁ ⊆ t₂) : s₁ ∩ t₁ ⊆ s₂ ∩ t₂ :=
  fun _ ha => ⟨h ha.1, k ha.2⟩

/-- The intersection of a subset with the larger set is the subset. -/
theorem inter_eq_self_of_subset_left (h : s ⊆ t) : s ∩ t = s :=
  Subset.antisymm (inter_subset_left s t) (subset_inter (Subset.refl s) h)

/-! ## Distributive and absorption laws -/

/-- Intersection distributes over union: `s ∩ (t ∪ r)` is the union of `s ∩ t` and `s ∩ r`. -/
theorem inter_union_distrib_left (s t r : Set α) : s ∩ (t ∪ r) = s ∩ t ∪ s ∩ r := by
  ext x
  constructor
  · rintro ⟨h, k | k⟩
    · exact .inl ⟨h, k⟩
    · exact .inr ⟨h, k⟩
  · rintro (h | h)
    · exact ⟨h.1, .inl h.2⟩
    · exact ⟨h.1, .inr h.2⟩

/-- Union distributes over intersection: `s ∪ t ∩ r` is the intersection of `s ∪ t` and `s ∪ r`. -/
theorem union_inter_distrib_left (s t r : Set α) : s ∪ t ∩ r = (s ∪ t) ∩ (s ∪ r) := by
  ext x
  constructor
  · rintro (h | h)
    · exact ⟨.inl h, .inl h⟩
    · exact ⟨.inr h.1, .inr h.2⟩
  · rintro ⟨h | h, k | k⟩
    · exact .inl h
    · exact .inl h
    · exact .inl k
    · exact .inr ⟨h, k⟩

/-- Intersection distributes over a union on its left. -/
theorem union_inter_distrib_right (s t r : Set α) : (s ∪ t) ∩ r = s ∩ r ∪ t ∩ r := by
  rw [inter_comm, inter_union_distrib_left, inter_comm r s, inter_comm r t]

/-- Absorption law: the union of a set with one of its intersections is the set. -/
theorem union_inter_cancel_left (s t : Set α) : s ∪ s ∩ t = s :=
  ext fun _ => ⟨fun h => h.elim id And.left, .inl⟩

/-- Absorption law: the intersection of a set with one of its unions is the set. -/
theorem inter_union_cancel_left (s t : Set α) : s ∩ (s ∪ t) = s :=
  ext fun _ => ⟨And.left, fun h => ⟨h, .inl h⟩⟩

/-! ## Disjoint sets -/

/-- Two sets are disjoint exactly when their intersection is empty. -/
theorem disjoint_iff_inter_eq_empty : Disjoint s t ↔ s ∩ t = ∅ := by
  constructor
  · intro h
    exact eq_empty_iff_forall_not_mem.2 fun x hx => h hx.1 hx.2
  · intro h a hs ht
    exact eq_empty_iff_forall_not_mem.1 h a ⟨hs, ht⟩

/-- Being disjoint is symmetric. -/
theorem Disjoint.symm (h : Disjoint s t) : Disjoint t s := fun _ ht hs => h hs ht

/-- Subsets of disjoint sets are disjoint. -/
theorem Disjoint.mono (h : Disjoint s₂ t₂) (hs : s₁ ⊆ s₂) (ht : t₁ ⊆ t₂) : Disjoint s₁ t₁ :=
  fun _ p q => h (hs p) (ht q)

end Set
