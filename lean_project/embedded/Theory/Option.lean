prelude
import Theory.Function
import Theory.Bool
/-!
# Optional values

`Option α` has the elements `some a` and one more, `none`. Mapping, binding, defaults, first of two.
-/
universe u v w
namespace Option
variable {α : Type u} {β : Type v} {γ : Type w}

/-! ## Operations -/

/-- Apply a function to the value of an option, if there is one. -/
def map (f : α → β) : Option α → Option β
  | none => none
  | some a => some (f a)

/-- Continue with a function that may fail, if there is a value. -/
def bind : Option α → (α → Option β) → Option β
  | none, _ => none
  | some a, f => f a

/-- Whether an option has a value. -/
def isSome : Option α → Bool
  | none => false
  | some _ => true

/-- Whether an option has no value. -/
def isNone : Option α → Bool
  | none => true
  | some _ => false

/-- The value of an option, or the given default if it has none. -/
def getD : Option α → α → α
  | none, d => d
  | some a, _ => a

/-- The first of two options that has a value. -/
def or : Option α → Option α → Option α
  | none, y => y
  | some a, _ => some a

/-- Keep the value of an option only if it passes a test. -/
def filter (p : α → Bool) : Option α → Option α
  | none => none
  | some a => if p a = true then some a else none

/-- Flatten an option of an option. -/
def join : Option (Option α) → Option α
  | none => none
  | some x => x

/-- The value of a function at the content of an option, or a given value if there is none. -/
def elim : Option α → β → (α → β) → β
  | none, b, _ => b
  | some a, _, f => f a

/-- `a ∈ x`: the option `x` has the value `a`. -/
instance : Membership α (Option α) := ⟨fun x a => x = some a⟩

/-! ## Values and their absence -/

/-- An option with a value is not `none`. -/
theorem some_ne_none (a : α) : some a ≠ none := fun h => nomatch h

/-- Options `some a` and `some b` are equal exactly when `a` and `b` are. -/
theorem some_inj {a b : α} : some a = some b ↔ a = b := ⟨Option.some.inj, congrArg some⟩

/-- Wrapping a value in `some` is an injective function. -/
theorem some_injective : Function.Injective (@some α) := fun _ _ => Option.some.inj

/-- `a` belongs to an option exactly when the option is `some a`. -/
theorem mem_def {a : α} {x : Option α} : a ∈ x ↔ x = some a := Iff.rfl

/-- An option is different from `none` exactly when it is `some a` for some `a`. -/
theorem ne_none_iff_exists {x : Option α} : x ≠ none ↔ ∃ a, x = some a := by
  cases x with
  | none => exact ⟨fun h => (h rfl).elim, fun ⟨_, h⟩ => nomatch h⟩
  | some a => exact ⟨fun _ => ⟨a, rfl⟩, fun _ => some_ne_none a⟩

/-- Every option is `none` or has a value. -/
theorem eq_none_or_eq_some (x : Option α) : x = none ∨ ∃ a, x = some a := by
  cases x with
  | none => exact .inl rfl
  | some a => exact .inr ⟨a, rfl⟩

/-- Options with the same values are equal. -/
theorem ext {x y : Option α} (h : ∀ a, x = some a ↔ y = some a) : x = y := by
  cases x with
  | none => cases y with
    | none => rfl
    | some b => exact nomatch (h b).2 rfl
  | some a => exact ((h a).1 rfl).symm

/-- A property holds for all options exactly when it holds for `none` and for all `some a`. -/
protected theorem «forall» {p : Option α → Prop} : (∀ x, p x) ↔ p none ∧ ∀ a, p (some a) :=
  ⟨fun h => ⟨h none, fun a => h (some a)⟩, fun h x => match x with | none => h.1 | some a => h.2 a⟩

/-- Some option has a property exactly when `none` or some `some a` has it. -/
protected theorem «exists» {p : Option α → Prop} : (∃ x, p x) ↔ p none ∨ ∃ a, p (some a) :=
  ⟨fun ⟨x, h⟩ => match x, h with | none, h => .inl h | some a, h => .inr ⟨a, h⟩,
    fun h => h.elim (⟨none, ·⟩) fun ⟨a, h⟩ => ⟨some a, h⟩⟩

/-! ## `isSome` and `isNone` -/

/-- `some a` has a value. -/
@[simp] theorem isSome_some (a : α) : isSome (some a) = true := rfl

/-- `none` has no value. -/
@[simp] theorem isSome_none : isSome (none : Option α) = false := rfl

/-- `some a` is not empty. -/
@[simp] theorem isNone_some (a : α) : isNone (some a) = false := rfl

/-- `none` is empty. -/
@[simp] theorem isNone_none : isNone (none : Option α) = true := rfl

/-- An option passes the test `isSome` exactly when it is `some a` for some `a`. -/
theorem isSome_iff_exists {x : Option α} : x.isSome = true ↔ ∃ a, x = some a := by
  cases x with
  | none => exact ⟨fun h => (nomatch h), fun ⟨_, h⟩ => nomatch h⟩
  | some a => exact ⟨fun _ => ⟨a, rfl⟩, fun _ => rfl⟩

