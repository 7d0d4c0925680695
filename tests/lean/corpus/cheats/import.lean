/-
reason = "forbidden"
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "What a proof may use is for the problem's header to say."
-/
import Lean.Elab.Command

theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a := ⟨h.2, h.1⟩
