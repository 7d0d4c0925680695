/-
level = "strict"
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "Notation for the candidate's own definitions changes how the text is read, so that only the strict check can accept it."
-/
def Both (p q : Prop) : Prop := p ∧ q

local infixr:35 " ⊓⊓ " => Both
local notation "⟪" x ", " y "⟫" => And.intro x y

theorem swapped (a b : Prop) (h : a ∧ b) : b ⊓⊓ a := ⟪h.2, h.1⟫
