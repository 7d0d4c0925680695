prelude
import Theory.Quantifiers
/-!
# Truth values

The algebra of `&&`, `||`, `!` and exclusive or, and how truth values mirror decidable propositions.
-/
universe u v
namespace Bool

/-! ## And, or, not -/

/-- "And" of truth values is commutative. -/
theorem and_comm (a b : Bool) : (a && b) = (b && a) := by cases a <;> cases b <;> rfl

/-- "And" of truth values is associative. -/
theorem and_assoc (a b c : Bool) : (a && b && c) = (a && (b && c)) := by cases a <;> rfl

/-- In an "and" of three truth values the first two may be exchanged. -/
theorem and_left_comm (a b c : Bool) : (a && (b && c)) = (b && (a && c)) := by
  rw [← and_assoc, and_comm a b, and_assoc]

/-- "Or" of truth values is commutative. -/
theorem or_comm (a b : Bool) : (a || b) = (b || a) := by cases a <;> cases b <;> rfl

/-- "Or" of truth values is associative. -/
theorem or_assoc (a b c : Bool) : (a || b || c) = (a || (b || c)) := by cases a <;> rfl

/-- In an "or" of three truth values the first two may be exchanged. -/
theorem or_left_comm (a b c : Bool) : (a || (b || c)) = (b || (a || c)) := by
  rw [← or_assoc, or_comm a b, or_assoc]

/-- "And" distributes over "or" from the left, for truth values. -/
theorem and_or_distrib_left (a b c : Bool) : (a && (b || c)) = (a && b || a && c) := by
  cases a <;> rfl

/-- "And" distributes over "or" from the right, for truth values. -/
theorem and_or_distrib_right (a b c : Bool) : ((a || b) && c) = (a && c || b && c) := by
  rw [and_comm, and_or_distrib_left, and_comm c a, and_comm c b]

/-- "Or" distributes over "and" from the left, for truth values. -/
theorem or_and_distrib_left (a b c : Bool) : (a || b && c) = ((a || b) && (a || c)) := by
  cases a <;> rfl

/-- "Or" distributes over "and" from the right, for truth values. -/
theorem or_and_distrib_right (a b c : Bool) : (a && b || c) = ((a || c) && (b || c)) := by
  rw [or_comm, or_and_distrib_left, or_comm c a, or_comm c b]

/-- De Morgan for truth values: the negation of "and" is the "or" of the negations. -/
theorem not_and (a b : Bool) : (!(a && b)) = (!a || !b) := by cases a <;> rfl

/-- De Morgan for truth values: the negation of "or" is the "and" of the negations. -/
theorem not_or (a b : Bool) : (!(a || b)) = (!a && !b) := by cases a <;> rfl

/-- Absorption for truth values: `a` and (`a` or `b`) is `a`. -/
theorem and_or_absorb (a b : Bool) : (a && (a || b)) = a := by cases a <;> rfl

/-- Absorption for truth values: `a` or (`a` and `b`) is `a`. -/
theorem or_and_absorb (a b : Bool) : (a || a && b) = a := by cases a <;> rfl

/-- A truth value and its negation are not both true. -/
theorem and_not_self (a : Bool) : (a && !a) = false := by cases a <;> rfl

/-- A truth value or its negation is true: excluded middle for truth values. -/
theorem or_not_self (a : Bool) : (a || !a) = true := by cases a <;> rfl

/-- Negations of truth values are equal exactly when the truth values are. -/
theorem not_inj_iff {a b : Bool} : (!a) = (!b) ↔ a = b := by cases a <;> cases b <;> simp

/-- A truth value is never equal to its negation. -/
theorem not_ne_self (a : Bool) : (!a) ≠ a := by cases a <;> simp

/-- Negation moves from one side of an equation of truth values to the other. -/
theorem not_eq_iff_eq_not {a b : Bool} : (!a) = b ↔ a = !b := by cases a <;> cases b <;> simp

/-- Different truth values are negations of each other. -/
theorem eq_not_of_ne {a b : Bool} (h : a ≠ b) : a = !b := by
  revert h
  cases a <;> cases b <;> simp

/-- Two truth values are equal exactly when they are true together. -/
theorem eq_iff_iff {a b : Bool} : a = b ↔ (a = true ↔ b = true) := by
  cases a <;> cases b <;> simp

/-! ## Exclusive or -/

/-- Exclusive or of truth values: true when exactly one of them is true. -/
def xor : Bool → Bool → Bool
  | true, b => !b
  | false, b => b

/-- Exclusive or with `false` changes nothing. -/
@[simp] theorem false_xor (a : Bool) : xor false a = a := rfl

/-- Exclusive or with `true` is negation. -/
@[simp] theorem true_xor (a : Bool) : xor true a = !a := rfl

/-- Exclusive or with `false` on the right changes nothing. -/
@[simp] theorem xor_false (a : Bool) : xor a false = a := by cases a <;> rfl

