/-
reason = "sorry"
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "What stands behind `where` is a lemma like any other."
-/
theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a :=
  rest
where
  rest : b ∧ a := sorry
