/-
statement = "theorem rearranged (a b c : Nat) (h : a = b) : a + c = c + b"
why = "`calc` with terms, tactics and a hole for the left side."
-/
theorem rearranged (a b c : Nat) (h : a = b) : a + c = c + b :=
  calc a + c
    _ = b + c := by rw [h]
    _ = c + b := Nat.add_comm ..
