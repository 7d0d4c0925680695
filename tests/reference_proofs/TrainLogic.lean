/-!
# Reference proofs of the training problems: logic, quantifiers and truth values

One proof of every training problem, to show that it can be solved. Only a test reads this file:
it is never shown to a model, nor to the search index.
-/

theorem bool_negation_moves_all : ¬∃ b : Bool, (!b) = b := by
  rintro ⟨b, h⟩
  exact Bool.not_ne_self b h

theorem bool_split_by_other (a b : Bool) : (a && b || a && !b) = a := by
  cases a <;> cases b <;> rfl

theorem bool_cond_in_cond (α : Type) (b c : Bool) (x y : α) :
    cond b (cond c x y) y = cond (b && c) x y := by
  cases b <;> rfl

theorem bool_two_of_three_equal (a b c : Bool) : a = b ∨ b = c ∨ a = c := by
  cases a <;> cases b <;> cases c <;> simp

theorem bool_xor_rotates (a b c : Bool) :
    Bool.xor a (Bool.xor b c) = Bool.xor c (Bool.xor a b) := by
  cases a <;> cases b <;> cases c <;> rfl

theorem bool_eq_of_and_or_agree (a b c : Bool) (hand : (a && c) = (b && c))
    (hor : (a || c) = (b || c)) : a = b := by
  cases a <;> cases b <;> cases c <;> simp_all

theorem bool_or_of_implies (a b : Bool) (imp : a = true → b = true) : (a || b) = b := by
  cases a <;> cases b <;> simp_all

theorem bool_surjective_of_differ (f : Bool → Bool) (differ : f true ≠ f false) :
    Function.Surjective f := by
  have one : ∀ x y b : Bool, x ≠ y → x = b ∨ y = b := by
    intro x y b
    cases x <;> cases y <;> cases b <;> simp
  exact fun b => (one _ _ b differ).elim (⟨true, ·⟩) (⟨false, ·⟩)

theorem logic_blame_second (p q r : Prop) (h : p ∧ q → r) (hp : p) (hr : ¬r) : ¬q :=
  fun hq => hr (h ⟨hp, hq⟩)

theorem logic_no_refutation_of_em (p q : Prop) (h : p ∨ ¬p → q) (hq : ¬q) : False :=
  not_not_em p fun k => hq (h k)

theorem logic_ite_le_bound (c : Prop) [Decidable c] (x y bound : Nat) (hx : x ≤ bound)
    (hy : y ≤ bound) : (if c then x else y) ≤ bound := by
  split <;> assumption

theorem logic_xor_with_false (p : Prop) : Xor' p False ↔ p := by
  simp [Xor']

theorem logic_conditional_two_ways (p q r : Prop) :
    ((p → q) ∧ (¬p → r)) ↔ ((p ∧ q) ∨ (¬p ∧ r)) := by
  by_cases hp : p <;> simp [hp]

theorem logic_exclusive_alternatives (p q : Prop) (some_holds : p ∨ q) (excl : ¬(p ∧ q)) :
    q ↔ ¬p := by
  constructor
  · exact fun hq hp => excl ⟨hp, hq⟩
  · exact some_holds.resolve_left

theorem logic_follows_or_implies (p q r : Prop) : (p → q) ∨ (q → r) := by
  rcases em q with h | h
  · exact .inl fun _ => h
  · exact .inr fun k => absurd k h

theorem logic_iff_associative (p q r : Prop) : ((p ↔ q) ↔ r) ↔ (p ↔ (q ↔ r)) := by
  by_cases hp : p <;> by_cases hq : q <;> by_cases hr : r <;> simp [hp, hq, hr]

theorem logic_iff_of_and_or_agree (p q r : Prop) (hand : p ∧ r ↔ q ∧ r) (hor : p ∨ r ↔ q ∨ r) :
    p ↔ q := by
  by_cases hr : r <;> simp_all

theorem logic_ite_and_nested (p q : Prop) [Decidable p] [Decidable q] (a b : Nat) :
    (if p ∧ q then a else b) = if p then (if q then a else b) else b := by
  by_cases hp : p <;> by_cases hq : q <;> simp [hp, hq]

theorem logic_knights_and_knaves (alice bob : Prop) (says : alice ↔ (¬alice ∨ bob)) :
    alice ∧ bob := by
  by_cases ha : alice <;> by_cases hb : bob <;> simp_all

theorem logic_not_all_three (p q r : Prop) : ¬(p ∧ q ∧ r) ↔ ¬p ∨ ¬q ∨ ¬r := by
  rw [not_and_or, not_and_or]

theorem logic_xor_undone (p q : Prop) : Xor' p (Xor' p q) ↔ q := by
  unfold Xor'
  by_cases hp : p <;> by_cases hq : q <;> simp [hp, hq]

