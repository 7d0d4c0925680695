/-
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "Comments may speak of anything."
-/
/-! # No axiom is needed

`macro` and `notation` neither, nor `set_option debug.skipKernelTC true`. -/

-- import Mathlib, then #eval 1 /- and never
/- unsafe /- axiom sorry : False -/ #exit -- -/
/-- Without `sorry`, "native_decide" or @[implemented_by x]. -/
theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a := by -- admit nothing
  exact ⟨h.2, /- sorry -/ h.1⟩
