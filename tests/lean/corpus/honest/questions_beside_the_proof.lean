/-
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "Commands that only ask."
-/
#check And.intro

theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a := by
  show_term exact ⟨h.2, h.1⟩

#check @swapped
#print swapped
#print axioms swapped
#reduce (fun n => n + 2) 3

example : True ∧ True := swapped _ _ ⟨trivial, trivial⟩
