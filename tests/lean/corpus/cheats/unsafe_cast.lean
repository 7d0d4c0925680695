/-
reason = "forbidden"
statement = "theorem absurdity : False"
why = "Unsafe code may take anything for a proof."
-/
unsafe def cast : False := unsafeCast ()

@[implemented_by cast] opaque broken : False

theorem absurdity : False := broken
