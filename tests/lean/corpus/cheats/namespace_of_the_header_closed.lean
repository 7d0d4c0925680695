/-
reason = "errors"
header = "namespace Deep"
statement = "theorem here : ∀ n : Nat, n * n = n"
why = "The header's namespace lies outside the section around the candidate."
-/
end Deep
theorem here : True := trivial
