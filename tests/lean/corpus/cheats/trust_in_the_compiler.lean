/-
reason = "forbidden"
needs = "metaprogramming"
statement = "theorem large : 2 ^ 64 = 18446744073709551616"
why = "`Lean.ofReduceBool` and `Lean.trustCompiler` are axioms that are not allowed; without a strict check their namespace is not either."
-/
theorem large : 2 ^ 64 = 18446744073709551616 :=
  of_decide_eq_true (Lean.ofReduceBool (decide (2 ^ 64 = 18446744073709551616)) true rfl)
