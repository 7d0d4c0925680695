/-
reason = "errors"
statement = "theorem absurdity : False"
why = "The kernel computes `Nat.gcd` on numerals whatever its definition says. The library has defined it."
-/
def Nat.gcd (_ _ : Nat) : Nat := 0

theorem absurdity : False := by
  have by_kernel : Nat.gcd 2 2 = 2 := rfl
  have by_definition (n m : Nat) : Nat.gcd n m = 0 := rfl
  exact absurd (by_kernel.symm.trans (by_definition 2 2)) (by decide)
