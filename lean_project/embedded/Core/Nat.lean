prelude
import Core.Equality
/-!
# Numbers: the order, and the functions that the kernel computes on literals

The kernel evaluates `Nat.div`, `mod`, `gcd`, `land`, `lor`, `xor`, `shiftLeft`, `shiftRight` and
`log2` on numerals by itself. Each is defined here with exactly those values, so that the theory and
the kernel can never disagree.
-/
set_option genSizeOf false
set_option genInjectivity false
set_option genCtorIdx false
universe u v w

namespace Nat
theorem t (n : Nat) : n + 0 = n := by exact rfl
theorem u (n m : Nat) (h : n = m): m = n := by
  rw [h]
example : 2 + 2 = 4 := rfl
example (a b : Prop) (h : a ∧ b) : b ∧ a := by
  constructor
  · exact h.2
  · cases h with
    | intro x y => exact x
end Nat
