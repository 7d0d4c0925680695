/-
statement = "theorem even_sum (n : Nat) : ∃ k, n + n = 2 * k"
why = "Definitions, types and instances of its own, used in the proof and not in the statement."
-/
structure Half (n : Nat) : Type where
  half : Nat
  doubled : n = 2 * half

def halfOfDouble (n : Nat) : Half (n + n) where
  half := n
  doubled := by omega

instance : Inhabited (Half 0) := ⟨⟨0, rfl⟩⟩

abbrev Evenly (n : Nat) : Prop := ∃ k, n = 2 * k

theorem even_sum (n : Nat) : ∃ k, n + n = 2 * k :=
  have ⟨k, h⟩ := halfOfDouble n
  (⟨k, h⟩ : Evenly (n + n))
