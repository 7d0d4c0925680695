/-
reason = "sorry"
statement = "theorem absurdity : False"
why = "The verdict does not wait for the warning; the axioms are listed in any case."
-/
set_option warn.sorry false

theorem absurdity : False := by
  have h : False := sorry
  exact h
