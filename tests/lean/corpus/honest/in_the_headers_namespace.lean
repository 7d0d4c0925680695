/-
header = """
namespace Deep.Inside
open Nat
variable (n : Nat)"""
statement = "theorem here : n = n"
why = "The header opens a namespace and declares a variable, and the candidate stands in both."
-/
theorem here : n = n := rfl
