prelude
import Theory.NatMul
/-!
# The order of natural numbers

`≤` and `<`: a linear order in which `n < m` means `n + 1 ≤ m`. The rules that join it with addition
and multiplication are in `Theory.NatOrderAlgebra`.
-/

/-! ## From one relation to the other -/

/-- `n < m` means the same as `n + 1 ≤ m`. -/
theorem Nat.lt_iff_add_one_le {n m : Nat} : n < m ↔ n + 1 ≤ m := Iff.rfl

/-- If `n + 1 ≤ m` then `n` is less than `m`. -/
theorem Nat.lt_of_succ_le {n m : Nat} (h : n + 1 ≤ m) : n < m := h

/-- If `n` is less than `m` then `n + 1 ≤ m`. -/
theorem Nat.succ_le_of_lt {n m : Nat} (h : n < m) : n + 1 ≤ m := h

/-- Every number is less than that number plus one. -/
theorem Nat.lt_add_one (n : Nat) : n < n + 1 := Nat.le_refl (n + 1)

/-- `n` is less than `m + 1` exactly when `n` is at most `m`. -/
theorem Nat.lt_succ_iff {n m : Nat} : n < m + 1 ↔ n ≤ m :=
  ⟨Nat.le_of_succ_le_succ, Nat.succ_le_succ⟩

/-- A strict inequality gives the weak one: `n < m` implies `n ≤ m`. -/
theorem Nat.le_of_lt {n m : Nat} (h : n < m) : n ≤ m := Nat.le_trans (Nat.le_succ n) h

/-- If `n < m` then `n < m + 1`. -/
theorem Nat.lt_succ_of_lt {n m : Nat} (h : n < m) : n < m + 1 := Nat.le_succ_of_le h

/-- Equal numbers are in the relation `≤`. -/
theorem Nat.le_of_eq {n m : Nat} (h : n = m) : n ≤ m := h ▸ Nat.le_refl n

/-- Adding one on both sides keeps a strict inequality. -/
theorem Nat.succ_lt_succ {n m : Nat} (h : n < m) : n + 1 < m + 1 := Nat.succ_le_succ h

/-- `n + 1 ≤ m + 1` exactly when `n ≤ m`. -/
theorem Nat.succ_le_succ_iff {n m : Nat} : n + 1 ≤ m + 1 ↔ n ≤ m :=
  ⟨Nat.le_of_succ_le_succ, Nat.succ_le_succ⟩

/-- `n + 1 < m + 1` exactly when `n < m`. -/
theorem Nat.succ_lt_succ_iff {n m : Nat} : n + 1 < m + 1 ↔ n < m :=
  ⟨Nat.lt_of_succ_lt_succ, Nat.succ_lt_succ⟩

/-! ## Transitivity -/

/-- The strict order of natural numbers is transitive. -/
theorem Nat.lt_trans {a b c : Nat} (h₁ : a < b) (h₂ : b < c) : a < c :=
  Nat.le_trans (Nat.le_succ_of_le h₁) h₂

/-- `a ≤ b` and `b < c` give `a < c`. -/
theorem Nat.lt_of_le_of_lt {a b c : Nat} (h₁ : a ≤ b) (h₂ : b < c) : a < c :=
  Nat.le_trans (Nat.succ_le_succ h₁) h₂

/-! ## Antisymmetry and comparison -/

/-- Numbers in strict order are different. -/
theorem Nat.ne_of_lt {n m : Nat} (h : n < m) : n ≠ m := fun e => Nat.lt_irrefl n (e ▸ h)

/-- If `m` is less than `n` then `n` and `m` are different. -/
theorem Nat.ne_of_gt {n m : Nat} (h : m < n) : n ≠ m := fun e => Nat.lt_irrefl n (e ▸ h)

