prelude
import Core.WellFounded
/-!
# Deciding statements about finitely many cases

Statements about all truth values, or about all numbers below a bound, can be decided by trying
every case; and the test `a == b` of a type with decidable equality is equality.
-/
universe u

instance {p : Bool → Prop} [DecidablePred p] : Decidable (∀ b, p b) :=
  decidable_of_iff (p true ∧ p false)
    ⟨fun h b => match b with | true => h.1 | false => h.2, fun h => ⟨h true, h false⟩⟩

instance {p : Bool → Prop} [DecidablePred p] : Decidable (∃ b, p b) :=
  decidable_of_iff (p true ∨ p false)
    ⟨fun h => h.elim (⟨true, ·⟩) (⟨false, ·⟩), fun ⟨b, h⟩ => match b, h with
      | true, h => .inl h
      | false, h => .inr h⟩

namespace Nat
variable {p : Nat → Prop}

private theorem cases_of_lt_succ {n k : Nat} (h : n < k + 1) : n = k ∨ n < k := by
  cases h with
  | refl => exact .inl rfl
  | step h => exact .inr h

instance decidableBallLT (k : Nat) [DecidablePred p] : Decidable (∀ n, n < k → p n) :=
  match k with
  | 0 => isTrue fun n h => absurd h (not_lt_zero n)
  | k + 1 =>
    have := decidableBallLT k
    decidable_of_iff (p k ∧ ∀ n, n < k → p n)
      ⟨fun h n lt => (cases_of_lt_succ lt).elim (fun e => e ▸ h.1) (h.2 n),
        fun h => ⟨h k (lt_succ_self k), fun n lt => h n (le_succ_of_le lt)⟩⟩

instance decidableExistsLT (k : Nat) [DecidablePred p] : Decidable (∃ n, n < k ∧ p n) :=
  match k with
  | 0 => isFalse fun ⟨n, h, _⟩ => not_lt_zero n h
  | k + 1 =>
    have := decidableExistsLT k
    decidable_of_iff (p k ∨ ∃ n, n < k ∧ p n)
      ⟨fun h => h.elim (fun h => ⟨k, lt_succ_self k, h⟩) fun ⟨n, lt, h⟩ => ⟨n, le_succ_of_le lt, h⟩,
        fun ⟨_, lt, h⟩ => (cases_of_lt_succ lt).elim (fun e => .inl (e ▸ h))
          fun lt => .inr ⟨_, lt, h⟩⟩

instance decidableBallLE (k : Nat) [DecidablePred p] : Decidable (∀ n, n ≤ k → p n) :=
  decidable_of_iff (∀ n, n < k + 1 → p n)
    ⟨fun h n le => h n (lt_succ_of_le le), fun h n lt => h n (le_of_lt_succ lt)⟩

instance decidableExistsLE (k : Nat) [DecidablePred p] : Decidable (∃ n, n ≤ k ∧ p n) :=
  decidable_of_iff (∃ n, n < k + 1 ∧ p n)
    ⟨fun ⟨n, lt, h⟩ => ⟨n, le_of_lt_succ lt, h⟩, fun ⟨n, le, h⟩ => ⟨n, lt_succ_of_le le, h⟩⟩
end Nat

namespace List
variable {α : Type u} {p : α → Prop}

instance decidableBAll [DecidablePred p] : (l : List α) → Decidable (∀ a, a ∈ l → p a)
  | [] => isTrue fun _ h => nomatch h
  | a :: l =>
    have := decidableBAll l
    decidable_of_iff (p a ∧ ∀ b, b ∈ l → p b)
      ⟨fun h b mem => match mem with
        | .head _ => h.1
        | .tail _ mem => h.2 b mem,
      fun h => ⟨h a (.head l), fun b mem => h b (.tail a mem)⟩⟩

instance decidableBEx [DecidablePred p] : (l : List α) → Decidable (∃ a, a ∈ l ∧ p a)
  | [] => isFalse fun ⟨_, h, _⟩ => nomatch h
  | a :: l =>
    have := decidableBEx l
    decidable_of_iff (p a ∨ ∃ b, b ∈ l ∧ p b)
      ⟨fun h => h.elim (fun h => ⟨a, .head l, h⟩) fun ⟨b, mem, h⟩ => ⟨b, .tail a mem, h⟩,
      fun ⟨_, mem, h⟩ => match mem, h with
        | .head _, h => .inl h
        | .tail _ mem, h => .inr ⟨_, mem, h⟩⟩
end List

/-! ## The test `==` -/

/-- Types whose test `a == b` is equality. -/
class LawfulBEq (α : Type u) [BEq α] : Prop where
  /-- Elements that pass the test are equal. -/
  eq_of_beq : {a b : α} → (a == b) = true → a = b
  /-- Every element passes the test with itself. -/
  rfl : {a : α} → (a == a) = true

export LawfulBEq (eq_of_beq)

instance {α : Type u} [DecidableEq α] : LawfulBEq α where
  eq_of_beq := of_decide_eq_true
  rfl := decide_eq_true (Eq.refl _)

section
variable {α : Type u} [BEq α] [LawfulBEq α]

/-- Every element passes the test `==` with itself. -/
@[simp] theorem beq_self_eq_true (a : α) : (a == a) = true := LawfulBEq.rfl

/-- The test `a == b` answers `true` exactly when `a = b`. -/
@[simp] theorem beq_iff_eq {a b : α} : (a == b) = true ↔ a = b :=
  ⟨eq_of_beq, fun h => h ▸ LawfulBEq.rfl⟩

/-- The test `a == b` answers `false` exactly when `a ≠ b`. -/
@[simp] theorem beq_eq_false_iff_ne {a b : α} : (a == b) = false ↔ a ≠ b :=
  ⟨fun h e => ne_true_of_eq_false h (beq_iff_eq.2 e),
    fun h => eq_false_of_ne_true fun h' => h (eq_of_beq h')⟩

/-- The test `a != b` answers `true` exactly when `a ≠ b`. -/
@[simp] theorem bne_iff_ne {a b : α} : (a != b) = true ↔ a ≠ b := by
  unfold bne
  simp
end
