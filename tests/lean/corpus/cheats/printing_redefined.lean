/-
reason = "forbidden"
needs = "metaprogramming"
statement = "theorem absurdity : False"
why = "An unexpander changes how terms are printed, and so what people read in messages."
-/
@[app_unexpander True] def lie : Lean.PrettyPrinter.Unexpander
  | _ => `(False)

theorem absurdity : True := trivial
