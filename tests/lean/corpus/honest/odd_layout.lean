/-
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "Lean does not care where lines break, as long as no line starts a command."
-/


     theorem
  swapped
      (a
        b : Prop)
  (h
   : a ∧
     b)
    :
  b
    ∧ a
    :=
  ⟨ h.2
    ,
      h.1
  ⟩


