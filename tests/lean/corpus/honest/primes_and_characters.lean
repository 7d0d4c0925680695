/-
statement = "theorem f' (x' x'' : Char) (h' : x' = 'a') (h'' : x'' = x') : x'' = 'a'"
why = "A prime may end a name or stand around a character."
-/
theorem f' (x' x'' : Char) (h' : x' = 'a') (h'' : x'' = x') : x'' = 'a' :=
  h''.trans h'

example : ['\'', '"', '\\', 'x'].length = 4 := rfl
