/-
reason = "wrong_statement"
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "`_root_.swapped` is then a name of its own, and not what it means everywhere else."
-/
namespace _root_

theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a := ⟨h.2, h.1⟩

end _root_
