prelude
import Theory.NatMod
/-!
# Even and odd numbers
-/

/-- A natural number is even when it is twice some number: `n = k + k`. -/
def Nat.Even (n : Nat) : Prop := ∃ k, n = k + k

/-- A natural number is odd when it is one more than twice some number: `n = k + k + 1`. -/
def Nat.Odd (n : Nat) : Prop := ∃ k, n = k + k + 1

/-- Zero is even. -/
@[simp] theorem Nat.even_zero : Nat.Even 0 := ⟨0, rfl⟩

/-- One is odd. -/
@[simp] theorem Nat.odd_one : Nat.Odd 1 := ⟨0, rfl⟩

/-- Two is even. -/
theorem Nat.even_two : Nat.Even 2 := ⟨1, rfl⟩

/-- A number added to itself is even. -/
theorem Nat.even_add_self (n : Nat) : Nat.Even (n + n) := ⟨n, rfl⟩

/-- Twice a number is even. -/
theorem Nat.even_two_mul (n : Nat) : Nat.Even (2 * n) := ⟨n, Nat.two_mul n⟩

/-- Twice a number plus one is odd. -/
theorem Nat.odd_two_mul_add_one (n : Nat) : Nat.Odd (2 * n + 1) :=
  ⟨n, congrArg Nat.succ (Nat.two_mul n)⟩

/-- A number is even exactly when two divides it. -/
theorem Nat.even_iff_two_dvd {n : Nat} : Nat.Even n ↔ 2 ∣ n := by
  constructor
  · intro ⟨k, e⟩
    exact ⟨k, e.trans (Nat.two_mul k).symm⟩
  · intro ⟨k, e⟩
    exact ⟨k, e.trans (Nat.two_mul k)⟩

/-- A number is even exactly when its remainder modulo two is zero. -/
theorem Nat.even_iff {n : Nat} : Nat.Even n ↔ n % 2 = 0 :=
  Nat.even_iff_two_dvd.trans Nat.dvd_iff_mod_eq_zero

/-! ## Successors, and even or odd but not both -/

/-- The successor of an even number is odd. -/
theorem Nat.Even.add_one {n : Nat} (h : Nat.Even n) : Nat.Odd (n + 1) := by
  rcases h with ⟨k, rfl⟩
  exact ⟨k, rfl⟩

/-- The successor of an odd number is even. -/
theorem Nat.Odd.add_one {n : Nat} (h : Nat.Odd n) : Nat.Even (n + 1) := by
  rcases h with ⟨k, rfl⟩
  exact ⟨k + 1, congrArg Nat.succ (Nat.succ_add k k).symm⟩

/-- Every natural number is even or odd. -/
theorem Nat.even_or_odd (n : Nat) : Nat.Even n ∨ Nat.Odd n := by
  induction n with
  | zero => exact Or.inl Nat.even_zero
  | succ n ih => exact ih.elim (fun h => Or.inr h.add_one) fun h => Or.inl h.add_one

/-- One is not even. -/
theorem Nat.not_even_one : ¬Nat.Even 1 := by
  rw [Nat.even_iff]
  decide

/-- No natural number is both even and odd. -/
theorem Nat.not_even_and_odd (n : Nat) : ¬(Nat.Even n ∧ Nat.Odd n) := by
  intro ⟨he, k, e⟩
  rw [e, Nat.even_iff_two_dvd] at he
  have h := (Nat.dvd_add_right (Nat.even_iff_two_dvd.1 (Nat.even_add_self k))).1 he
  exact Nat.not_even_one (Nat.even_iff_two_dvd.2 h)

/-- A number is not even exactly when it is odd. -/
theorem Nat.not_even_iff_odd {n : Nat} : ¬Nat.Even n ↔ Nat.Odd n :=
  ⟨fun h => (Nat.even_or_odd n).elim (fun he => absurd he h) id,
    fun h he => Nat.not_even_and_odd n ⟨he, h⟩⟩

/-- A number is not odd exactly when it is even. -/
theorem Nat.not_odd_iff_even {n : Nat} : ¬Nat.Odd n ↔ Nat.Even n :=
  ⟨fun h => (Nat.even_or_odd n).elim id fun ho => absurd ho h,
    fun h ho => Nat.not_even_and_odd n ⟨h, ho⟩⟩

/-- A number is odd exactly when its remainder modulo two is one. -/
theorem Nat.odd_iff {n : Nat} : Nat.Odd n ↔ n % 2 = 1 := by
  rw [← Nat.not_even_iff_odd, Nat.even_iff]
  constructor
  · exact fun h => (Nat.mod_two_eq_zero_or_one n).elim (fun h' => absurd h' h) id
  · exact fun h h' => Nat.zero_ne_add_one 0 (h'.symm.trans h)

/-- The successor of a number is even exactly when the number is odd. -/
theorem Nat.even_add_one {n : Nat} : Nat.Even (n + 1) ↔ Nat.Odd n :=
  ⟨fun h => Nat.not_even_iff_odd.1 fun h' => Nat.not_even_and_odd _ ⟨h, h'.add_one⟩,
    Nat.Odd.add_one⟩

/-- The successor of a number is odd exactly when the number is even. -/
theorem Nat.odd_add_one {n : Nat} : Nat.Odd (n + 1) ↔ Nat.Even n :=
  ⟨fun h => Nat.not_odd_iff_even.1 fun h' => Nat.not_even_and_odd _ ⟨h'.add_one, h⟩,
    Nat.Even.add_one⟩

