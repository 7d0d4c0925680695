/-
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "Binders may have other names and stand in other groups, or after the colon."
-/
theorem swapped (p : Prop) : ∀ q : Prop, (both : p ∧ q) → q ∧ p :=
  fun _ both => ⟨both.right, both.left⟩
