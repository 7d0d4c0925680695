/-
reason = "wrong_statement"
statement = "theorem absurdity : False"
why = "The theorem has the right name, and the `False` in it is the namespace's."
-/
namespace Mine

inductive False : Prop where
  | intro

theorem _root_.absurdity : False := .intro

end Mine
