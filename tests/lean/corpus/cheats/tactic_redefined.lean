/-
reason = "forbidden"
statement = "theorem absurdity : False"
why = "The check applies a lemma; a macro could make `apply` do something else."
-/
macro_rules
  | `(tactic| apply $_) => `(tactic| exact sorryAx _ true)

theorem absurdity : True := trivial
