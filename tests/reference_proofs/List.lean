/-!
# Reference proofs: lists, relations and sets

One proof of every embedded problem, to show that it can be solved. Only a test reads this file:
it is never shown to a model, nor to the search index.
-/

theorem list_length_append_comm {α : Type} (l m : List α) : (l ++ m).length = (m ++ l).length := by
  rw [List.length_append, List.length_append, Nat.add_comm]

theorem list_length_reverse_append {α : Type} (l m : List α) :
    (l ++ m).reverse.length = m.length + l.length := by
  rw [List.length_reverse, List.length_append, Nat.add_comm]

theorem list_mem_append_swap {α : Type} (a : α) (l m : List α) (h : a ∈ l ++ m) : a ∈ m ++ l := by
  rw [List.mem_append] at h
  rw [List.mem_append]
  exact h.symm

theorem list_reverse_concat {α : Type} (a : α) (l : List α) :
    (l ++ [a]).reverse = a :: l.reverse := by
  rw [List.reverse_append]
  rfl

theorem list_sum_map_succ (l : List Nat) : (l.map (fun a => a + 1)).sum = l.sum + l.length := by
  induction l with
  | nil => rfl
  | cons a l ih =>
    rw [List.map_cons, List.sum_cons, ih, List.sum_cons, List.length_cons, Nat.add_add_add_comm,
      Nat.add_comm 1]

