/-!
# Reference proofs: logic, quantifiers, functions, truth values, options and pairs

One proof of every embedded problem, to show that it can be solved. Only a test reads this file:
it is never shown to a model, nor to the search index.
-/

theorem logic_or_absorbs_and (a b : Prop) : a ∨ (a ∧ b) ↔ a :=
  or_iff_left_of_imp And.left

theorem logic_and_exchange_outer (a b c d : Prop) : (a ∧ b) ∧ (c ∧ d) ↔ (d ∧ b) ∧ (c ∧ a) := by
  constructor
  · rintro ⟨⟨ha, hb⟩, hc, hd⟩
    exact ⟨⟨hd, hb⟩, hc, ha⟩
  · rintro ⟨⟨hd, hb⟩, hc, ha⟩
    exact ⟨⟨ha, hb⟩, hc, hd⟩

theorem logic_iff_of_same_negation (a b c : Prop) (h₁ : ¬a ↔ b) (h₂ : ¬c ↔ b) : a ↔ c :=
  not_iff_not.1 (h₁.trans h₂.symm)

theorem logic_xor_iff_not_left_iff (a b : Prop) : Xor' a b ↔ (¬a ↔ b) :=
  (xor_iff_not_iff a b).trans not_iff

theorem logic_destructive_dilemma (a b c d : Prop) (h₁ : a → c) (h₂ : b → d) (h : ¬c ∨ ¬d) :
    ¬a ∨ ¬b :=
  h.imp (mt h₁) (mt h₂)

theorem logic_or_from_imp_imp (a b c : Prop) (h : (a → b) → c) : a ∨ c := by
  rcases em a with ha | ha
  · exact .inl ha
  · exact .inr (h fun x => (ha x).elim)

theorem logic_xor_assoc (a b c : Prop) : Xor' (Xor' a b) c ↔ Xor' a (Xor' b c) := by
  unfold Xor'
  by_cases ha : a <;> by_cases hb : b <;> by_cases hc : c <;> simp [ha, hb, hc]

theorem logic_majority_dual (a b c : Prop) :
    (a ∧ b) ∨ (b ∧ c) ∨ (c ∧ a) ↔ (a ∨ b) ∧ (b ∨ c) ∧ (c ∨ a) := by
  by_cases ha : a <;> by_cases hb : b <;> by_cases hc : c <;> simp [ha, hb, hc]

theorem logic_ite_comp_ite (c : Prop) [Decidable c] (f : Nat → Nat) (x y : Nat) :
    f (if ¬c then x else y) = if c then f y else f x := by
  rw [ite_not, apply_ite f]

theorem quant_drinker (α : Type) [Nonempty α] (p : α → Prop) : ∃ x, p x → ∀ y, p y := by
  rcases em (∀ y, p y) with h | h
  · exact exists_of_forall fun _ _ => h
  · obtain ⟨x, hx⟩ := not_forall.1 h
    exact ⟨x, fun hp => (hx hp).elim⟩

theorem quant_counterexample_moves_back (α : Type) (p q : α → Prop) (h : ∀ x, p x → q x)
    (hq : ∃ x, ¬q x) : ¬∀ x, p x :=
  not_forall_of_exists_not (hq.imp fun x => mt (h x))

theorem quant_exists_or_none (α : Type) (p : α → Prop) : (∃ x, p x) ∨ ∀ x, ¬p x :=
  (em (∃ x, p x)).imp_right not_exists.1

theorem quant_forall_or_exists (α : Type) (p q : α → Prop) (h : ∀ x, p x ∨ q x) :
    (∀ x, p x) ∨ ∃ x, q x := by
  rcases em (∃ x, q x) with hq | hq
  · exact .inr hq
  · exact .inl fun x => (h x).resolve_right (not_exists.1 hq x)

theorem quant_unique_shares_property (α : Type) (p q : α → Prop) (h : ∃! x, p x)
    (hq : ∃ x, p x ∧ q x) : ∀ x, p x → q x := by
  obtain ⟨a, ha, hqa⟩ := hq
  intro x hx
  rw [h.unique hx ha]
  exact hqa

