/-
reason = "wrong_statement"
statement = "theorem absurdity : False"
why = "Lean lets a text enter a namespace `_root_`; its `False` is not that of the statement."
-/
namespace _root_

inductive False : Prop where
  | intro

theorem absurdity : False := .intro

end _root_
