/-
reason = "wrong_statement"
statement = "def nothing : Empty"
why = "The library's constant comes before one in a namespace called `_root_`."
-/
namespace _root_

inductive Nonempty (α : Sort u) : Prop where
  | intro {β : Sort u} (x : β) : Nonempty α

end _root_

def nothing : Nat := 0