theorem quant_skolem_in_two_steps (α β γ : Type) (r : α → β → Prop) (s : β → γ → Prop)
    (h₁ : ∀ x, ∃ y, r x y) (h₂ : ∀ y, ∃ z, s y z) :
    ∃ f : α → γ, ∀ x, ∃ y, r x y ∧ s y (f x) := by
  obtain ⟨g, hg⟩ := Classical.skolem.1 h₁
  obtain ⟨k, hk⟩ := Classical.skolem.1 h₂
  exact ⟨k ∘ g, fun x => ⟨g x, hg x, hk (g x)⟩⟩

theorem quant_exists_pair_of_and (α β : Type) (p : α → Prop) (q : β → Prop) :
    (∃ x, ∃ y, p x ∧ q y) ↔ (∃ x, p x) ∧ ∃ y, q y :=
  (exists_congr fun _ => exists_and_left).trans exists_and_right

theorem quant_unique_and_of_unique (α : Type) (p q : α → Prop) (h : ∃! x, p x)
    (hq : ∀ x, p x → q x) : ∃! x, p x ∧ q x :=
  (existsUnique_congr fun x => and_iff_left_of_imp (hq x)).2 h

theorem fun_injective_of_comp_eq_id (α β : Type) (f : α → β) (g : β → α) (h : g ∘ f = id) :
    Function.Injective f ∧ Function.Surjective g :=
  ⟨(Function.leftInverse_iff_comp.2 h).injective, (Function.leftInverse_iff_comp.2 h).surjective⟩

theorem fun_comp_three_injective (α β γ δ : Type) (f : α → β) (g : β → γ) (h : γ → δ)
    (hf : Function.Injective f) (hg : Function.Injective g) (hh : Function.Injective h) :
    Function.Injective (h ∘ (g ∘ f)) :=
  hh.comp (hg.comp hf)

theorem fun_iterate_stops_fixed (α : Type) (f : α → α) (n : Nat) (a : α)
    (hf : Function.Injective f) (h : Function.iterate f (n + 1) a = Function.iterate f n a) :
    Function.IsFixedPt f a :=
  hf.iterate n h

theorem fun_iterates_commute (α : Type) (f : α → α) (m n : Nat) (a : α) :
    Function.iterate f m (Function.iterate f n a) = Function.iterate f n (Function.iterate f m a) :=
  ((Function.Commute.refl f).iterate_left m).iterate_right n a

theorem fun_involution_even_iterate (α : Type) (f : α → α) (n : Nat) (h : Function.Involutive f) :
    Function.iterate f (2 * n) = id := by
  rw [Function.iterate_mul, show Function.iterate f 2 = id from h.comp_self, Function.iterate_id]

theorem fun_bijective_last_of_comp (α β γ : Type) (f : α → β) (g : β → γ)
    (h : Function.Bijective (g ∘ f)) (hf : Function.Surjective f) : Function.Bijective g :=
  ⟨h.1.of_comp_right hf, h.2.of_comp⟩

theorem fun_left_inverse_unique (α β : Type) (f : α → β) (g k : β → α) (hf : Function.Surjective f)
    (hg : Function.LeftInverse g f) (hk : Function.LeftInverse k f) : g = k :=
  hg.eq_rightInverse (hk.rightInverse_of_surjective hf)

theorem fun_no_injection_from_subsets (α : Type) (f : (α → Prop) → α) : ¬Function.Injective f := by
  intro h
  obtain ⟨g, hg⟩ := h.hasLeftInverse
  exact Function.cantor_surjective g hg.surjective

theorem fun_common_fixed_point_iterate (α : Type) (f g : α → α) (a : α) (n : Nat)
    (hf : Function.IsFixedPt f a) (hg : Function.IsFixedPt g a) :
    Function.IsFixedPt (Function.iterate (f ∘ g) n) a :=
  (hf.comp hg).iterate n

theorem fun_surjective_of_cancel (α β : Type) (f : α → β)
    (h : ∀ g k : β → Prop, g ∘ f = k ∘ f → g = k) : Function.Surjective f := by
  intro b
  have same := h (fun y => ∃ a, f a = y) (fun _ => True)
    (funext fun a => eq_true ⟨a, rfl⟩)
  exact of_eq_true (congrFun same b)

theorem fun_update_other_point (f : Nat → Nat) (a b x y : Nat) (h : a ≠ b) :
    Function.update (Function.update f a x) b y a = x := by
  rw [Function.update_of_ne h, Function.update_self]

theorem bool_or_from_and_not (a b : Bool) : (!(!a && !b)) = (a || b) := by
  cases a <;> simp

