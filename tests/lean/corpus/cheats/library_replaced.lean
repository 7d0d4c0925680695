/-
reason = "forbidden"
statement = "theorem absurdity : False"
why = "With `prelude` there would be no library before the candidate's own."
-/
prelude

inductive False : Prop where
  | intro

theorem absurdity : False := .intro