theorem quant_all_and_some (α : Type) (p q : α → Prop) (every : ∀ x, p x) (some_q : ∃ x, q x) :
    ∃ x, p x ∧ q x := by
  obtain ⟨x, hx⟩ := some_q
  exact ⟨x, every x, hx⟩

theorem quant_exists_equal_and (α : Type) (a : α) (p : α → Prop) :
    (∃ x, x = a ∧ p x) ↔ p a := by
  constructor
  · rintro ⟨x, rfl, h⟩
    exact h
  · exact fun h => ⟨a, rfl, h⟩

theorem quant_no_exception_iff (α : Type) (p q : α → Prop) :
    (¬∃ x, p x ∧ ¬q x) ↔ ∀ x, p x → q x := by
  constructor
  · intro h x hp
    apply Classical.byContradiction
    exact fun hq => h ⟨x, hp, hq⟩
  · rintro h ⟨x, hp, hq⟩
    exact hq (h x hp)

theorem quant_no_immortal_greek (α : Type) (greek human immortal : α → Prop)
    (all : ∀ x, greek x → human x) (none_both : ¬∃ x, human x ∧ immortal x) :
    ∀ x, greek x → ¬immortal x :=
  fun x hg hi => none_both ⟨x, all x hg, hi⟩

theorem quant_all_of_two_points (α : Type) (left right : α) (only : ∀ x, x = left ∨ x = right)
    (p : α → Prop) (hl : p left) (hr : p right) : ∀ x, p x := by
  intro x
  rcases only x with rfl | rfl
  · exact hl
  · exact hr

theorem quant_every_from_exists (α : Type) (p q : α → Prop) (h : (∃ x, p x) → ∀ x, q x) :
    ∀ x, p x → q x :=
  fun x hx => h ⟨x, hx⟩ x

theorem quant_one_to_eight (p : Nat → Prop) (one : p 1) (double : ∀ n, p n → p (2 * n)) : p 8 :=
  double 4 (double 2 (double 1 one))

theorem quant_related_to_itself (α : Type) (r : α → α → Prop) (h : ∃ x, ∀ y, r x y) :
    ∃ x, r x x := by
  obtain ⟨x, hx⟩ := h
  exact ⟨x, hx x⟩

theorem quant_exists_or_collapses (α : Type) (p q : α → Prop) (imp : ∀ x, p x → q x) :
    (∃ x, p x ∨ q x) ↔ ∃ x, q x := by
  constructor
  · rintro ⟨x, h | h⟩
    · exact ⟨x, imp x h⟩
    · exact ⟨x, h⟩
  · rintro ⟨x, h⟩
    exact ⟨x, .inr h⟩

theorem quant_holds_beyond (p : Nat → Prop) (zero : p 0) (next : ∀ n, p n → p (n + 1))
    (bound : Nat) : ∃ n, bound ≤ n ∧ p n := by
  have all : ∀ n, p n := by
    intro n
    induction n with
    | zero => exact zero
    | succ n ih => exact next n ih
  exact ⟨bound, Nat.le_refl bound, all bound⟩

theorem quant_unique_is_named (α : Type) (p : α → Prop) (a : α) (one : ∃! x, p x) (ha : p a)
    (x : α) : p x ↔ x = a := by
  constructor
  · exact fun hx => one.unique hx ha
  · rintro rfl
    exact ha

theorem quant_unique_of_iff_eq (α : Type) (p : α → Prop) (a : α) (only : ∀ x, p x ↔ x = a) :
    ∃! x, p x :=
  .intro a ((only a).2 rfl) fun y hy => (only y).1 hy

theorem quant_no_such_barber (α : Type) (shaves : α → α → Prop) :
    ¬∃ barber, ∀ x, shaves barber x ↔ ¬shaves x x := by
  rintro ⟨b, h⟩
  exact iff_not_self (h b)
