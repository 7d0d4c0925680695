/-
reason = "forbidden"
needs = "metaprogramming"
statement = "theorem absurdity : False"
why = "It runs when the file is loaded."
-/
initialize trick : Nat ← pure 0

theorem absurdity : False := trivial
