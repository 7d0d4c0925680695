/-
needs = "mathlib"
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "A rule of `aesop` may be called unsafe, which has nothing to do with unsafe code."
-/
@[aesop unsafe 50% apply] theorem helper {a b : Prop} (h : a ∧ b) : b := h.2

theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a := by
  aesop (add unsafe 10% helper)

