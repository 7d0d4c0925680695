/-
statement = "theorem same {α : Type} [Inhabited α] ⦃x : α⦄ (h : x = default) : default = x"
why = "Whether an argument is written out or found by Lean is no part of what is proved."
-/
theorem same (α : Type) [found : Inhabited α] {x : α} (h : x = default) : default = x :=
  h.symm
