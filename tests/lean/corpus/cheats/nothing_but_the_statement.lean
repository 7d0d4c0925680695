/-
reason = "errors"
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "The text ends before there is a proof."
-/
theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a :=
