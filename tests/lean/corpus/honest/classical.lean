/-
statement = "theorem excluded (a : Prop) : a ∨ ¬a"
why = "The axioms of classical logic are the usual ones."
-/
open Classical in
theorem excluded (a : Prop) : a ∨ ¬a := by
  by_cases h : a
  · exact .inl h
  · exact .inr h
