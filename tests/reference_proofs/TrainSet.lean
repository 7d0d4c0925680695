/-!
# Reference proofs of the training problems: relations and sets

One proof of every training problem, to show that it can be solved. Only a test reads this file:
it is never shown to a model, nor to the search index.
-/

theorem rel_euclidean_loop {α : Type} (r : α → α → Prop) (eu : Euclidean r) (a b : α)
    (step : r a b) : r b b :=
  eu step step

theorem rel_both_symmetric {α : Type} (r s : α → α → Prop) (hr : Symmetric r)
    (hs : Symmetric s) : Symmetric (fun x y => r x y ∧ s x y) :=
  fun _ _ h => ⟨hr h.1, hs h.2⟩

theorem rel_nothing_related {α : Type} (r : α → α → Prop) (none_related : ∀ x y, ¬r x y) :
    Symmetric r ∧ Transitive r :=
  ⟨fun x y h => absurd h (none_related x y), fun x y _ h _ => absurd h (none_related x y)⟩

theorem rel_with_converse_symmetric {α : Type} (r : α → α → Prop) :
    Symmetric (fun x y => r x y ∨ Relation.converse r x y) :=
  fun _ _ h => h.symm

theorem rel_comp_over_or {α β γ : Type} (r : α → β → Prop) (s t : β → γ → Prop) (a : α) (c : γ) :
    Relation.Comp r (fun x y => s x y ∨ t x y) a c ↔
      Relation.Comp r s a c ∨ Relation.Comp r t a c := by
  constructor
  · rintro ⟨b, h, k | k⟩
    · exact .inl ⟨b, h, k⟩
    · exact .inr ⟨b, h, k⟩
  · rintro (⟨b, h, k⟩ | ⟨b, h, k⟩)
    · exact ⟨b, h, .inl k⟩
    · exact ⟨b, h, .inr k⟩

theorem rel_family_transitive {ι α : Type} (r : ι → α → α → Prop)
    (each : ∀ i, Transitive (r i)) : Transitive (fun x y => ∀ i, r i x y) :=
  fun _ _ _ h k i => each i (h i) (k i)

theorem rel_less_than_strict : IsStrictOrder (fun a b : Nat => a < b) :=
  ⟨Nat.lt_irrefl, fun _ _ _ => Nat.lt_trans⟩

theorem rel_pullback_antisymm {α β : Type} (r : β → β → Prop) (f : α → β)
    (inj : Function.Injective f) (anti : AntiSymmetric r) :
    AntiSymmetric (Relation.pullback r f) :=
  fun _ _ h k => inj (anti h k)

theorem rel_reflexive_of_serial {α : Type} (r : α → α → Prop) (sym : Symmetric r)
    (tra : Transitive r) (serial : ∀ x, ∃ y, r x y) : Reflexive r := by
  intro x
  obtain ⟨y, h⟩ := serial x
  exact tra h (sym h)

theorem rel_same_remainder (m : Nat) : Equivalence (fun a b : Nat => a % m = b % m) :=
  ⟨fun _ => rfl, fun _ _ h => h.symm, fun _ _ _ h k => h.trans k⟩

theorem rel_way_in_union {α : Type} (road rail : α → α → Prop) (a b : α)
    (way : Relation.ReflTransGen road a b) :
    Relation.ReflTransGen (fun x y => road x y ∨ rail x y) a b :=
  way.mono fun _ _ => .inl

theorem rel_equivalent_iff_same_class {α : Type} (a b : α) (sim : α → α → Prop)
    (h : Equivalence sim) : sim a b ↔ ∀ z, sim a z ↔ sim b z := by
  constructor
  · exact fun p z => h.iff_of_rel p z
  · exact fun k => (k b).2 (h.refl b)

theorem rel_one_direction {α : Type} (r : α → α → Prop) (total : Total r)
    (anti : AntiSymmetric r) (a b : α) (differ : a ≠ b) : r a b ↔ ¬r b a := by
  constructor
  · exact fun h k => differ (anti h k)
  · exact total.of_not

theorem rel_steps_of_two_even (a b : Nat) (even : Nat.Even a)
    (way : Relation.ReflTransGen (fun n m => m = n + 2) a b) : Nat.Even b := by
  induction way with
  | refl => exact even
  | tail _ step ih =>
    rw [step]
    exact ih.add Nat.even_two

theorem set_empty_of_self_disjoint {α : Type} (s : Set α) (h : Set.Disjoint s s) : s = ∅ := by
  rw [Set.disjoint_iff_inter_eq_empty, Set.inter_self] at h
  exact h

theorem set_nothing_in_common {α : Type} (s t : Set α) (outside : s ⊆ tᶜ) : s ∩ t = ∅ :=
  Set.disjoint_iff_inter_eq_empty.1 (Set.subset_compl_iff_disjoint.1 outside)

theorem set_common_to_three {α : Type} (s t r : Set α) : s ∩ t ∩ r ⊆ r ∩ s :=
  fun _ h => ⟨h.2, h.1.1⟩

theorem set_meeting_symmetric {α : Type} (s t : Set α) (meet : (s ∩ t).Nonempty) :
    (t ∩ s).Nonempty := by
  rw [Set.inter_comm]
  exact meet

theorem set_mem_fibre {α β : Type} (f : α → β) (a : α) (b : β) :
    a ∈ f ⁻¹' {b} ↔ b = f a :=
  ⟨fun h => Eq.symm h, fun h => Eq.symm h⟩

