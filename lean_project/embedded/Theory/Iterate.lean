prelude
import Theory.Function
/-!
# Functions from a type to itself

Involutions, fixed points, commuting functions, iteration, and functions changed at one point.
-/
universe u v
namespace Function
section
variable {α : Sort u} {f g : α → α} {a : α}

/-! ## Involutions -/

/-- A function is an involution if applying it twice gives back the argument. -/
def Involutive (f : α → α) : Prop := ∀ x, f (f x) = x

/-- An involution composed with itself is the identity. -/
theorem Involutive.comp_self (h : Involutive f) : f ∘ f = id := funext h

/-- An involution is its own left inverse. -/
theorem Involutive.leftInverse (h : Involutive f) : LeftInverse f f := h

/-- An involution is injective. -/
theorem Involutive.injective (h : Involutive f) : Injective f := h.leftInverse.injective

/-- An involution is surjective. -/
theorem Involutive.surjective (h : Involutive f) : Surjective f := h.leftInverse.surjective

/-- An involution is bijective. -/
theorem Involutive.bijective (h : Involutive f) : Bijective f := ⟨h.injective, h.surjective⟩

/-- An involution moves from one side of an equation to the other. -/
theorem Involutive.eq_iff (h : Involutive f) {a b : α} : f a = b ↔ a = f b :=
  ⟨fun e => e ▸ (h a).symm, fun e => e ▸ h b⟩

/-! ## Fixed points -/

/-- `a` is a fixed point of `f`: the function does not move it. -/
def IsFixedPt (f : α → α) (a : α) : Prop := f a = a

/-- Every point is a fixed point of the identity. -/
theorem isFixedPt_id (a : α) : IsFixedPt id a := rfl

/-- A common fixed point of two functions is a fixed point of their composition. -/
theorem IsFixedPt.comp (hg : IsFixedPt g a) (hf : IsFixedPt f a) : IsFixedPt (g ∘ f) a :=
  (congrArg g hf).trans hg

/-- The value at a fixed point is a fixed point. -/
theorem IsFixedPt.apply (h : IsFixedPt f a) : IsFixedPt f (f a) := congrArg f h

/-- A left inverse of a function has all of that function's fixed points. -/
theorem IsFixedPt.of_leftInverse (h : LeftInverse g f) (ha : IsFixedPt f a) : IsFixedPt g a :=
  (congrArg g ha).symm.trans (h a)

/-- If `f` and `g` commute, `g` sends fixed points of `f` to fixed points of `f`. -/
theorem IsFixedPt.map (h : ∀ x, f (g x) = g (f x)) (ha : IsFixedPt f a) : IsFixedPt f (g a) :=
  (h a).trans (congrArg g ha)

/-! ## Iteration -/

/-- The `n`-th iterate of a function: apply it `n` times. -/
def iterate (f : α → α) : Nat → α → α
  | 0, a => a
  | n + 1, a => iterate f n (f a)

/-- Applying a function zero times changes nothing. -/
@[simp] theorem iterate_zero_apply (f : α → α) (a : α) : iterate f 0 a = a := rfl

/-- The zeroth iterate of a function is the identity. -/
theorem iterate_zero (f : α → α) : iterate f 0 = id := rfl

/-- The first iterate of a function is the function itself. -/
theorem iterate_one (f : α → α) : iterate f 1 = f := rfl

/-- Iterating `n + 1` times: apply the function once, then `n` times. -/
theorem iterate_succ_apply (f : α → α) (n : Nat) (a : α) :
    iterate f (n + 1) a = iterate f n (f a) := rfl

/-- Iterating `n + 1` times: apply the function `n` times, then once more. -/
theorem iterate_succ_apply' (f : α → α) (n : Nat) (a : α) :
    iterate f (n + 1) a = f (iterate f n a) := by
  induction n generalizing a with
  | zero => rfl
  | succ n ih => exact ih (f a)

/-- The iterate `n + 1` is the iterate `n` composed with the function. -/
theorem iterate_succ (f : α → α) (n : Nat) : iterate f (n + 1) = iterate f n ∘ f := rfl

