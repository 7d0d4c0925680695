import Mathlib

/-! Nothing of ours is needed to check a proof; this file makes `lake build` bring Mathlib in. -/
