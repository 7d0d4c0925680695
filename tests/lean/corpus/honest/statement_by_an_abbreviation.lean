/-
statement = "theorem even_sum (n : Nat) : ∃ k, n + n = 2 * k"
why = "The statement is written with a definition of the candidate's that unfolds to it."
-/
def Evenly (n : Nat) : Prop := ∃ k, n = 2 * k

theorem even_sum (n : Nat) : Evenly (n + n) := ⟨n, by omega⟩
