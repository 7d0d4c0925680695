/-
reason = "errors"
statement = "theorem two_is_three : (2 : Nat) = 3"
why = "What unfolds where is no matter of truth: the kernel unfolds everything."
-/
attribute [local irreducible] Nat.add

theorem two_is_three : (2 : Nat) = 3 := by
  with_unfolding_all rfl
