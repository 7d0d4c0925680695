/-
reason = "forbidden"
statement = "theorem absurdity : False"
why = "`csimp` replaces code for all that is compiled after it."
-/
def no (_ : Nat) : Bool := false

def yes (_ : Nat) : Bool := false

@[csimp] theorem yes_is_no : @yes = @no := rfl

theorem absurdity : False := by
  have : yes 0 = true := by decide +native
  contradiction
