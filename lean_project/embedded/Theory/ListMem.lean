prelude
import Theory.List
/-!
# Membership in lists
-/
universe u v
variable {α : Type u} {β : Type v} {a b : α} {l m k : List α}

namespace List

/-- An element is in `b :: l` exactly when it equals `b` or is in `l`. -/
theorem mem_cons : a ∈ b :: l ↔ a = b ∨ a ∈ l := by
  constructor
  · intro h
    cases h with
    | head => exact .inl rfl
    | tail _ h => exact .inr h
  · rintro (rfl | h)
    · exact .head l
    · exact .tail b h

/-- Nothing is a member of the empty list. -/
theorem not_mem_nil (a : α) : ¬a ∈ ([] : List α) := fun h => nomatch h

/-- Membership in the empty list is false. -/
@[simp] theorem mem_nil_iff (a : α) : a ∈ ([] : List α) ↔ False := ⟨not_mem_nil a, False.elim⟩

/-- The first element of a list is a member of it. -/
theorem mem_cons_self (a : α) (l : List α) : a ∈ a :: l := .head l

/-- A member of the tail is a member of the list. -/
theorem mem_cons_of_mem (b : α) (h : a ∈ l) : a ∈ b :: l := .tail b h

/-- An element is in a one-element list exactly when it equals that element. -/
@[simp] theorem mem_singleton : a ∈ [b] ↔ a = b := by
  rw [mem_cons, mem_nil_iff, or_false]

/-- A member of a list that differs from the first element is in the tail. -/
theorem mem_of_ne_of_mem (h : a ≠ b) (k : a ∈ b :: l) : a ∈ l :=
  (mem_cons.1 k).elim (fun e => absurd e h) id

/-- An element is in two joined lists exactly when it is in one of them. -/
theorem mem_append : a ∈ l ++ m ↔ a ∈ l ∨ a ∈ m := by
  induction l with
  | nil => simp
  | cons b l ih =>
    rw [cons_append, mem_cons, mem_cons, ih]
    constructor
    · rintro (h | h | h)
      · exact .inl (.inl h)
      · exact .inl (.inr h)
      · exact .inr h
    · rintro ((h | h) | h)
      · exact .inl h
      · exact .inr (.inl h)
      · exact .inr (.inr h)

/-- A member of the first list is a member of the joined list. -/
theorem mem_append_left (m : List α) (h : a ∈ l) : a ∈ l ++ m := mem_append.2 (.inl h)

/-- A member of the second list is a member of the joined list. -/
theorem mem_append_right (l : List α) (h : a ∈ m) : a ∈ l ++ m := mem_append.2 (.inr h)

/-- A list and its reverse have the same members. -/
theorem mem_reverse : a ∈ l.reverse ↔ a ∈ l := by
  induction l with
  | nil => rfl
  | cons b l ih =>
    rw [reverse_cons, mem_append, ih, mem_singleton, mem_cons]
    exact ⟨Or.symm, Or.symm⟩

/-- A list that has a member is not empty. -/
theorem ne_nil_of_mem (h : a ∈ l) : l ≠ [] := by
  rintro rfl
  exact not_mem_nil a h

/-- A list with a member has positive length. -/
theorem length_pos_of_mem (h : a ∈ l) : 0 < l.length := length_pos_iff.2 (ne_nil_of_mem h)

/-- A list is empty exactly when it has no members. -/
theorem eq_nil_iff_forall_not_mem : l = [] ↔ ∀ a, ¬a ∈ l := by
  cases l with
  | nil => exact ⟨fun _ => not_mem_nil, fun _ => rfl⟩
  | cons b l =>
    exact ⟨fun h => absurd h (cons_ne_nil b l), fun h => absurd (mem_cons_self b l) (h b)⟩

/-- A list that is not empty has a member. -/
theorem exists_mem_of_ne_nil (h : l ≠ []) : ∃ a, a ∈ l := by
  obtain ⟨a, m, rfl⟩ := exists_cons_of_ne_nil h
  exact ⟨a, mem_cons_self a m⟩

/-- A list with a member can be split at it into a part before and a part after. -/
theorem append_of_mem (h : a ∈ l) : ∃ s t, l = s ++ a :: t := by
  induction h with
  | head l => exact ⟨[], l, rfl⟩
  | tail b _ ih =>
    obtain ⟨s, t, e⟩ := ih
    exact ⟨b :: s, t, by rw [e, cons_append]⟩

