prelude
import Core.Bounded
/-!
# The core

Everything that makes Lean usable: a file of the theory starts with `prelude` and `import Core`.
-/
