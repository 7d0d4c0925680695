/-
reason = ["wrong_statement", "errors"]
statement = "theorem absurdity : False"
why = "`export` gives a name a second meaning; the statement was read before it."
-/
namespace Mine

inductive False : Prop where
  | intro

end Mine

export Mine (False)

theorem absurdity : Mine.False := .intro
