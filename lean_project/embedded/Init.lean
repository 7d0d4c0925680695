prelude
import Core
/-!
# The library

Every Lean file that does not start with `prelude` imports this module by itself.
-/
