/-
reason = "errors"
statement = "theorem absurdity : False"
why = "A type that holds all types of its own universe does not fit into it."
-/
inductive All : Type where
  | mk (α : Type) (f : α → All)

theorem absurdity : False := by
  have : All := .mk All id
  exact this.elim