/-- The iterate `n + 1` is the function composed with the iterate `n`. -/
theorem iterate_succ' (f : α → α) (n : Nat) : iterate f (n + 1) = f ∘ iterate f n :=
  funext (iterate_succ_apply' f n)

/-- Iterating `m + n` times: apply the function `n` times and then `m` times. -/
theorem iterate_add_apply (f : α → α) (m n : Nat) (a : α) :
    iterate f (m + n) a = iterate f m (iterate f n a) := by
  induction n generalizing a with
  | zero => rfl
  | succ n ih => exact ih (f a)

/-- Exponents of iterates add: the iterate `m + n` is the composition of the iterates. -/
theorem iterate_add (f : α → α) (m n : Nat) : iterate f (m + n) = iterate f m ∘ iterate f n :=
  funext (iterate_add_apply f m n)

/-- Exponents of iterates multiply: the iterate `m * n` is the `n`-th iterate of the `m`-th. -/
theorem iterate_mul (f : α → α) (m n : Nat) : iterate f (m * n) = iterate (iterate f m) n := by
  induction n with
  | zero => rfl
  | succ n ih =>
    funext a
    exact (iterate_add_apply f (m * n) m a).trans (congrFun ih (iterate f m a))

/-- Iterating the identity gives the identity. -/
theorem iterate_id (n : Nat) : iterate (@id α) n = id := by
  induction n with
  | zero => rfl
  | succ n ih => exact ih

/-- A fixed point of a function is a fixed point of its iterates. -/
theorem IsFixedPt.iterate (h : IsFixedPt f a) (n : Nat) : IsFixedPt (iterate f n) a := by
  induction n with
  | zero => exact rfl
  | succ n ih => exact (congrArg (Function.iterate f n) h).trans ih

/-- Iterates of an injective function are injective. -/
theorem Injective.iterate (h : Injective f) (n : Nat) : Injective (iterate f n) := by
  induction n with
  | zero => exact injective_id
  | succ n ih => exact ih.comp h

/-- Iterates of a surjective function are surjective. -/
theorem Surjective.iterate (h : Surjective f) (n : Nat) : Surjective (iterate f n) := by
  induction n with
  | zero => exact surjective_id
  | succ n ih => exact ih.comp h

/-- Iterates of a bijective function are bijective. -/
theorem Bijective.iterate (h : Bijective f) (n : Nat) : Bijective (iterate f n) :=
  ⟨h.1.iterate n, h.2.iterate n⟩

/-- Iterates of a left inverse are left inverses of the iterates. -/
theorem LeftInverse.iterate (h : LeftInverse g f) (n : Nat) :
    LeftInverse (iterate g n) (iterate f n) := by
  induction n with
  | zero => exact fun _ => rfl
  | succ n ih =>
    intro a
    rw [iterate_succ_apply' f, iterate_succ_apply g, h]
    exact ih a

/-! ## Commuting functions -/

/-- Two functions commute if their composition does not depend on the order. -/
def Commute (f g : α → α) : Prop := ∀ x, f (g x) = g (f x)

/-- Every function commutes with itself. -/
theorem Commute.refl (f : α → α) : Commute f f := fun _ => rfl

/-- Commuting of functions is symmetric. -/
theorem Commute.symm (h : Commute f g) : Commute g f := fun x => (h x).symm

/-- Functions that commute have equal compositions. -/
theorem Commute.comp_eq (h : Commute f g) : f ∘ g = g ∘ f := funext h

/-- If `f` commutes with `g`, it commutes with all iterates of `g`. -/
theorem Commute.iterate_right (h : Commute f g) (n : Nat) : Commute f (iterate g n) := by
  induction n with
  | zero => exact fun _ => rfl
  | succ n ih => exact fun x => (ih (g x)).trans (congrArg (iterate g n) (h x))

/-- If `f` commutes with `g`, all iterates of `f` commute with `g`. -/
theorem Commute.iterate_left (h : Commute f g) (n : Nat) : Commute (iterate f n) g :=
  (h.symm.iterate_right n).symm

/-- The iterate of a composition of commuting functions is the composition of the iterates. -/
theorem Commute.comp_iterate (h : Commute f g) (n : Nat) :
    iterate (f ∘ g) n = iterate f n ∘ iterate g n := by
  induction n with
  | zero => rfl
  | succ n ih =>
    funext x
    refine (congrFun ih (f (g x))).trans (congrArg (iterate f n) ?_)
    exact (h.iterate_right n (g x)).symm
end

/-! ## Changing a function at one point -/

section
variable {α : Type u} {β : Type v} [DecidableEq α]

/-- The function that has the value `b` at `a` and elsewhere is `f`. -/
def update (f : α → β) (a : α) (b : β) : α → β := fun x => if x = a then b else f x

/-- An updated function has the new value at the changed point. -/
theorem update_self (f : α → β) (a : α) (b : β) : update f a b a = b := if_pos rfl

/-- An updated function has the old values at the other points. -/
theorem update_of_ne {x a : α} (h : x ≠ a) (f : α → β) (b : β) : update f a b x = f x := if_neg h

/-- Updating a function with the value that it already has changes nothing. -/
theorem update_eq_self (f : α → β) (a : α) : update f a (f a) = f := by
  funext x
  by_cases h : x = a
  · rw [h, update_self]
  · rw [update_of_ne h]

/-- Of two updates at one point, the later wins. -/
theorem update_idem (f : α → β) (a : α) (b c : β) : update (update f a b) a c = update f a c := by
  funext x
  by_cases h : x = a
  · rw [h, update_self, update_self]
  · rw [update_of_ne h, update_of_ne h, update_of_ne h]

/-- Updates at different points may be done in any order. -/
theorem update_comm {a a' : α} (h : a ≠ a') (f : α → β) (b b' : β) :
    update (update f a b) a' b' = update (update f a' b') a b := by
  funext x
  by_cases e : x = a
  · rw [e, update_of_ne h, update_self, update_self]
  · rw [update_of_ne e]
    by_cases e' : x = a'
    · rw [e', update_self, update_self]
    · rw [update_of_ne e', update_of_ne e', update_of_ne e]
end
end Function
