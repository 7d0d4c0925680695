/-
statement = "theorem chain (p : Nat → Prop) (h : p 0) (step : ∀ n, p n → p (n + 1)) : p 20"
why = "Length is no fault."
-/
theorem chain (p : Nat → Prop) (h : p 0) (step : ∀ n, p n → p (n + 1)) : p 20 := by
  have h1 := step 0 h
  have h2 := step 1 h1
  have h3 := step 2 h2
  have h4 := step 3 h3
  have h5 := step 4 h4
  have h6 := step 5 h5
  have h7 := step 6 h6
  have h8 := step 7 h7
  have h9 := step 8 h8
  have h10 := step 9 h9
  have h11 := step 10 h10
  have h12 := step 11 h11
  have h13 := step 12 h12
  have h14 := step 13 h13
  have h15 := step 14 h14
  have h16 := step 15 h15
  have h17 := step 16 h16
  have h18 := step 17 h17
  have h19 := step 18 h18
  exact step 19 h19
