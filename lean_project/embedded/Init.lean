prelude
import Core
import Theory.Closure
import Theory.NatAdd
import Theory.NatMinMax
import Theory.NatMul
import Theory.NatOrder
import Theory.NatOrderAlgebra
import Theory.Relation
import Theory.Set
import Theory.SetCompl
import Theory.SetImage
import Theory.SetLattice
/-!
# The library

Every Lean file that does not start with `prelude` imports this module by itself.
-/
