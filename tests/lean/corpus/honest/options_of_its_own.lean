/-
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "Options for elaboration and printing, for the text or for one command."
-/
set_option autoImplicit false
set_option pp.all true
set_option linter.all false

set_option maxRecDepth 1000 in
set_option maxHeartbeats 400000 in
theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a := ⟨h.2, h.1⟩
