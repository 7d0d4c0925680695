/-
reason = "forbidden"
needs = "metaprogramming"
statement = "theorem absurdity : False"
why = "A macro can change what `theorem` declares, even in our check. The strict check compares what was compiled."
-/
macro_rules
  | `(command| theorem $name:declId : $_type := $_proof) =>
    `(command| def $name:declId : True := trivial)

theorem absurdity : False := 0
