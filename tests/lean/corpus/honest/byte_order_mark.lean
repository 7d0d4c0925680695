/-
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "Some editors put an invisible mark in front of a text."
-/
﻿theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a := ⟨h.2, h.1⟩
