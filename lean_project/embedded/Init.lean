prelude
import Core
import Theory.NatAdd
import Theory.NatMinMax
import Theory.NatMul
import Theory.NatOrder
import Theory.NatOrderAlgebra
/-!
# The library

Every Lean file that does not start with `prelude` imports this module by itself.
-/
