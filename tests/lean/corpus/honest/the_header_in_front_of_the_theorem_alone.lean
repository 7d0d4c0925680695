/-
header = "open Nat"
statement = "theorem opened_again (a : Nat) : succ a ≠ 0"
why = "The theorem opens by itself what the header has opened."
-/
open Nat in theorem opened_again (a : Nat) : succ a ≠ 0 := succ_ne_zero a
