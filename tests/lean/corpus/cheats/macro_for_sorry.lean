/-
reason = "forbidden"
statement = "theorem absurdity : False"
why = "A macro can hide any word. The list of axioms would still show what it stands for."
-/
local macro "obvious" : term => `(sorry)

theorem absurdity : False := obvious
