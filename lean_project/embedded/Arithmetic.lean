prelude
import Arithmetic.Omega
import Arithmetic.AC
/-!
# Integers and `omega`

With this module `omega` decides linear arithmetic over `Nat` and `Int`, and recursive definitions
whose measure decreases by linear arithmetic are accepted without a termination proof.
-/