theorem bool_xor_eq_or_and_not_and (a b : Bool) : Bool.xor a b = ((a || b) && !(a && b)) := by
  cases a <;> cases b <;> rfl

theorem bool_xor_telescopes (a b c : Bool) : Bool.xor (Bool.xor a b) (Bool.xor b c) = Bool.xor a c := by
  rw [Bool.xor_assoc, Bool.xor_xor_cancel_left]

theorem bool_function_three_times (f : Bool → Bool) (b : Bool) : f (f (f b)) = f b := by
  cases ht : f true <;> cases hf : f false <;> cases b <;> simp [ht, hf]

theorem bool_decide_not_or (p q : Prop) [Decidable p] [Decidable q] :
    decide (¬(p ∨ q)) = (!decide p && !decide q) := by
  rw [Bool.decide_not, Bool.decide_or, Bool.not_or]

theorem option_map_left_inverse (α β : Type) (f : α → β) (g : β → α) (x : Option α)
    (h : Function.LeftInverse g f) : Option.map g (Option.map f x) = x := by
  rw [Option.map_map, h.comp_eq_id, Option.map_id]

theorem option_isSome_of_bind (α β : Type) (x : Option α) (f : α → Option β)
    (h : (x.bind f).isSome = true) : x.isSome = true := by
  cases x with
  | none => exact h
  | some a => rfl

theorem option_map_or_eq_none (α β : Type) (f : α → β) (x y : Option α) :
    Option.map f (x.or y) = none ↔ x = none ∧ y = none :=
  Option.map_eq_none_iff.trans Option.or_eq_none_iff

theorem option_getD_or_map (α β : Type) (f : α → β) (x y : Option α) (d : α) :
    (Option.map f (x.or y)).getD (f d) = f (x.getD (y.getD d)) := by
  rw [Option.getD_map, Option.getD_or]

theorem option_filter_comm (α : Type) (p q : α → Bool) (x : Option α) :
    Option.filter p (Option.filter q x) = Option.filter q (Option.filter p x) := by
  apply Option.ext
  intro a
  rw [Option.filter_eq_some_iff, Option.filter_eq_some_iff, Option.filter_eq_some_iff,
    Option.filter_eq_some_iff]
  exact and_right_comm

theorem option_join_twice (α : Type) (x : Option (Option (Option α))) :
    x.join.join = (Option.map Option.join x).join := by
  cases x <;> rfl

theorem option_some_bind_injective (α β : Type) (f : α → β) (hf : Function.Injective f) (a : α)
    (x : Option α) (h : x.bind (some ∘ f) = some (f a)) : x = some a := by
  rw [← Option.map_eq_bind, ← Option.map_some] at h
  exact Option.map_injective hf h

theorem prod_swap_map_swap (α β : Type) (f : α → α) (g : β → β) (p : α × β) :
    Prod.swap (Prod.map g f (Prod.swap p)) = Prod.map f g p :=
  rfl

theorem prod_graph_injective (α β : Type) (f : α → β) : Function.Injective fun a => (a, f a) :=
  fun _ _ h => (Prod.mk_inj.1 h).1

theorem prod_swap_after_map_bijective (α β : Type) (f : α → α) (g : β → β)
    (hf : Function.Bijective f) (hg : Function.Bijective g) :
    Function.Bijective (Prod.swap ∘ Prod.map f g) :=
  Prod.swap_bijective.comp (Prod.map_bijective hf hg)

theorem prod_map_left_inverse (α β γ δ : Type) (f : α → γ) (g : γ → α) (h : β → δ) (k : δ → β)
    (hg : Function.LeftInverse g f) (hk : Function.LeftInverse k h) :
    Function.LeftInverse (Prod.map g k) (Prod.map f h) := by
  rw [Function.leftInverse_iff_comp, Prod.map_comp_map, hg.comp_eq_id, hk.comp_eq_id, Prod.map_id]

theorem prod_exists_swapped (α β : Type) (p : α × β → Prop) :
    (∃ q, p q) ↔ ∃ q : β × α, p (Prod.swap q) :=
  Prod.swap_surjective.exists

theorem prod_eq_of_swap_fixed (α : Type) (p : α × α) (h : Function.IsFixedPt Prod.swap p) :
    p.1 = p.2 :=
  congrArg Prod.snd h
