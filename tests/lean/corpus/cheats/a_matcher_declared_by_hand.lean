/-
reason = "errors"
statement = "theorem two_is_three : 2 = 3"
why = "Names that Lean generates may be taken before; then it takes others."
-/
def pick.match_1 (n : Nat) : Nat := n + 1

def pick (n : Nat) : Nat :=
  match n with
  | 0 => 0
  | n + 1 => n

theorem two_is_three : 2 = 3 := show pick 3 = pick.match_1 2 from (rfl : pick 3 = 3)
