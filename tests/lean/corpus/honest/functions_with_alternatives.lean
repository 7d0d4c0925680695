/-
statement = "theorem flipped (a b : Prop) : a ∨ b → b ∨ a"
why = "`fun` with several patterns, `nomatch`, `nofun`."
-/
theorem never (a : Prop) : ¬(False ∧ a) := nofun

theorem flipped (a b : Prop) : a ∨ b → b ∨ a := fun
  | Or.inl x => .inr x
  | Or.inr y => .inl y

example (h : False) : 1 = 2 := nomatch h
