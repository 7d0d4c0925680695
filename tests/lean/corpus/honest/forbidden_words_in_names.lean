/-
statement = "theorem not_sorry (axiom_free : 1 = 1) : 1 = 1"
why = "A name may begin or end with any word, and a quoted name may be one."
-/
namespace My.syntax.«macro»

theorem my_axiom' (sorry' : 1 = 1) : 1 = 1 := sorry'

end My.syntax.«macro»

structure Affixes where
  «prefix» : Nat
  «notation» : Nat
  init : Nat

def Affixes.tactic (x : Affixes) : Nat := x.prefix + (x).notation + x.init

theorem not_sorry (axiom_free : 1 = 1) : 1 = 1 := by
  have unsafe_looking := My.syntax.«macro».my_axiom' axiom_free
  have «axiom» := unsafe_looking
  rw [←«axiom»]
