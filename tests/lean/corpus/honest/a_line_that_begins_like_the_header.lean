/-
header = "open Nat"
statement = "theorem begins_alike (a b : Nat) : List.length [a, b] = succ 1"
why = "The code's first line goes on where the header ends, so that it does not repeat it."
-/
open Nat List
theorem begins_alike (a b : Nat) : length [a, b] = succ 1 := rfl
