/-
needs = "mathlib"
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "`lemma` is Mathlib's other word for `theorem`."
-/
lemma swapped (a b : Prop) (h : a ∧ b) : b ∧ a := ⟨h.2, h.1⟩
