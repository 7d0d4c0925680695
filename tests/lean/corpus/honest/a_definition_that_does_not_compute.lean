/-
statement = "noncomputable def chosen (p : Nat → Prop) (h : ∃ n, p n) : {n : Nat // p n}"
why = "A definition by choice."
-/
noncomputable section

def witness {p : Nat → Prop} (h : ∃ n, p n) : Nat := Classical.choose h

def chosen (p : Nat → Prop) (h : ∃ n, p n) : {n : Nat // p n} :=
  ⟨witness h, Classical.choose_spec h⟩

end
