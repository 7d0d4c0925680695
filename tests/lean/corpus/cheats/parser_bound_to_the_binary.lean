/-
reason = "forbidden"
needs = "metaprogramming"
statement = "theorem absurdity : False"
why = "Where the library leaves out some syntax of Lean, a constant could be bound to its parser in the binary."
-/
@[extern "lean", command_parser 2000]
opaque Lean.Parser.Command.«axiom» : Lean.Parser.Parser

axiom broken : False
theorem absurdity : False := broken
