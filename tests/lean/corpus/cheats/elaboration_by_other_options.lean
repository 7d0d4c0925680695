/-
reason = "wrong_statement"
statement = "theorem both (n m : Nat) : n + m = m + n"
why = "Options change how the candidate is read, not what was pinned before."
-/
set_option autoImplicit true
set_option relaxedAutoImplicit true

theorem both {plus : Nat → Nat → Nat} (n m : Nat) (h : plus n m = plus m n) : plus n m = plus m n :=
  h
