/-
statement = "theorem Pair.swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "The name comes about as it likes."
-/
namespace Pair

theorem second {a b : Prop} (h : a ∧ b) : b := h.2

theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a := ⟨second h, h.1⟩

end Pair
