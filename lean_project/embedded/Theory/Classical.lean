prelude
import Theory.Logic
/-!
# Classical propositional logic, and `if … then … else`

Laws that need excluded middle: double negation, contraposition, the other De Morgan law,
implication as a disjunction. A tactic `by_contra` for proofs by contradiction.
-/
universe u v
variable {a b c d : Prop}

/-- The tactic `by_contra h` proves a goal by contradiction: it assumes, as `h`, that the goal is
false and asks for a proof of `False`. -/
macro "by_contra " h:ident : tactic =>
  `(tactic| (refine Classical.byContradiction ?_; intro $h:ident))

/-- Excluded middle: every proposition is true or its negation is. -/
theorem em (a : Prop) : a ∨ ¬a := Classical.em a

/-- Double negation elimination: what is not false is true. -/
theorem of_not_not (h : ¬¬a) : a := Classical.of_not_not h

/-- Double negation: `not not a` is equivalent to `a`. -/
@[simp] theorem Classical.not_not : ¬¬a ↔ a := ⟨of_not_not, not_not_intro⟩

/-- Proof by contradiction, as an equivalence: `a` holds iff its negation leads to a falsehood. -/
theorem by_contradiction_iff : (¬a → False) ↔ a := Classical.not_not

/-- From the contrapositive back to the implication: if `not a` implies `not b` then `b` implies
`a`. -/
theorem mtr (h : ¬a → ¬b) (y : b) : a := by
  by_contra hn
  exact h hn y

/-- Contraposition: an implication is equivalent to its contrapositive. -/
theorem not_imp_not : (¬a → ¬b) ↔ (b → a) := ⟨mtr, mt⟩

/-- Contraposition with one negation on the left: `not a implies b` iff `not b implies a`. -/
theorem not_imp_comm : (¬a → b) ↔ (¬b → a) :=
  ⟨fun h hb => of_not_not (mt h hb), fun h ha => of_not_not (mt h ha)⟩

/-- Contraposition with one negation on the right: `a implies not b` iff `b implies not a`. -/
theorem imp_not_comm : (a → ¬b) ↔ (b → ¬a) := imp_swap

/-- Material implication: `a implies b` says the same as `not a or b`. -/
theorem imp_iff_not_or : (a → b) ↔ ¬a ∨ b :=
  ⟨fun h => (em a).elim (fun x => .inr (h x)) .inl, fun h x => h.resolve_left (not_not_intro x)⟩

/-- Material implication, turned around: `a implies b` says the same as `b or not a`. -/
theorem imp_iff_or_not : (a → b) ↔ b ∨ ¬a := imp_iff_not_or.trans or_comm

/-- A disjunction says that its right part holds whenever the left part fails. -/
theorem or_iff_not_imp_left : a ∨ b ↔ (¬a → b) :=
  ⟨Or.resolve_left, fun h => (em a).elim .inl fun hn => .inr (h hn)⟩

/-- A disjunction says that its left part holds whenever the right part fails. -/
theorem or_iff_not_imp_right : a ∨ b ↔ (¬b → a) := or_comm.trans or_iff_not_imp_left

/-- The De Morgan law for a conjunction: `not (a and b)` is `not a or not b`. -/
theorem not_and_or : ¬(a ∧ b) ↔ ¬a ∨ ¬b := not_and.trans imp_iff_not_or

/-- An implication fails exactly when its premise holds and its conclusion does not. -/
@[simp] theorem not_imp : ¬(a → b) ↔ a ∧ ¬b :=
  ⟨fun h => ⟨of_not_not fun hn => h fun x => (hn x).elim, fun y => h fun _ => y⟩,
    fun ⟨x, hn⟩ h => hn (h x)⟩

/-- A disjunction is the negation of the conjunction of the negations. -/
theorem or_iff_not_and_not : a ∨ b ↔ ¬(¬a ∧ ¬b) :=
  Classical.not_not.symm.trans (not_congr not_or)

/-- A conjunction is the negation of the disjunction of the negations. -/
theorem and_iff_not_or_not : a ∧ b ↔ ¬(¬a ∨ ¬b) :=
  Classical.not_not.symm.trans (not_congr not_and_or)

/-- Negations of two propositions are equivalent exactly when the propositions are. -/
theorem not_iff_not : (¬a ↔ ¬b) ↔ (a ↔ b) :=
  ⟨fun h => ⟨not_imp_not.1 h.2, not_imp_not.1 h.1⟩, not_congr⟩

/-- Two propositions are not equivalent exactly when one is equivalent to the negation of the
other. -/
theorem not_iff : ¬(a ↔ b) ↔ (¬a ↔ b) := by
  constructor
  · intro h
    constructor
    · intro ha
      by_contra hb
      exact h (iff_of_false ha hb)
    · exact fun hb ha => h (iff_of_true ha hb)
  · exact fun h e => iff_not_self (e.trans h.symm)

/-- An equivalence moves a negation from one side to the other. -/
theorem not_iff_comm : (¬a ↔ b) ↔ (¬b ↔ a) :=
  (not_iff_not.symm.trans (iff_congr Classical.not_not Iff.rfl)).trans iff_comm

/-- Two propositions are equivalent exactly when both are true or both are false. -/
theorem iff_iff_and_or_not_and_not : (a ↔ b) ↔ (a ∧ b) ∨ (¬a ∧ ¬b) := by
  constructor
  · intro h
    rcases em a with ha | ha
    · exact .inl ⟨ha, h.1 ha⟩
    · exact .inr ⟨ha, mt h.2 ha⟩
  · rintro (⟨ha, hb⟩ | ⟨ha, hb⟩)
    · exact iff_of_true ha hb
    · exact iff_of_false ha hb

/-- Peirce's law: if `a` follows from the assumption that `a` implies `b`, then `a` holds. -/
theorem peirce (a b : Prop) (h : (a → b) → a) : a := by
  by_contra hn
  exact hn (h fun x => (hn x).elim)

/-- An implication into a disjunction is a disjunction of implications. -/
theorem imp_or : (a → b ∨ c) ↔ (a → b) ∨ (a → c) := by
  constructor
  · intro h
    rcases em a with ha | ha
    · exact (h ha).imp (fun y _ => y) (fun z _ => z)
    · exact .inl fun x => (ha x).elim
  · exact fun h x => h.imp (· x) (· x)

/-- Of any two propositions one implies the other. -/
theorem imp_or_imp_swap (a b : Prop) : (a → b) ∨ (b → a) :=
  (em a).elim (fun x => .inr fun _ => x) fun hn => .inl fun x => (hn x).elim

/-- If `b` follows both from `a` and from `not a`, then `b` holds. -/
theorem by_cases_imp (h₁ : a → b) (h₂ : ¬a → b) : b := (em a).elim h₁ h₂

/-- Exclusive or: exactly one of two propositions holds. -/
def Xor' (a b : Prop) : Prop := (a ∧ ¬b) ∨ (b ∧ ¬a)

/-- Exclusive or is commutative. -/
theorem xor_comm (a b : Prop) : Xor' a b ↔ Xor' b a := or_comm

/-- Exclusive or says that the two propositions are not equivalent. -/
theorem xor_iff_not_iff (a b : Prop) : Xor' a b ↔ ¬(a ↔ b) := by
  constructor
  · rintro (⟨x, y⟩ | ⟨x, y⟩) e
    · exact y (e.1 x)
    · exact y (e.2 x)
  · intro h
    rcases em a with x | x
    · exact .inl ⟨x, fun y => h (iff_of_true x y)⟩
    · refine .inr ⟨?_, x⟩
      by_contra y
      exact h (iff_of_false x y)

/-! ## `if … then … else` -/

section
variable {α : Type u} {β : Type v}

/-- A function applied to an `if` is the `if` of the function's values. -/
theorem apply_ite (f : α → β) (c : Prop) [Decidable c] (x y : α) :
    f (if c then x else y) = if c then f x else f y := by
  by_cases h : c
  · rw [if_pos h, if_pos h]
  · rw [if_neg h, if_neg h]

/-- Negating the condition of an `if` exchanges its branches. -/
theorem ite_not (c : Prop) [Decidable c] (x y : α) :
    (if ¬c then x else y) = if c then y else x := by
  by_cases h : c
  · rw [if_pos h, if_neg (not_not_intro h)]
  · rw [if_neg h, if_pos h]

/-- An `if` equals a value exactly when the branch that its condition selects does. -/
theorem ite_eq_iff {c : Prop} [Decidable c] {x y z : α} :
    (if c then x else y) = z ↔ (c ∧ x = z) ∨ (¬c ∧ y = z) := by
  by_cases h : c
  · rw [if_pos h]
    exact ⟨fun e => .inl ⟨h, e⟩, fun o => o.elim And.right fun n => (n.1 h).elim⟩
  · rw [if_neg h]
    exact ⟨fun e => .inr ⟨h, e⟩, fun o => o.elim (fun n => (h n.1).elim) And.right⟩

/-- If both branches have a property when they are selected, so does the `if`. -/
theorem ite_induction {p : α → Prop} {c : Prop} [Decidable c] {x y : α} (h₁ : c → p x)
    (h₂ : ¬c → p y) : p (if c then x else y) := by
  by_cases h : c
  · rw [if_pos h]; exact h₁ h
  · rw [if_neg h]; exact h₂ h
end
