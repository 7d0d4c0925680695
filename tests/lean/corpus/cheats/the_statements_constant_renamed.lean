/-
reason = "errors"
statement = "theorem absurdity : False"
why = "A name with two meanings is an error where both fit."
-/
namespace Mine

inductive Easy : Prop where
  | intro

end Mine

open Mine renaming Easy → False

theorem absurdity : False := .intro