/-- The strict order is asymmetric: `n < m` and `m < n` cannot both hold. -/
theorem Nat.lt_asymm {n m : Nat} (h : n < m) : ¬(m < n) := fun h' =>
  Nat.lt_irrefl n (Nat.lt_trans h h')

/-- If `n < m` then `m ≤ n` is false. -/
theorem Nat.not_le_of_lt {n m : Nat} (h : n < m) : ¬(m ≤ n) := fun h' =>
  Nat.lt_irrefl n (Nat.lt_of_lt_of_le h h')

/-- If `n ≤ m` then `m < n` is false. -/
theorem Nat.not_lt_of_le {n m : Nat} (h : n ≤ m) : ¬(m < n) := fun h' =>
  Nat.lt_irrefl m (Nat.lt_of_lt_of_le h' h)

/-- A number that is at most another one is equal to it or less than it. -/
theorem Nat.eq_or_lt_of_le {n m : Nat} (h : n ≤ m) : n = m ∨ n < m := by
  cases h with
  | refl => exact Or.inl rfl
  | step h => exact Or.inr (Nat.succ_le_succ h)

/-- A number that is at most another one is less than it or equal to it. -/
theorem Nat.lt_or_eq_of_le {n m : Nat} (h : n ≤ m) : n < m ∨ n = m := (Nat.eq_or_lt_of_le h).symm

/-- `n ≤ m` holds exactly when `n < m` or `n = m`. -/
theorem Nat.le_iff_lt_or_eq {n m : Nat} : n ≤ m ↔ n < m ∨ n = m :=
  ⟨Nat.lt_or_eq_of_le, fun h => h.elim Nat.le_of_lt Nat.le_of_eq⟩

/-- `≤` is antisymmetric: if `n ≤ m` and `m ≤ n` then `n = m`. -/
theorem Nat.le_antisymm {n m : Nat} (h₁ : n ≤ m) (h₂ : m ≤ n) : n = m := by
  rcases Nat.eq_or_lt_of_le h₁ with h | h
  · exact h
  · exact absurd h₂ (Nat.not_le_of_lt h)

/-- Two numbers are equal exactly when each is at most the other. -/
theorem Nat.eq_iff_le_and_ge {n m : Nat} : n = m ↔ n ≤ m ∧ m ≤ n :=
  ⟨fun h => ⟨Nat.le_of_eq h, Nat.le_of_eq h.symm⟩, fun h => Nat.le_antisymm h.1 h.2⟩

/-- A number that is at most another one and different from it is less than it. -/
theorem Nat.lt_of_le_of_ne {n m : Nat} (h₁ : n ≤ m) (h₂ : n ≠ m) : n < m :=
  (Nat.eq_or_lt_of_le h₁).elim (fun h => absurd h h₂) id

/-- `n < m` means that `n ≤ m` and the two are different. -/
theorem Nat.lt_iff_le_and_ne {n m : Nat} : n < m ↔ n ≤ m ∧ n ≠ m :=
  ⟨fun h => ⟨Nat.le_of_lt h, Nat.ne_of_lt h⟩, fun h => Nat.lt_of_le_of_ne h.1 h.2⟩

/-- Of two numbers, the first is less than the second, or the second is at most the first. -/
theorem Nat.lt_or_ge (n m : Nat) : n < m ∨ m ≤ n := by
  induction n with
  | zero =>
    cases m with
    | zero => exact Or.inr (Nat.le_refl 0)
    | succ m => exact Or.inl (Nat.succ_le_succ (Nat.zero_le m))
  | succ n ih =>
    rcases ih with h | h
    · exact (Nat.eq_or_lt_of_le h).elim (fun e => Or.inr (Nat.le_of_eq e.symm)) Or.inl
    · exact Or.inr (Nat.le_succ_of_le h)

/-- The order is total: of two natural numbers one is at most the other. -/
theorem Nat.le_total (n m : Nat) : n ≤ m ∨ m ≤ n :=
  (Nat.lt_or_ge n m).elim (fun h => Or.inl (Nat.le_of_lt h)) Or.inr

/-- Trichotomy: two numbers are in strict order one way, equal, or in strict order the other way. -/
theorem Nat.lt_trichotomy (n m : Nat) : n < m ∨ n = m ∨ m < n := by
  rcases Nat.lt_or_ge n m with h | h
  · exact Or.inl h
  · exact Or.inr ((Nat.eq_or_lt_of_le h).elim (fun e => Or.inl e.symm) Or.inr)

/-- Different numbers are in strict order one way or the other. -/
theorem Nat.lt_or_gt_of_ne {n m : Nat} (h : n ≠ m) : n < m ∨ m < n :=
  (Nat.lt_trichotomy n m).elim Or.inl fun h' => h'.elim (fun e => absurd e h) Or.inr

/-- A number that is not at most another one is greater than it. -/
theorem Nat.lt_of_not_le {n m : Nat} (h : ¬(n ≤ m)) : m < n :=
  (Nat.lt_or_ge m n).elim id fun h' => absurd h' h

/-- A number that is not less than another one is at least it. -/
theorem Nat.le_of_not_lt {n m : Nat} (h : ¬(n < m)) : m ≤ n :=
  (Nat.lt_or_ge n m).elim (fun h' => absurd h' h) id

/-- `n ≤ m` is false exactly when `m < n`. -/
theorem Nat.not_le {n m : Nat} : ¬(n ≤ m) ↔ m < n := ⟨Nat.lt_of_not_le, Nat.not_le_of_lt⟩

/-- `n < m` is false exactly when `m ≤ n`. -/
theorem Nat.not_lt {n m : Nat} : ¬(n < m) ↔ m ≤ n := ⟨Nat.le_of_not_lt, Nat.not_lt_of_le⟩

/-! ## Zero and positive numbers -/

/-- A number that is at most zero is zero. -/
theorem Nat.eq_zero_of_le_zero {n : Nat} (h : n ≤ 0) : n = 0 := Nat.le_antisymm h (Nat.zero_le n)

/-- A number is at most zero exactly when it is zero. -/
theorem Nat.le_zero {n : Nat} : n ≤ 0 ↔ n = 0 := ⟨Nat.eq_zero_of_le_zero, Nat.le_of_eq⟩

/-- Every successor is positive. -/
theorem Nat.zero_lt_succ (n : Nat) : 0 < n + 1 := Nat.succ_le_succ (Nat.zero_le n)

/-- A natural number that is not zero is positive. -/
theorem Nat.pos_of_ne_zero {n : Nat} (h : n ≠ 0) : 0 < n := by
  cases n with
  | zero => exact absurd rfl h
  | succ n => exact Nat.zero_lt_succ n

/-- A positive number is not zero. -/
theorem Nat.ne_zero_of_pos {n : Nat} (h : 0 < n) : n ≠ 0 := Nat.ne_of_gt h

/-- A number is positive exactly when it is not zero. -/
theorem Nat.pos_iff_ne_zero {n : Nat} : 0 < n ↔ n ≠ 0 := ⟨Nat.ne_zero_of_pos, Nat.pos_of_ne_zero⟩

/-- Every natural number is zero or positive. -/
theorem Nat.eq_zero_or_pos (n : Nat) : n = 0 ∨ 0 < n :=
  (Nat.eq_or_lt_of_le (Nat.zero_le n)).elim (fun e => Or.inl e.symm) Or.inr

/-- A number that is greater than another one is positive. -/
theorem Nat.pos_of_lt {n m : Nat} (h : n < m) : 0 < m := Nat.lt_of_le_of_lt (Nat.zero_le n) h

/-- A number less than one is zero. -/
theorem Nat.eq_zero_of_lt_one {n : Nat} (h : n < 1) : n = 0 :=
  Nat.eq_zero_of_le_zero (Nat.le_of_lt_succ h)

/-- A number less than two is zero or one. -/
theorem Nat.eq_zero_or_one_of_lt_two {n : Nat} (h : n < 2) : n = 0 ∨ n = 1 := by
  rcases Nat.eq_or_lt_of_le (Nat.le_of_lt_succ h) with h | h
  · exact Or.inr h
  · exact Or.inl (Nat.eq_zero_of_lt_one h)

/-- The successor of the predecessor of a positive number is the number itself. -/
theorem Nat.succ_pred_of_pos {n : Nat} (h : 0 < n) : Nat.pred n + 1 = n := by
  cases n with
  | zero => exact absurd h (Nat.lt_irrefl 0)
  | succ n => rfl
