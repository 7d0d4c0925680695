/-
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "The arguments come from a section, which is never closed."
-/
section

variable (a b : Prop)

theorem swapped (h : a ∧ b) : b ∧ a := ⟨h.2, h.1⟩

end

variable {c : Nat}
