prelude
import Core.Classical
/-!
# Constructors are injective

Lean generates `T.c.inj` and `T.c.injEq` for each constructor of a new type; for the types that were
declared before this was possible they are generated here. From here on, new types have all of this.
-/
universe u

theorem Lean.injEq_helper {p q r : Prop} (h : p → q → r) : p ∧ q → r := fun ⟨a, b⟩ => h a b

gen_injective_theorems% Nat
gen_injective_theorems% List
gen_injective_theorems% Option
gen_injective_theorems% Except
gen_injective_theorems% Prod
gen_injective_theorems% PProd
gen_injective_theorems% MProd
gen_injective_theorems% Sigma
gen_injective_theorems% PSigma
gen_injective_theorems% Subtype
gen_injective_theorems% Sum
gen_injective_theorems% PSum
gen_injective_theorems% Char
gen_injective_theorems% String
gen_injective_theorems% Array
