prelude
import Theory.ListMap
import Theory.NatOrder
/-!
# Sublists and lists without repetition
-/
universe u v
variable {α : Type u} {β : Type v} {a b : α} {l m k : List α}

namespace List

/-- A list is a sublist of another when it is made from it by leaving out elements. -/
inductive Sublist : List α → List α → Prop where
  /-- The empty list is a sublist of the empty list. -/
  | slnil : Sublist [] []
  /-- An element of the longer list may be left out. -/
  | cons {l m : List α} (a : α) : Sublist l m → Sublist l (a :: m)
  /-- An element of the longer list may be kept. -/
  | cons₂ {l m : List α} (a : α) : Sublist l m → Sublist (a :: l) (a :: m)

/-- A list has no repetitions (no duplicates) when each element does not occur again after it. -/
inductive Nodup : List α → Prop where
  /-- The empty list has no repetitions. -/
  | nil : Nodup []
  /-- A new element in front of a list without repetitions makes no repetition. -/
  | cons {a : α} {l : List α} : ¬a ∈ l → Nodup l → Nodup (a :: l)

/-! ## Sublists -/

/-- The empty list is a sublist of every list. -/
theorem nil_sublist (l : List α) : Sublist [] l := by
  induction l with
  | nil => exact .slnil
  | cons a l ih => exact .cons a ih

/-- Every list is a sublist of itself. -/
theorem Sublist.refl (l : List α) : Sublist l l := by
  induction l with
  | nil => exact .slnil
  | cons a l ih => exact .cons₂ a ih

/-- A sublist of a sublist is a sublist: being a sublist is transitive. -/
theorem Sublist.trans (h : Sublist l m) (h' : Sublist m k) : Sublist l k := by
  induction h' generalizing l with
  | slnil => exact h
  | cons a _ ih => exact .cons a (ih h)
  | cons₂ a _ ih =>
    cases h with
    | cons _ h => exact .cons a (ih h)
    | cons₂ _ h => exact .cons₂ a (ih h)

/-- A sublist is at most as long as the list. -/
theorem Sublist.length_le (h : Sublist l m) : l.length ≤ m.length := by
  induction h with
  | slnil => exact Nat.le_refl 0
  | cons _ _ ih => exact Nat.le_succ_of_le ih
  | cons₂ _ _ ih => exact Nat.succ_le_succ ih

/-- The members of a sublist are members of the list. -/
theorem Sublist.subset (h : Sublist l m) : l ⊆ m := by
  induction h with
  | slnil => exact Subset.refl []
  | cons a _ ih => exact fun x hx => mem_cons_of_mem a (ih hx)
  | cons₂ a _ ih =>
    intro x hx
    rcases mem_cons.1 hx with rfl | hx
    · exact mem_cons_self x _
    · exact mem_cons_of_mem a (ih hx)

/-- A sublist of the same length is the whole list. -/
theorem Sublist.eq_of_length (h : Sublist l m) (e : l.length = m.length) : l = m := by
  induction h with
  | slnil => rfl
  | cons a h ih =>
    have le := h.length_le
    rw [e] at le
    exact absurd le (Nat.lt_irrefl _)
  | cons₂ a _ ih => rw [ih (Nat.succ_inj e)]

/-- The tail of a list is a sublist of it. -/
theorem sublist_cons_self (a : α) (l : List α) : Sublist l (a :: l) := .cons a (.refl l)

/-- The first of two joined lists is a sublist of the joined list. -/
theorem sublist_append_left (l m : List α) : Sublist l (l ++ m) := by
  induction l with
  | nil => exact nil_sublist m
  | cons a l ih => exact .cons₂ a ih

/-- The second of two joined lists is a sublist of the joined list. -/
theorem sublist_append_right (l m : List α) : Sublist m (l ++ m) := by
  induction l with
  | nil => exact .refl m
  | cons a l ih => exact .cons a ih

/-- A filtered list is a sublist of the list. -/
theorem filter_sublist (p : α → Bool) (l : List α) : Sublist (filter p l) l := by
  induction l with
  | nil => exact .slnil
  | cons a l ih =>
    by_cases h : p a = true
    · rw [filter_cons_of_pos h]
      exact .cons₂ a ih
    · rw [filter_cons_of_neg h]
      exact .cons a ih

/-- Mapping keeps sublists. -/
theorem Sublist.map (f : α → β) (h : Sublist l m) : Sublist (map f l) (map f m) := by
  induction h with
  | slnil => exact .slnil
  | cons a _ ih => exact .cons (f a) ih
  | cons₂ a _ ih => exact .cons₂ (f a) ih

/-! ## Lists without repetition -/

/-- The empty list has no repetitions. -/
theorem nodup_nil : Nodup ([] : List α) := .nil

/-- `a :: l` has no repetitions exactly when `a` is not in `l` and `l` has none. -/
theorem nodup_cons : Nodup (a :: l) ↔ ¬a ∈ l ∧ Nodup l := by
  constructor
  · intro h
    cases h with
    | cons n h => exact ⟨n, h⟩
  · intro h
    exact .cons h.1 h.2

/-- A list of one element has no repetitions. -/
theorem nodup_singleton (a : α) : Nodup [a] := .cons (not_mem_nil a) .nil

/-- A sublist of a list without repetitions has no repetitions. -/
theorem Nodup.sublist (h : Nodup m) (k : Sublist l m) : Nodup l := by
  induction k with
  | slnil => exact h
  | cons _ _ ih => exact ih (nodup_cons.1 h).2
  | cons₂ a s ih =>
    have parts := nodup_cons.1 h
    exact .cons (fun ha => parts.1 (s.subset ha)) (ih parts.2)

/-- A filtered list without repetitions has no repetitions. -/
theorem Nodup.filter (p : α → Bool) (h : Nodup l) : Nodup (filter p l) :=
  h.sublist (filter_sublist p l)

/-- Two joined lists have no repetitions exactly when neither has and they share no element. -/
theorem nodup_append :
    Nodup (l ++ m) ↔ Nodup l ∧ Nodup m ∧ ∀ a, a ∈ l → ¬a ∈ m := by
  induction l with
  | nil => exact ⟨fun h => ⟨.nil, h, fun a ha => absurd ha (not_mem_nil a)⟩, fun h => h.2.1⟩
  | cons a l ih =>
    rw [cons_append, nodup_cons, ih, nodup_cons, mem_append, forall_mem_cons]
    constructor
    · rintro ⟨n, hl, hm, d⟩
      exact ⟨⟨fun h => n (.inl h), hl⟩, hm, fun h => n (.inr h), d⟩
    · rintro ⟨⟨n, hl⟩, hm, n', d⟩
      exact ⟨fun h => h.elim n n', hl, hm, d⟩

/-- The image of a list without repetitions under an injective function has no repetitions. -/
theorem Nodup.map {f : α → β} (hf : Function.Injective f) (h : Nodup l) : Nodup (map f l) := by
  induction h with
  | nil => exact .nil
  | cons n _ ih =>
    refine .cons (fun k => ?_) ih
    obtain ⟨x, hx, e⟩ := mem_map.1 k
    exact n (hf e ▸ hx)

end List
