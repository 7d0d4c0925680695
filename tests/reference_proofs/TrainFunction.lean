/-!
# Reference proofs of the training problems: functions, options, pairs and disjoint sums

One proof of every training problem, to show that it can be solved. Only a test reads this file:
it is never shown to a model, nor to the search index.
-/

theorem sum_elim_after_swap (α β γ : Type) (f : α → γ) (g : β → γ) :
    Sum.elim f g ∘ Sum.swap = Sum.elim g f :=
  Sum.funext_sides (fun _ => rfl) fun _ => rfl

theorem sum_swap_after_map (α β γ δ : Type) (f : α → γ) (g : β → δ) (s : Sum α β) :
    Sum.swap (Sum.map f g s) = Sum.map g f (Sum.swap s) := by
  cases s <;> rfl

theorem sum_left_or_right (α β : Type) (s : Sum α β) :
    (∃ a, s = Sum.inl a) ∨ ∃ b, s = Sum.inr b := by
  cases s with
  | inl a => exact .inl ⟨a, rfl⟩
  | inr b => exact .inr ⟨b, rfl⟩

theorem fun_constant_not_injective (α β : Type) (a b : α) (c : β) (differ : a ≠ b) :
    ¬Function.Injective (fun _ : α => c) := by
  intro h
  exact differ (h rfl)

theorem fun_idempotent_injective_is_id (α : Type) (f : α → α) (inj : Function.Injective f)
    (idem : f ∘ f = f) : f = id :=
  funext fun x => inj (congrFun idem x)

theorem fun_commute_with_composition (α : Type) (f g h : α → α) (cg : Function.Commute f g)
    (ch : Function.Commute f h) : Function.Commute f (g ∘ h) := by
  intro x
  show f (g (h x)) = g (h (f x))
  rw [cg, ch]

theorem fun_doubling_injective : Function.Injective (fun n : Nat => n + n) := by
  intro a b h
  have h' : a + a = b + b := h
  omega

theorem fun_halving_surjective : Function.Surjective (fun n : Nat => n / 2) := by
  intro b
  refine ⟨2 * b, ?_⟩
  show 2 * b / 2 = b
  omega

theorem fun_idempotent_values (α : Type) (f : α → α) (idem : ∀ x, f (f x) = f x) (y : α) :
    (∃ x, f x = y) ↔ f y = y := by
  constructor
  · rintro ⟨x, rfl⟩
    exact idem x
  · exact fun h => ⟨y, h⟩

theorem fun_injective_into_pairs (α β γ : Type) (f : α → β) (g : α → γ)
    (inj : Function.Injective f) : Function.Injective (fun x => (f x, g x)) := by
  intro a b h
  exact inj (congrArg Prod.fst h)

theorem fun_involution_of_commuting (α : Type) (f g : α → α) (hf : Function.Involutive f)
    (hg : Function.Involutive g) (comm : ∀ x, f (g x) = g (f x)) :
    Function.Involutive (f ∘ g) := by
  intro x
  show f (g (f (g x))) = x
  rw [← comm (g x), hg, hf]

theorem fun_iterate_plus_one (n start : Nat) :
    Function.iterate (fun x => x + 1) n start = start + n := by
  induction n generalizing start with
  | zero => rfl
  | succ n ih => rw [Function.iterate_succ_apply, ih]; omega

theorem fun_successor_not_surjective : ¬Function.Surjective (fun n : Nat => n + 1) := by
  intro h
  obtain ⟨a, ha⟩ := h 0
  cases ha

theorem fun_fixed_by_two_and_three (α : Type) (f : α → α) (a : α) (two : f (f a) = a)
    (three : f (f (f a)) = a) : Function.IsFixedPt f a := by
  rw [two] at three
  exact three

theorem fun_inverse_same_fixed_points (α : Type) (f g : α → α) (gf : Function.LeftInverse g f)
    (fg : Function.LeftInverse f g) (a : α) :
    Function.IsFixedPt f a ↔ Function.IsFixedPt g a :=
  ⟨.of_leftInverse gf, .of_leftInverse fg⟩