theorem set_pair_of_members {α : Type} (a b : α) (s : Set α) (ha : a ∈ s) (hb : b ∈ s) :
    insert a {b} ⊆ s :=
  Set.insert_subset_iff.2 ⟨ha, Set.singleton_subset_iff.2 hb⟩

theorem set_part_of_union_subset {α : Type} (s t r : Set α) : s ∪ t ⊆ r → t ⊆ r :=
  fun h _ k => h (.inr k)

theorem set_compl_as_difference {α : Type} (s : Set α) : Set.univ \ s = sᶜ := by
  rw [Set.diff_eq, Set.univ_inter]

theorem set_even_odd_disjoint : Set.Disjoint {n | Nat.Even n} {n | Nat.Odd n} :=
  fun n he ho => Nat.not_even_and_odd n ⟨he, ho⟩

theorem set_image_union_subset {α β : Type} (f : α → β) (s t : Set α) (target : Set β)
    (hs : f '' s ⊆ target) (ht : f '' t ⊆ target) : f '' (s ∪ t) ⊆ target := by
  rw [Set.image_union]
  exact Set.union_subset hs ht

theorem set_insert_into_union {α : Type} (a : α) (s t : Set α) :
    insert a s ∪ t = insert a (s ∪ t) := by
  rw [Set.insert_eq, Set.insert_eq, Set.union_assoc]

theorem set_mem_of_meets_singleton {α : Type} (a : α) (s : Set α)
    (meet : ({a} ∩ s).Nonempty) : a ∈ s := by
  obtain ⟨x, rfl, h⟩ := meet
  exact h

theorem set_preimage_of_range {α β : Type} (f : α → β) : f ⁻¹' (Set.range f) = Set.univ :=
  Set.eq_univ_iff_forall.2 fun a => ⟨a, rfl⟩

theorem set_range_subset_iff {α β : Type} (f : α → β) (t : Set β) :
    Set.range f ⊆ t ↔ ∀ a, f a ∈ t := by
  constructor
  · exact fun h a => h ⟨a, rfl⟩
  · rintro h b ⟨a, rfl⟩
    exact h a

theorem set_remove_from_intersection {α : Type} (s t r : Set α) :
    (s ∩ t) \ r = (s \ r) ∩ (t \ r) := by
  ext x
  constructor
  · exact fun h => ⟨⟨h.1.1, h.2⟩, h.1.2, h.2⟩
  · exact fun h => ⟨⟨h.1.1, h.2.1⟩, h.1.2⟩

theorem set_subset_of_preimages {α β : Type} (f : α → β) (onto : Function.Surjective f)
    (s t : Set β) (h : f ⁻¹' s ⊆ f ⁻¹' t) : s ⊆ t := by
  intro b hb
  obtain ⟨a, rfl⟩ := onto b
  exact h hb

theorem set_union_avoids_iff {α : Type} (s t r : Set α) :
    Set.Disjoint (s ∪ t) r ↔ Set.Disjoint s r ∧ Set.Disjoint t r := by
  constructor
  · exact fun h => ⟨fun _ k => h (.inl k), fun _ k => h (.inr k)⟩
  · rintro ⟨hs, ht⟩ x (h | h) k
    · exact hs h k
    · exact ht h k

theorem set_common_multiples : ({n | 2 ∣ n} : Set Nat) ∩ {n | 3 ∣ n} = {n | 6 ∣ n} := by
  ext n
  show (2 ∣ n ∧ 3 ∣ n) ↔ 6 ∣ n
  omega

theorem set_difference_subset_iff {α : Type} (s t r : Set α) : s \ t ⊆ r ↔ s ⊆ t ∪ r := by
  constructor
  · intro h x hx
    by_cases ht : x ∈ t
    · exact .inl ht
    · exact .inr (h ⟨hx, ht⟩)
  · rintro h x ⟨hx, hn⟩
    exact (h hx).resolve_left hn

theorem set_image_of_unmoved {α : Type} (f : α → α) (s : Set α)
    (still : ∀ a, a ∈ s → f a = a) : f '' s = s := by
  ext b
  constructor
  · rintro ⟨a, ha, rfl⟩
    rw [still a ha]
    exact ha
  · exact fun hb => ⟨b, hb, still b hb⟩

theorem set_invariant_under_iterates {α : Type} (f : α → α) (s : Set α) (into : f '' s ⊆ s)
    (n : Nat) (a : α) (start : a ∈ s) : Function.iterate f n a ∈ s := by
  induction n generalizing a with
  | zero => exact start
  | succ n ih => exact ih (f a) (into ⟨a, start, rfl⟩)

theorem set_split_by_other {α : Type} (s t : Set α) : (s ∪ t) ∩ (s ∪ tᶜ) = s := by
  rw [← Set.union_inter_distrib_left, Set.inter_compl_self, Set.union_empty]

theorem set_cancel_disjoint_union {α : Type} (s t r : Set α) (same : s ∪ t = s ∪ r)
    (ht : Set.Disjoint s t) (hr : Set.Disjoint s r) : t = r := by
  have sub : ∀ u v : Set α, s ∪ u = s ∪ v → Set.Disjoint s u → u ⊆ v := by
    intro u v e d x hx
    have m : x ∈ s ∪ v := by
      rw [← e]
      exact .inr hx
    exact m.resolve_left fun hs => d hs hx
  exact Set.Subset.antisymm (sub t r same ht) (sub r t same.symm hr)
