/-
reason = "errors"
statement = "theorem absurdity : False"
why = "A hint may persuade the elaborator, which is not the judge; here Lean does not even take it."
-/
unif_hint (p : Prop) where
  p ≟ True ⊢ p ≟ False

theorem absurdity : False := trivial
