/-
reason = "wrong_statement"
statement = "theorem Pair.swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "`Pair.swapped` reads like the theorem, and is a field of the constant `Pair`."
-/
structure Holder : Prop where
  swapped : ∀ a b : Prop, a ∧ b → b ∧ a

theorem Pair : Holder := ⟨fun _ _ h => ⟨h.2, h.1⟩⟩
