prelude
import Core.Data
/-!
# Sizes of values

Every inductive type gets a `SizeOf` instance; recursive definitions that are not structural
terminate because a size decreases. For types without an instance the size is 0.
-/
universe u v

/-- The size 0, for types of which nothing is known. -/
protected def default.sizeOf (α : Sort u) : α → Nat
  | _ => 0

instance (priority := low) instSizeOfDefault (α : Sort u) : SizeOf α := ⟨default.sizeOf α⟩

@[simp] theorem sizeOf_default {α : Sort u} (a : α) : @sizeOf α (instSizeOfDefault α) a = 0 := rfl

instance instSizeOfNat : SizeOf Nat := ⟨fun n => n⟩

/-- The size of a number is the number. -/
@[simp] theorem sizeOf_nat (n : Nat) : sizeOf n = n := rfl

instance {α : Sort u} [SizeOf α] : SizeOf (Unit → α) := ⟨fun f => sizeOf (f ())⟩

@[simp] theorem sizeOf_thunk {α : Sort u} [SizeOf α] (f : Unit → α) : sizeOf f = sizeOf (f ()) :=
  rfl

deriving instance SizeOf for PUnit, Bool, List, Option, Except, Sum, PSum, Prod, PProd, MProd,
  Sigma, PSigma, Subtype, ULift, PLift, Char, String, Array, Decidable, Exists, Eq, And, Or
