/-
statement = "theorem double_zero (n : Nat) (h : n = 0) : n + n = 0"
why = "Lemmas are handed to `simp` for the length of the text."
-/
def double (n : Nat) : Nat := n + n

theorem double_eq (n : Nat) : n + n = double n := rfl

attribute [local simp] double

theorem double_zero (n : Nat) (h : n = 0) : n + n = 0 := by
  simp [h]
