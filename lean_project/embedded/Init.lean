prelude
import Core
import Theory.Closure
import Theory.NatAdd
import Theory.NatMinMax
import Theory.NatMul
import Theory.NatOrder
import Theory.NatOrderAlgebra
import Theory.Relation
/-!
# The library

Every Lean file that does not start with `prelude` imports this module by itself.
-/
