/-
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "Sections and namespaces are opened and closed in pairs."
-/
noncomputable section Outer

namespace Inner

section

open Nat

end

end Inner

open Inner in
theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a := ⟨h.2, h.1⟩

end Outer
