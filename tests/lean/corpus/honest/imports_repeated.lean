/-
needs = "mathlib"
header = """
import Mathlib
open Nat"""
statement = "theorem zero_le_any (n : ℕ) : 0 ≤ n"
why = "Imports that the header brings may stand in front, each with a comment."
-/
-- What we need:
import Mathlib
import Mathlib.Tactic -- all of it
import Aesop

set_option maxHeartbeats 400000

open BigOperators Real Nat Topology

theorem zero_le_any (n : ℕ) : 0 ≤ n := by positivity