/-- An element is a member of a list exactly when the list can be split at it. -/
theorem mem_iff_append : a ∈ l ↔ ∃ s t, l = s ++ a :: t := by
  constructor
  · exact append_of_mem
  · rintro ⟨s, t, rfl⟩
    exact mem_append_right s (mem_cons_self a t)

/-! ## Statements about all or some members -/

/-- A property holds for all members of `a :: l` exactly when for `a` and all members of `l`. -/
theorem forall_mem_cons {p : α → Prop} : (∀ x, x ∈ a :: l → p x) ↔ p a ∧ ∀ x, x ∈ l → p x := by
  constructor
  · intro h
    exact ⟨h a (mem_cons_self a l), fun x hx => h x (mem_cons_of_mem a hx)⟩
  · intro h x hx
    rcases mem_cons.1 hx with rfl | hx
    · exact h.1
    · exact h.2 x hx

/-- A property holds for all members of two joined lists exactly when it does for both lists. -/
theorem forall_mem_append {p : α → Prop} :
    (∀ x, x ∈ l ++ m → p x) ↔ (∀ x, x ∈ l → p x) ∧ ∀ x, x ∈ m → p x := by
  constructor
  · intro h
    exact ⟨fun x hx => h x (mem_append_left m hx), fun x hx => h x (mem_append_right l hx)⟩
  · intro h x hx
    exact (mem_append.1 hx).elim (h.1 x) (h.2 x)

/-- Some member of `a :: l` has a property exactly when `a` or some member of `l` has it. -/
theorem exists_mem_cons {p : α → Prop} : (∃ x, x ∈ a :: l ∧ p x) ↔ p a ∨ ∃ x, x ∈ l ∧ p x := by
  constructor
  · rintro ⟨x, hx, hp⟩
    rcases mem_cons.1 hx with rfl | hx
    · exact .inl hp
    · exact .inr ⟨x, hx, hp⟩
  · rintro (h | ⟨x, hx, hp⟩)
    · exact ⟨a, mem_cons_self a l, h⟩
    · exact ⟨x, mem_cons_of_mem a hx, hp⟩

/-! ## Sublists as sets -/

/-- `l ⊆ m` for lists: every member of `l` is a member of `m`. -/
instance : HasSubset (List α) := ⟨fun l m => ∀ ⦃a⦄, a ∈ l → a ∈ m⟩

/-- The subset relation of lists is reflexive. -/
theorem Subset.refl (l : List α) : l ⊆ l := fun _ h => h

/-- The subset relation of lists is transitive. -/
theorem Subset.trans (h : l ⊆ m) (h' : m ⊆ k) : l ⊆ k := fun _ p => h' (h p)

/-- The empty list is a subset of every list. -/
theorem nil_subset (l : List α) : [] ⊆ l := fun a h => absurd h (not_mem_nil a)

/-- The tail of a list is a subset of the list. -/
theorem subset_cons_self (a : α) (l : List α) : l ⊆ a :: l := fun _ h => mem_cons_of_mem a h

/-- A list with first element `a` is a subset of `m` exactly when `a` and the rest are in `m`. -/
theorem cons_subset : a :: l ⊆ m ↔ a ∈ m ∧ l ⊆ m := forall_mem_cons

/-- Two joined lists are a subset of a list exactly when both are. -/
theorem append_subset : l ++ m ⊆ k ↔ l ⊆ k ∧ m ⊆ k := forall_mem_append

/-- A list is a subset of itself joined with something at the end. -/
theorem subset_append_left (l m : List α) : l ⊆ l ++ m := fun _ h => mem_append_left m h

/-- A list is a subset of itself joined with something in front. -/
theorem subset_append_right (l m : List α) : m ⊆ l ++ m := fun _ h => mem_append_right l h

/-- Only the empty list is a subset of the empty list. -/
theorem subset_nil : l ⊆ [] ↔ l = [] :=
  ⟨fun h => eq_nil_iff_forall_not_mem.2 fun a ha => not_mem_nil a (h ha),
    fun h => h ▸ Subset.refl l⟩

end List
