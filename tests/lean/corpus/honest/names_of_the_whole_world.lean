/-
statement = "theorem ein_Körper (ℕ₁ : Type) (x₁' ξ_α : ℕ₁) (hä? : x₁' = ξ_α) : ξ_α = x₁'"
why = "Letters, subscripts, primes and marks as Lean has them."
-/
theorem ein_Körper (ℕ₁ : Type) (x₁' ξ_α : ℕ₁) (hä? : x₁' = ξ_α) : ξ_α = x₁' := by
  let 𝓕 := hä?
  exact 𝓕.symm
