/-
reason = "sorry"
statement = "theorem absurdity : False"
why = "Nothing unfolds an opaque constant, but its axioms are listed."
-/
opaque anything : ∀ p : Prop, p := fun _ => sorry

theorem absurdity : False := anything False
