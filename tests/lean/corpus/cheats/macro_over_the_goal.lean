/-
reason = "forbidden"
statement = "theorem absurdity : False"
why = "`type_of%` is how the check names the pinned type. A macro makes it `True`, and only the strict check can tell."
-/
macro_rules
  | `(type_of% $_) => `(True)

theorem absurdity : True := trivial
