/-
reason = "wrong_statement"
header = "namespace Deep"
statement = "def nothing : Empty"
why = "That there is something of the type is said in the library's words, wherever the header stands."
-/
inductive Nonempty (α : Type) : Prop where
  | intro {β : Type} (x : β) : Nonempty α

def nothing : Nat := 0