/-- Exclusive or with `true` on the right is negation. -/
@[simp] theorem xor_true (a : Bool) : xor a true = !a := by cases a <;> rfl

/-- Exclusive or of a truth value with itself is `false`. -/
@[simp] theorem xor_self (a : Bool) : xor a a = false := by cases a <;> rfl

/-- Exclusive or of truth values is commutative. -/
theorem xor_comm (a b : Bool) : xor a b = xor b a := by cases a <;> cases b <;> rfl

/-- Exclusive or of truth values is associative. -/
theorem xor_assoc (a b c : Bool) : xor (xor a b) c = xor a (xor b c) := by
  cases a <;> cases b <;> cases c <;> rfl

/-- Exclusive or with the same truth value twice gives back the other one. -/
theorem xor_xor_cancel_left (a b : Bool) : xor a (xor a b) = b := by cases a <;> cases b <;> rfl

/-- Negating the left side of an exclusive or negates the result. -/
theorem not_xor (a b : Bool) : xor (!a) b = !xor a b := by cases a <;> cases b <;> rfl

/-- Negating the right side of an exclusive or negates the result. -/
theorem xor_not (a b : Bool) : xor a (!b) = !xor a b := by cases a <;> cases b <;> rfl

/-- "And" distributes over exclusive or. -/
theorem and_xor_distrib_left (a b c : Bool) : (a && xor b c) = xor (a && b) (a && c) := by
  cases a <;> rfl

/-- An exclusive or is true exactly when the two truth values differ. -/
theorem xor_eq_true_iff_ne {a b : Bool} : xor a b = true ↔ a ≠ b := by
  cases a <;> cases b <;> simp

/-- An exclusive or is false exactly when the two truth values are equal. -/
theorem xor_eq_false_iff_eq {a b : Bool} : xor a b = false ↔ a = b := by
  cases a <;> cases b <;> simp

/-! ## Quantifiers over truth values -/

/-- A property holds for all truth values exactly when it holds for `false` and for `true`. -/
theorem forall_bool {p : Bool → Prop} : (∀ b, p b) ↔ p false ∧ p true :=
  ⟨fun h => ⟨h false, h true⟩, fun h b => match b with | false => h.1 | true => h.2⟩

/-- Some truth value has a property exactly when `false` or `true` has it. -/
theorem exists_bool {p : Bool → Prop} : (∃ b, p b) ↔ p false ∨ p true :=
  ⟨fun ⟨b, h⟩ => match b, h with | false, h => .inl h | true, h => .inr h,
    fun h => h.elim (⟨false, ·⟩) (⟨true, ·⟩)⟩

/-! ## Choice by a truth value -/

/-- Negating the condition of a `cond` exchanges its branches. -/
theorem cond_not {α : Type u} (b : Bool) (x y : α) : cond (!b) x y = cond b y x := by
  cases b <;> rfl

/-- A `cond` with two equal branches is that branch. -/
theorem cond_self {α : Type u} (b : Bool) (x : α) : cond b x x = x := by cases b <;> rfl

/-- A function applied to a `cond` is the `cond` of the function's values. -/
theorem apply_cond {α : Type u} {β : Type v} (f : α → β) (b : Bool) (x y : α) :
    f (cond b x y) = cond b (f x) (f y) := by cases b <;> rfl

/-- A choice by a truth value is an `if` on its being true. -/
theorem cond_eq_ite {α : Type u} (b : Bool) (x y : α) :
    cond b x y = if b = true then x else y := by cases b <;> rfl

/-! ## Truth values of decidable propositions -/

/-- The truth value of a conjunction is the "and" of the truth values. -/
theorem decide_and (p q : Prop) [Decidable p] [Decidable q] :
    decide (p ∧ q) = (decide p && decide q) := by
  by_cases hp : p <;> by_cases hq : q <;> simp [hp, hq]

/-- The truth value of a disjunction is the "or" of the truth values. -/
theorem decide_or (p q : Prop) [Decidable p] [Decidable q] :
    decide (p ∨ q) = (decide p || decide q) := by
  by_cases hp : p <;> by_cases hq : q <;> simp [hp, hq]

/-- The truth value of a negation is the negated truth value. -/
theorem decide_not (p : Prop) [Decidable p] : decide (¬p) = !decide p := by
  by_cases hp : p <;> simp [hp]

/-- Truth values of propositions are equal exactly when the propositions are equivalent. -/
theorem decide_eq_decide {p q : Prop} [Decidable p] [Decidable q] :
    decide p = decide q ↔ (p ↔ q) := by
  by_cases hp : p <;> by_cases hq : q <;> simp [hp, hq]

/-- The truth value of "`b` is true" is `b` itself. -/
theorem decide_coe (b : Bool) : decide (b = true) = b := by cases b <;> rfl

end Bool