/-- An option passes the test `isNone` exactly when it is `none`. -/
theorem isNone_iff_eq_none {x : Option α} : x.isNone = true ↔ x = none := by
  cases x <;> simp

/-- Having a value is the opposite of having none. -/
theorem not_isSome (x : Option α) : (!x.isSome) = x.isNone := by cases x <;> rfl

/-- Having no value is the opposite of having one. -/
theorem not_isNone (x : Option α) : (!x.isNone) = x.isSome := by cases x <;> rfl

/-! ## Mapping -/

/-- Mapping a function over `none` gives `none`. -/
@[simp] theorem map_none (f : α → β) : map f none = none := rfl

/-- Mapping a function over `some a` gives `some (f a)`. -/
@[simp] theorem map_some (f : α → β) (a : α) : map f (some a) = some (f a) := rfl

/-- Mapping the identity over an option changes nothing. -/
theorem map_id (x : Option α) : map id x = x := by cases x <;> rfl

/-- Mapping two functions over an option one after the other is mapping their composition. -/
theorem map_map (g : β → γ) (f : α → β) (x : Option α) : map g (map f x) = map (g ∘ f) x := by
  cases x <;> rfl

/-- A mapped option is `some b` exactly when the option has a value that is sent to `b`. -/
theorem map_eq_some_iff {f : α → β} {x : Option α} {b : β} :
    map f x = some b ↔ ∃ a, x = some a ∧ f a = b := by
  cases x <;> simp

/-- A mapped option is `none` exactly when the option is. -/
theorem map_eq_none_iff {f : α → β} {x : Option α} : map f x = none ↔ x = none := by
  cases x <;> simp

/-- Mapping does not change whether an option has a value. -/
theorem isSome_map (f : α → β) (x : Option α) : (map f x).isSome = x.isSome := by cases x <;> rfl

/-- Mapping does not change whether an option is empty. -/
theorem isNone_map (f : α → β) (x : Option α) : (map f x).isNone = x.isNone := by cases x <;> rfl

/-- Mapping an injective function over options is injective. -/
theorem map_injective {f : α → β} (hf : Function.Injective f) : Function.Injective (map f) := by
  intro x y h
  cases x <;> cases y
  · rfl
  · exact nomatch h
  · exact nomatch h
  · exact congrArg some (hf (Option.some.inj h))

/-! ## Binding -/

/-- Binding `none` gives `none`. -/
@[simp] theorem bind_none (f : α → Option β) : bind none f = none := rfl

/-- Binding `some a` applies the function to `a`. -/
@[simp] theorem bind_some (a : α) (f : α → Option β) : bind (some a) f = f a := rfl

/-- Binding an option with `some` changes nothing: the right unit law of the option monad. -/
theorem bind_fun_some (x : Option α) : x.bind some = x := by cases x <;> rfl

/-- Binding an option with a function that always fails gives `none`. -/
theorem bind_fun_none (x : Option α) : x.bind (fun _ => (none : Option β)) = none := by
  cases x <;> rfl

/-- Binding is associative. -/
theorem bind_assoc (x : Option α) (f : α → Option β) (g : β → Option γ) :
    (x.bind f).bind g = x.bind fun a => (f a).bind g := by cases x <;> rfl

/-- A bound option is `some b` exactly when both steps succeed and give `b`. -/
theorem bind_eq_some_iff {x : Option α} {f : α → Option β} {b : β} :
    x.bind f = some b ↔ ∃ a, x = some a ∧ f a = some b := by cases x <;> simp

/-- A bound option is `none` exactly when the function fails at every value of the option. -/
theorem bind_eq_none_iff {x : Option α} {f : α → Option β} :
    x.bind f = none ↔ ∀ a, x = some a → f a = none := by cases x <;> simp

/-- Mapping a function is binding with the function followed by `some`. -/
theorem map_eq_bind (f : α → β) (x : Option α) : map f x = x.bind (some ∘ f) := by cases x <;> rfl

/-- Binding a mapped option composes the functions. -/
theorem bind_map (f : α → β) (g : β → Option γ) (x : Option α) :
    (map f x).bind g = x.bind (g ∘ f) := by cases x <;> rfl

/-- Mapping over a bound option maps inside the function. -/
theorem map_bind (g : β → γ) (f : α → Option β) (x : Option α) :
    map g (x.bind f) = x.bind fun a => map g (f a) := by cases x <;> rfl

/-- Two binds whose functions do not depend on each other may be exchanged. -/
theorem bind_comm (f : α → β → Option γ) (x : Option α) (y : Option β) :
    (x.bind fun a => y.bind (f a)) = y.bind fun b => x.bind fun a => f a b := by
  cases x <;> cases y <;> rfl

/-- Flattening an option of an option is binding it with the identity. -/
theorem join_eq_bind (x : Option (Option α)) : x.join = x.bind id := by cases x <;> rfl
end Option
