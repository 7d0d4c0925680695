prelude
import Core
import Arithmetic
import Theory.Bool
import Theory.Classical
import Theory.Closure
import Theory.Equality
import Theory.Function
import Theory.Iterate
import Theory.List
import Theory.ListFold
import Theory.ListMap
import Theory.ListMem
import Theory.ListSublist
import Theory.ListTake
import Theory.Logic
import Theory.NatAdd
import Theory.NatDiv
import Theory.NatDvd
import Theory.NatFactorial
import Theory.NatGcd
import Theory.NatInduction
import Theory.NatMinMax
import Theory.NatMod
import Theory.NatMul
import Theory.NatOrder
import Theory.NatOrderAlgebra
import Theory.NatParity
import Theory.NatPow
import Theory.NatSub
import Theory.NatSum
import Theory.Option
import Theory.OptionMore
import Theory.Prod
import Theory.Quantifiers
import Theory.Relation
import Theory.Set
import Theory.SetCompl
import Theory.SetFunction
import Theory.SetImage
import Theory.SetLattice
import Theory.Sum
/-!
# The library

Every Lean file that does not start with `prelude` imports this module by itself.
-/
