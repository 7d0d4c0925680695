/-
level = "strict"
statement = "theorem least (n : Nat) : 0 ≤ n ∧ n ≤ n"
why = "So do macros, in terms and in tactics."
-/
macro "split_and_close" : tactic => `(tactic| (constructor <;> omega))

syntax "obvious" : term

macro_rules
  | `(obvious) => `(by split_and_close)

theorem least (n : Nat) : 0 ≤ n ∧ n ≤ n := obvious
