/-
header = """
open Nat

def Twice (n : Nat) : Nat := n + n"""
statement = "theorem twice_zero : Twice 0 = 0"
why = "Models write whole files. What the header has said already is not read again."
-/
open Nat

def Twice (n : Nat) : Nat := n + n

theorem twice_zero : Twice 0 = 0 := rfl