/-- Whether a natural number is even can be decided. -/
instance Nat.decidableEven (n : Nat) : Decidable (Nat.Even n) :=
  decidable_of_iff (n % 2 = 0) Nat.even_iff.symm

/-- Whether a natural number is odd can be decided. -/
instance Nat.decidableOdd (n : Nat) : Decidable (Nat.Odd n) :=
  decidable_of_iff (n % 2 = 1) Nat.odd_iff.symm

/-! ## Sums -/

/-- The sum of two even numbers is even. -/
theorem Nat.Even.add {n m : Nat} (hn : Nat.Even n) (hm : Nat.Even m) : Nat.Even (n + m) := by
  rcases hn with ⟨k, rfl⟩
  rcases hm with ⟨l, rfl⟩
  exact ⟨k + l, Nat.add_add_add_comm k k l l⟩

/-- The sum of an even and an odd number is odd. -/
theorem Nat.Even.add_odd {n m : Nat} (hn : Nat.Even n) (hm : Nat.Odd m) : Nat.Odd (n + m) := by
  rcases hm with ⟨l, rfl⟩
  exact (hn.add (Nat.even_add_self l)).add_one

/-- The sum of an odd and an even number is odd. -/
theorem Nat.Odd.add_even {n m : Nat} (hn : Nat.Odd n) (hm : Nat.Even m) : Nat.Odd (n + m) := by
  rw [Nat.add_comm]
  exact hm.add_odd hn

/-- The sum of two odd numbers is even. -/
theorem Nat.Odd.add_odd {n m : Nat} (hn : Nat.Odd n) (hm : Nat.Odd m) : Nat.Even (n + m) := by
  rcases hm with ⟨l, rfl⟩
  exact (hn.add_even (Nat.even_add_self l)).add_one

/-- A sum is even exactly when both summands are even or both are odd. -/
theorem Nat.even_add {n m : Nat} : Nat.Even (n + m) ↔ (Nat.Even n ↔ Nat.Even m) := by
  rcases Nat.even_or_odd n with hn | hn <;> rcases Nat.even_or_odd m with hm | hm
  · exact ⟨fun _ => ⟨fun _ => hm, fun _ => hn⟩, fun _ => hn.add hm⟩
  · have h := Nat.not_even_iff_odd.2 hm
    exact ⟨fun h' => absurd h' (Nat.not_even_iff_odd.2 (hn.add_odd hm)),
      fun h' => absurd (h'.1 hn) h⟩
  · have h := Nat.not_even_iff_odd.2 hn
    exact ⟨fun h' => absurd h' (Nat.not_even_iff_odd.2 (hn.add_even hm)),
      fun h' => absurd (h'.2 hm) h⟩
  · exact ⟨fun _ => ⟨fun h => absurd h (Nat.not_even_iff_odd.2 hn),
      fun h => absurd h (Nat.not_even_iff_odd.2 hm)⟩, fun _ => hn.add_odd hm⟩

/-! ## Products and powers -/

/-- A product with an even left factor is even. -/
theorem Nat.Even.mul_right {n : Nat} (h : Nat.Even n) (m : Nat) : Nat.Even (n * m) := by
  rcases h with ⟨k, rfl⟩
  exact ⟨k * m, Nat.add_mul k k m⟩

/-- A product with an even right factor is even. -/
theorem Nat.Even.mul_left {n : Nat} (h : Nat.Even n) (m : Nat) : Nat.Even (m * n) := by
  rw [Nat.mul_comm]
  exact h.mul_right m

/-- The product of two odd numbers is odd. -/
theorem Nat.Odd.mul {n m : Nat} (hn : Nat.Odd n) (hm : Nat.Odd m) : Nat.Odd (n * m) := by
  rcases hm with ⟨l, rfl⟩
  rw [Nat.mul_succ, Nat.mul_add]
  exact (Nat.even_add_self _).add_odd hn

/-- A product is even exactly when one of the factors is even. -/
theorem Nat.even_mul {n m : Nat} : Nat.Even (n * m) ↔ Nat.Even n ∨ Nat.Even m := by
  constructor
  · intro h
    rcases Nat.even_or_odd n with hn | hn
    · exact Or.inl hn
    · rcases Nat.even_or_odd m with hm | hm
      · exact Or.inr hm
      · exact absurd h (Nat.not_even_iff_odd.2 (hn.mul hm))
  · exact fun h => h.elim (fun h => h.mul_right m) fun h => h.mul_left n

/-- A product is odd exactly when both factors are odd. -/
theorem Nat.odd_mul {n m : Nat} : Nat.Odd (n * m) ↔ Nat.Odd n ∧ Nat.Odd m := by
  constructor
  · intro h
    constructor
    · exact Nat.not_even_iff_odd.1 fun h' => Nat.not_even_and_odd _ ⟨h'.mul_right m, h⟩
    · exact Nat.not_even_iff_odd.1 fun h' => Nat.not_even_and_odd _ ⟨h'.mul_left n, h⟩
  · exact fun h => h.1.mul h.2

/-- The product of two consecutive numbers is even. -/
theorem Nat.even_mul_succ_self (n : Nat) : Nat.Even (n * (n + 1)) :=
  (Nat.even_or_odd n).elim (fun h => h.mul_right _) fun h => h.add_one.mul_left n

/-- Powers of an odd number are odd. -/
theorem Nat.Odd.pow {n : Nat} (h : Nat.Odd n) (m : Nat) : Nat.Odd (n ^ m) := by
  induction m with
  | zero => exact Nat.odd_one
  | succ m ih => exact ih.mul h
