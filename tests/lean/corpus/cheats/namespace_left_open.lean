/-
reason = "errors"
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "The section around the candidate does not close."
-/
namespace Mine
theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a := ⟨h.2, h.1⟩
