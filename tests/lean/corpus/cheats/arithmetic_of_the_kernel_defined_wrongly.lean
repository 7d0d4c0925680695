/-
reason = "errors"
statement = "theorem absurdity : False"
why = "All functions that the kernel computes by itself are declared before a submission is read."
-/
def Nat.add (_ _ : Nat) : Nat := 0
def Nat.sub (_ _ : Nat) : Nat := 0
def Nat.mul (_ _ : Nat) : Nat := 0
def Nat.pow (_ _ : Nat) : Nat := 0
def Nat.beq (_ _ : Nat) : Bool := true
def Nat.ble (_ _ : Nat) : Bool := true
def Nat.div (_ _ : Nat) : Nat := 0
def Nat.mod (_ _ : Nat) : Nat := 0
def Nat.gcd (_ _ : Nat) : Nat := 0
def Nat.land (_ _ : Nat) : Nat := 0
def Nat.lor (_ _ : Nat) : Nat := 0
def Nat.xor (_ _ : Nat) : Nat := 0
def Nat.shiftLeft (_ _ : Nat) : Nat := 0
def Nat.shiftRight (_ _ : Nat) : Nat := 0
def Nat.log2 (_ : Nat) : Nat := 0

theorem absurdity : False := by
  have : Nat.log2 8 = 0 := rfl
  contradiction

