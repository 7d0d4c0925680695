/-
reason = "wrong_statement"
statement = "theorem absurdity : False"
why = "`Mine.absurdity` is another theorem about another `False`, and stays it when its namespace is opened."
-/
namespace Mine

inductive False : Prop where
  | intro

theorem absurdity : False := .intro

end Mine

open Mine
