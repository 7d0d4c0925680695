prelude
import Theory.Option
/-!
# Optional values: defaults, the first of two, tests
-/
universe u v
namespace Option
variable {α : Type u} {β : Type v}

/-! ## Defaults -/

/-- The default is used for `none`. -/
@[simp] theorem getD_none (d : α) : getD none d = d := rfl

/-- The default is not used for `some a`. -/
@[simp] theorem getD_some (a d : α) : getD (some a) d = a := rfl

/-- Mapping a function commutes with taking the value or a default. -/
theorem getD_map (f : α → β) (x : Option α) (d : α) : (map f x).getD (f d) = f (x.getD d) := by
  cases x <;> rfl

/-- An option with a value is `some` of its value, whatever the default. -/
theorem some_getD_of_isSome {x : Option α} (h : x.isSome = true) (d : α) : some (x.getD d) = x := by
  cases x with
  | none => exact nomatch h
  | some a => rfl

/-- The value of an option or a default is the case distinction with the identity. -/
theorem getD_eq_elim (x : Option α) (d : α) : x.getD d = x.elim d id := by cases x <;> rfl

/-- The case distinction at `none` gives the value for the empty case. -/
@[simp] theorem elim_none (b : β) (f : α → β) : elim none b f = b := rfl

/-- The case distinction at `some a` applies the function to `a`. -/
@[simp] theorem elim_some (a : α) (b : β) (f : α → β) : elim (some a) b f = f a := rfl

/-- The case distinction of an option is the value, or the default, of the mapped option. -/
theorem elim_eq_getD_map (x : Option α) (b : β) (f : α → β) : x.elim b f = (map f x).getD b := by
  cases x <;> rfl

/-! ## The first of two -/

/-- The first of `none` and `y` that has a value is `y`. -/
@[simp] theorem none_or (y : Option α) : or none y = y := rfl

/-- The first of `some a` and anything is `some a`. -/
@[simp] theorem some_or (a : α) (y : Option α) : or (some a) y = some a := rfl

/-- The first of `x` and `none` that has a value is `x`. -/
@[simp] theorem or_none (x : Option α) : or x none = x := by cases x <;> rfl

/-- The first of an option and itself is the option. -/
theorem or_self (x : Option α) : x.or x = x := by cases x <;> rfl

/-- Taking the first option with a value is associative. -/
theorem or_assoc (x y z : Option α) : (x.or y).or z = x.or (y.or z) := by cases x <;> rfl

/-- The first of two options is `none` exactly when both are. -/
theorem or_eq_none_iff {x y : Option α} : x.or y = none ↔ x = none ∧ y = none := by
  cases x <;> simp

/-- The first of two is `some a` iff the left one is, or the left is empty and the right one is. -/
theorem or_eq_some_iff {x y : Option α} {a : α} :
    x.or y = some a ↔ x = some a ∨ (x = none ∧ y = some a) := by cases x <;> simp

/-- The first of two options has a value exactly when one of them has. -/
theorem isSome_or (x y : Option α) : (x.or y).isSome = (x.isSome || y.isSome) := by
  cases x <;> rfl

/-- Mapping a function commutes with taking the first option that has a value. -/
theorem map_or (f : α → β) (x y : Option α) : map f (x.or y) = (map f x).or (map f y) := by
  cases x <;> rfl

/-- The value or default of the first of two options: defaults are used one after the other. -/
theorem getD_or (x y : Option α) (d : α) : (x.or y).getD d = x.getD (y.getD d) := by cases x <;> rfl

/-! ## Tests -/

/-- There is nothing in `none` to test. -/
@[simp] theorem filter_none (p : α → Bool) : filter p none = none := rfl

/-- A value that passes the test is kept. -/
theorem filter_some_of_pos {p : α → Bool} {a : α} (h : p a = true) : filter p (some a) = some a :=
  if_pos h

/-- A value that fails the test is dropped. -/
theorem filter_some_of_neg {p : α → Bool} {a : α} (h : p a = false) : filter p (some a) = none :=
  if_neg (ne_true_of_eq_false h)

/-- A filtered option is `some a` exactly when the option is and `a` passes the test. -/
theorem filter_eq_some_iff {p : α → Bool} {x : Option α} {a : α} :
    filter p x = some a ↔ x = some a ∧ p a = true := by
  cases x with
  | none => exact ⟨fun h => (nomatch h), fun h => nomatch h.1⟩
  | some b =>
    by_cases h : p b = true
    · rw [filter_some_of_pos h]
      exact ⟨fun e => ⟨e, Option.some.inj e ▸ h⟩, And.left⟩
    · rw [filter_some_of_neg (eq_false_of_ne_true h)]
      exact ⟨fun e => (nomatch e), fun e => (h (Option.some.inj e.1 ▸ e.2)).elim⟩

/-- Filtering with two tests in a row is filtering with both at once. -/
theorem filter_filter (p q : α → Bool) (x : Option α) :
    filter q (filter p x) = filter (fun a => p a && q a) x := by
  apply Option.ext
  intro a
  rw [filter_eq_some_iff, filter_eq_some_iff, filter_eq_some_iff, Bool.and_eq_true, and_assoc]
end Option
