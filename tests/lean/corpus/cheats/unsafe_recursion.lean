/-
reason = "forbidden"
statement = "theorem absurdity : False"
why = "The kernel does not check that unsafe code ends."
-/
unsafe def absurdity : False := absurdity
