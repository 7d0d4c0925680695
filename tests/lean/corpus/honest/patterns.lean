/-
statement = "theorem any_order (a b c : Prop) : (a ∧ b) ∧ c ∨ c ∧ a → a ∧ c"
why = "Functions by cases, nested patterns, anonymous constructors."
-/
theorem any_order (a b c : Prop) : (a ∧ b) ∧ c ∨ c ∧ a → a ∧ c
  | .inl ⟨⟨x, _⟩, z⟩ | .inr ⟨z, x⟩ => ⟨x, z⟩
