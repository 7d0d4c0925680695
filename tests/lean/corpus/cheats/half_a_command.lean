/-
reason = "errors"
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "What the text leaves half said may not take its other half from the check."
-/
theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a := ⟨h.2, h.1⟩
open Nat in