theorem nat_additive_is_linear (g : Nat → Nat) (add : ∀ x y, g (x + y) = g x + g y) (n : Nat) :
    g n = n * g 1 := by
  induction n with
  | zero =>
    have h := add 0 0
    have e : g (0 + 0) = g 0 := rfl
    rw [Nat.zero_mul]
    omega
  | succ n ih => rw [add, ih, Nat.succ_mul]

theorem option_bind_as_join (α β : Type) (f : α → Option β) (x : Option α) :
    x.bind f = (Option.map f x).join := by
  cases x <;> rfl

theorem option_some_of_default (α : Type) (x : Option α) (default : α) (h : x ≠ none) :
    x = some (x.getD default) := by
  cases x with
  | none => exact absurd rfl h
  | some a => rfl

theorem option_filter_by_impossible (α : Type) (p : α → Bool) (never : ∀ a, p a = false)
    (x : Option α) : Option.filter p x = none := by
  cases x with
  | none => rfl
  | some a => exact Option.filter_some_of_neg (never a)

theorem option_filter_getD_le (p : Nat → Bool) (x : Option Nat) :
    (Option.filter p x).getD 0 ≤ x.getD 0 := by
  cases x with
  | none => exact Nat.le_refl 0
  | some a =>
    by_cases h : p a = true
    · rw [Option.filter_some_of_pos h]
    · rw [Option.filter_some_of_neg (by simp_all)]
      exact Nat.zero_le _

theorem option_map_of_agree (α β : Type) (f g : α → β) (x : Option α)
    (agree : ∀ a, x = some a → f a = g a) : Option.map f x = Option.map g x := by
  cases x with
  | none => rfl
  | some a => rw [Option.map_some, Option.map_some, agree a rfl]

theorem option_mem_filtered (α : Type) (p : α → Bool) (a : α) (x : Option α) :
    a ∈ Option.filter p x ↔ a ∈ x ∧ p a = true :=
  Option.filter_eq_some_iff

theorem option_or_order_irrelevant (α : Type) (x y : Option α) (h : x = none ∨ y = none) :
    x.or y = y.or x := by
  rcases h with rfl | rfl <;> simp

theorem option_pair_isSome (α β : Type) (x : Option α) (y : Option β) :
    (x.bind fun a => Option.map (fun b => (a, b)) y).isSome = (x.isSome && y.isSome) := by
  cases x <;> cases y <;> rfl

theorem prod_map_unmoved (α β : Type) (f : α → α) (still : ∀ a, f a = a) (p : α × β) :
    Prod.map f id p = p := by
  cases p
  simp [Prod.map, still]

theorem prod_sum_of_swapped (p : Nat × Nat) : (Prod.swap p).1 + (Prod.swap p).2 = p.1 + p.2 := by
  rw [Prod.fst_swap, Prod.snd_swap, Nat.add_comm]

theorem prod_swap_of_crosswise (α : Type) (p q : α × α) (h : p.1 = q.2) (k : p.2 = q.1) :
    p = Prod.swap q := by
  cases p
  cases q
  simp_all [Prod.swap]

theorem prod_exists_by_first (α β : Type) (b : β) (p : α → Prop) :
    (∃ q : α × β, p q.1) ↔ ∃ a, p a := by
  constructor
  · rintro ⟨q, h⟩
    exact ⟨q.1, h⟩
  · rintro ⟨a, h⟩
    exact ⟨(a, b), h⟩

theorem prod_first_determines (α β : Type) (same : ∀ x y : β, x = y) :
    Function.Injective (Prod.fst : α × β → α) := by
  rintro ⟨a, b⟩ ⟨c, d⟩ h
  exact Prod.mk_inj.2 ⟨h, same b d⟩

theorem prod_map_involution (α β : Type) (f : α → α) (g : β → β) (hf : Function.Involutive f)
    (hg : Function.Involutive g) : Function.Involutive (Prod.map f g) := by
  rintro ⟨a, b⟩
  exact Prod.mk_inj.2 ⟨hf a, hg b⟩

theorem prod_rebracket_injective (α β γ : Type) :
    Function.Injective (fun t : (α × β) × γ => (t.1.1, (t.1.2, t.2))) := by
  rintro ⟨⟨a, b⟩, c⟩ ⟨⟨a', b'⟩, c'⟩ h
  simp_all