theorem list_sum_map_const {α : Type} (c : Nat) (l : List α) :
    (l.map (fun _ => c)).sum = l.length * c := by
  rw [List.map_const', List.sum_replicate]

theorem list_foldl_add (n : Nat) (l : List Nat) :
    List.foldl (fun s a => s + a) n l = n + l.sum := by
  induction l generalizing n with
  | nil => rfl
  | cons a l ih => rw [List.foldl_cons, ih, List.sum_cons, Nat.add_assoc]

theorem list_palindrome_sandwich {α : Type} (l m : List α) (h : l.reverse = l)
    (k : m.reverse = m) : (l ++ m ++ l).reverse = l ++ m ++ l := by
  rw [List.reverse_append, List.reverse_append, h, k, List.append_assoc]

theorem list_append_reverse_palindrome {α : Type} (l : List α) :
    (l ++ l.reverse).reverse = l ++ l.reverse := by
  rw [List.reverse_append, List.reverse_reverse]

theorem list_length_filter_add_not {α : Type} (p : α → Bool) (l : List α) :
    (l.filter p).length + (l.filter (fun a => !p a)).length = l.length := by
  induction l with
  | nil => rfl
  | cons a l ih =>
    by_cases h : p a = true
    · rw [List.filter_cons_of_pos h, List.filter_cons_of_neg (by simp [h]), List.length_cons,
        List.length_cons, Nat.succ_add, ih]
    · rw [List.filter_cons_of_neg h, List.filter_cons_of_pos (by simp [h]), List.length_cons,
        List.length_cons, ← ih, Nat.add_assoc]

theorem list_mem_take_append {α : Type} (a : α) (n : Nat) (l m : List α)
    (h : a ∈ (l ++ m).take n) : a ∈ l ∨ a ∈ m := by
  exact List.mem_append.1 (List.mem_of_mem_take h)

theorem list_length_take_add_drop {α : Type} (n : Nat) (l : List α) :
    (l.take n).length + (l.drop n).length = l.length := by
  rw [← List.length_append, List.take_append_drop]

theorem list_map_reverse_append {α β : Type} (f : α → β) (l m : List α) :
    (l ++ m).reverse.map f = (m.map f).reverse ++ (l.map f).reverse := by
  rw [List.reverse_append, List.map_append, List.map_reverse, List.map_reverse]

theorem list_eq_nil_of_append_eq_self {α : Type} (l m : List α) (h : l ++ m = l) : m = [] := by
  have e : l ++ m = l ++ [] := by rw [List.append_nil, h]
  exact List.append_cancel_left e

theorem list_nodup_append_comm {α : Type} (l m : List α) (h : (l ++ m).Nodup) : (m ++ l).Nodup := by
  obtain ⟨hl, hm, d⟩ := List.nodup_append.1 h
  exact List.nodup_append.2 ⟨hm, hl, fun a ha hb => d a hb ha⟩

theorem list_prefix_antisymm {α : Type} (l m : List α) (h : l.IsPrefix m) (k : m.IsPrefix l) :
    l = m := by
  exact h.eq_of_length (Nat.le_antisymm h.length_le k.length_le)

theorem list_nodup_reverse {α : Type} (l : List α) (h : l.Nodup) : l.reverse.Nodup := by
  induction h with
  | nil => exact List.nodup_nil
  | cons n _ ih =>
    rw [List.reverse_cons]
    refine List.nodup_append.2 ⟨ih, List.nodup_singleton _, fun x hx e => ?_⟩
    rw [List.mem_singleton.1 e] at hx
    exact n (List.mem_reverse.1 hx)

theorem list_sum_le_of_sublist (l m : List Nat) (h : l.Sublist m) : l.sum ≤ m.sum := by
  induction h with
  | slnil => exact Nat.le_refl 0
  | cons a _ ih => exact Nat.le_trans ih (Nat.le_add_left _ a)
  | cons₂ a _ ih => exact Nat.add_le_add_left ih a

theorem list_all_filter {α : Type} (p : α → Bool) (l : List α) : (l.filter p).all p = true := by
  rw [List.all_eq_true]
  intro a h
  exact (List.mem_filter.1 h).2

theorem list_reverse_replicate {α : Type} (n : Nat) (a : α) :
    (List.replicate n a).reverse = List.replicate n a := by
  induction n with
  | zero => rfl
  | succ n ih =>
    rw [List.replicate_succ, List.reverse_cons, ih]
    have h : List.replicate n a ++ [a] = List.replicate (n + 1) a := (List.replicate_add n 1 a).symm
    exact h

theorem list_flatten_replicate_nil {α : Type} (n : Nat) :
    (List.replicate n ([] : List α)).flatten = [] := by
  induction n with
  | zero => rfl
  | succ n ih => rw [List.replicate_succ, List.flatten_cons, ih, List.append_nil]

theorem list_map_left_inverse {α β : Type} (f : α → β) (g : β → α) (h : ∀ x, g (f x) = x)
    (l : List α) : (l.map f).map g = l := by
  induction l with
  | nil => rfl
  | cons a l ih => rw [List.map_cons, List.map_cons, h, ih]

theorem list_exists_pos_of_sum_pos (l : List Nat) (h : 0 < l.sum) : ∃ a, a ∈ l ∧ 0 < a := by
  apply Classical.byContradiction
  intro n
  apply Nat.ne_zero_of_pos h
  rw [List.sum_eq_zero_iff]
  intro a ha
  apply Classical.byContradiction
  intro k
  exact n ⟨a, ha, Nat.pos_of_ne_zero k⟩

theorem rel_equivalence_common {α : Type} (r : α → α → Prop) (h : Equivalence r) (a b c : α)
    (p : r a b) (q : r c b) : r a c := by
  exact h.trans p (h.symm q)

theorem rel_equivalence_not {α : Type} (r : α → α → Prop) (h : Equivalence r) (a b c : α)
    (p : r a b) (q : ¬r b c) : ¬r a c := by
  intro k
  exact q (h.trans (h.symm p) k)

theorem rel_closure_two_steps {α : Type} (r : α → α → Prop) (a b c : α) (h : r a b) (k : r b c) :
    Relation.ReflTransGen r a c := by
  exact (Relation.ReflTransGen.single h).tail k

theorem rel_closure_of_preorder {α : Type} (r : α → α → Prop) (h : IsPreorder r) (a b : α) :
    Relation.ReflTransGen r a b ↔ r a b := by
  constructor
  · exact Relation.ReflTransGen.least h fun _ _ k => k
  · exact Relation.ReflTransGen.single

theorem rel_transgen_append {α : Type} (r : α → α → Prop) (a b c : α)
    (h : Relation.TransGen r a b) (k : Relation.ReflTransGen r b c) : Relation.TransGen r a c := by
  induction k with
  | refl => exact h
  | tail _ step ih => exact ih.tail step

theorem rel_converse_strict {α : Type} (r : α → α → Prop) (h : IsStrictOrder r) :
    IsStrictOrder (Relation.converse r) := by
  constructor
  · exact h.irrefl
  · exact Relation.converse_transitive h.trans

theorem rel_closure_stuck {α : Type} (r : α → α → Prop) (a b : α) (h : ∀ x, ¬r a x)
    (k : Relation.ReflTransGen r a b) : a = b := by
  rcases k.cases_head with e | ⟨c, step, _⟩
  · exact e
  · exact absurd step (h c)

theorem rel_comp_converse_symmetric {α β : Type} (r : α → β → Prop) :
    Symmetric (Relation.Comp r (Relation.converse r)) := by
  intro x y h
  obtain ⟨b, p, q⟩ := h
  exact ⟨b, q, p⟩

theorem rel_eq_of_symm_antisymm {α : Type} (r : α → α → Prop) (s : Symmetric r)
    (h : AntiSymmetric r) (a b : α) (p : r a b) : a = b := by
  exact h p (s p)

theorem rel_total_trans {α : Type} (r : α → α → Prop) (t : Total r) (h : Transitive r) (a b c : α)
    (p : r a b) (q : ¬r c b) : r a c := by
  exact h p (t.of_not q)

theorem rel_closure_succ_le (a b : Nat) (h : Relation.ReflTransGen (fun n m => m = n + 1) a b) :
    a ≤ b := by
  induction h with
  | refl => exact Nat.le_refl a
  | tail _ step ih =>
    rw [step]
    exact Nat.le_succ_of_le ih

theorem rel_comp_transitive {α : Type} (r s : α → α → Prop) (hr : Transitive r)
    (hs : Transitive s) (h : ∀ x z, Relation.Comp s r x z → Relation.Comp r s x z) :
    Transitive (Relation.Comp r s) := by
  rintro x y z ⟨a, xa, ay⟩ ⟨b, yb, bz⟩
  obtain ⟨c, ac, cb⟩ := h a b ⟨y, ay, yb⟩
  exact ⟨c, hr xa ac, hs cb bz⟩

theorem set_inter_subset_union {α : Type} (s t : Set α) : s ∩ t ⊆ s ∪ t := by
  exact Set.Subset.trans (Set.inter_subset_left s t) (Set.subset_union_left s t)

theorem set_subset_iff_union_eq {α : Type} (s t : Set α) : s ⊆ t ↔ s ∪ t = t := by
  constructor
  · exact Set.union_eq_self_of_subset_left
  · intro h
    rw [← h]
    exact Set.subset_union_left s t

theorem set_diff_inter_empty {α : Type} (s t : Set α) : (s \ t) ∩ t = ∅ := by
  exact Set.disjoint_iff_inter_eq_empty.1 (Set.disjoint_diff s t)

theorem set_compl_diff {α : Type} (s t : Set α) : (s \ t)ᶜ = sᶜ ∪ t := by
  rw [Set.diff_eq, Set.compl_inter, Set.compl_compl]

theorem set_compl_union_compl {α : Type} (s t : Set α) : (sᶜ ∪ tᶜ)ᶜ = s ∩ t := by
  rw [← Set.compl_inter, Set.compl_compl]

theorem set_image_inter_preimage {α β : Type} (f : α → β) (s : Set α) (t : Set β) :
    f '' (s ∩ f ⁻¹' t) = f '' s ∩ t := by
  ext b
  constructor
  · rintro ⟨a, ⟨hs, ht⟩, rfl⟩
    exact ⟨⟨a, hs, rfl⟩, ht⟩
  · rintro ⟨⟨a, hs, rfl⟩, ht⟩
    exact ⟨a, ⟨hs, ht⟩, rfl⟩

theorem set_image_comp_subset {α β γ : Type} (f : α → β) (g : β → γ) (s : Set α) (t : Set β)
    (r : Set γ) (h : f '' s ⊆ t) (k : g '' t ⊆ r) : (g ∘ f) '' s ⊆ r := by
  rw [Set.image_comp]
  exact Set.Subset.trans (Set.image_mono h) k

theorem set_disjoint_preimage {α β : Type} (f : α → β) (s t : Set β) (h : Set.Disjoint s t) :
    Set.Disjoint (f ⁻¹' s) (f ⁻¹' t) := by
  intro a hs ht
  exact h hs ht

theorem set_union_diff_of_subset {α : Type} (s t : Set α) (h : s ⊆ t) : s ∪ (t \ s) = t := by
  rw [Set.union_comm, Set.diff_union_self, Set.union_comm, Set.union_eq_self_of_subset_left h]

theorem set_diff_nonempty {α : Type} (s t : Set α) (h : ¬s ⊆ t) : (s \ t).Nonempty := by
  rw [Set.nonempty_iff_ne_empty]
  intro e
  exact h (Set.diff_eq_empty.1 e)

theorem set_eq_of_inter_eq_of_union_eq {α : Type} (s t r : Set α) (h : s ∩ r = t ∩ r)
    (k : s ∪ r = t ∪ r) : s = t := by
  have sub : ∀ u v : Set α, u ∩ r = v ∩ r → u ∪ r = v ∪ r → u ⊆ v := by
    intro u v h k x hx
    have hu : x ∈ v ∪ r := by
      rw [← k]
      exact .inl hx
    rcases hu with hv | hr
    · exact hv
    · have hv : x ∈ v ∩ r := by
        rw [← h]
        exact ⟨hx, hr⟩
      exact hv.1
  exact Set.Subset.antisymm (sub s t h k) (sub t s h.symm k.symm)

theorem set_diff_diff_eq_inter {α : Type} (s t : Set α) : s \ (s \ t) = s ∩ t := by
  rw [Set.diff_eq s t, Set.diff_inter, Set.diff_self, Set.empty_union, Set.diff_eq, Set.compl_compl]

theorem set_symm_diff_eq {α : Type} (s t : Set α) : (s \ t) ∪ (t \ s) = (s ∪ t) \ (s ∩ t) := by
  rw [Set.union_diff_distrib, Set.diff_inter, Set.diff_inter, Set.diff_self, Set.diff_self,
    Set.empty_union, Set.union_empty]

theorem set_range_comp_subset {α β γ : Type} (f : α → β) (g : β → γ) :
    Set.range (g ∘ f) ⊆ Set.range g := by
  rw [Set.range_comp]
  exact Set.image_subset_range g (Set.range f)

theorem set_subset_preimage_image {α β : Type} (f : α → β) (s t : Set α) (h : s ⊆ t) :
    s ⊆ f ⁻¹' (f '' t) := by
  exact Set.Subset.trans h (Set.subset_preimage_image f t)

theorem list_length_cons_append_nil {α : Type} (a : α) (l : List α) :
    (a :: l ++ []).length = l.length + 1 := by
  rw [List.append_nil, List.length_cons]

theorem list_mem_middle {α : Type} (a : α) (l m k : List α) (h : a ∈ l) : a ∈ m ++ (l ++ k) := by
  exact List.mem_append_right m (List.mem_append_left k h)

theorem rel_pullback_total {α β : Type} (r : β → β → Prop) (f : α → β) (h : Total r) :
    Total (Relation.pullback r f) := by
  intro x y
  exact h (f x) (f y)

theorem set_mem_of_mem_inter {α : Type} (s t r : Set α) (a : α) (h : s ⊆ t) (k : a ∈ s ∩ r) :
    a ∈ t := by
  exact h k.1

theorem set_union_inter_empty {α : Type} (s t : Set α) : s ∪ (t ∩ ∅) = s := by
  rw [Set.inter_empty, Set.union_empty]

theorem rel_closure_turn_around {α : Type} (r : α → α → Prop) (s : Symmetric r) (a b : α)
    (h : Relation.ReflTransGen r a b) : Relation.ReflTransGen r b a := by
  exact Relation.ReflTransGen.symmetric s h
