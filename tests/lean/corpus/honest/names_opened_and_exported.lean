/-
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "`open` in its forms, and `export`."
-/
namespace Tool

theorem second {a b : Prop} (h : a ∧ b) : b := h.2

theorem pair {a b : Prop} (x : a) (y : b) : a ∧ b := ⟨x, y⟩

end Tool

export Tool (second)
open Tool hiding second
open And renaming left → firstPart

theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a := pair (second h) (firstPart h)
