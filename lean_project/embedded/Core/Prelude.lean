prelude
/-!
# The first definitions

Everything that Lean itself must find before it can compile a structure, a pattern match or a
numeral: the types of logic, `Bool`, `Nat`, `List` and a few helpers. The names, the order of
arguments and the order of universes are fixed by the elaborator and the kernel.
-/
set_option genSizeOf false
set_option genInjectivity false
set_option genCtorIdx false
universe u v w

/-! ## Names used only by the code generator -/

unsafe axiom lcProof {p : Prop} : p
unsafe axiom lcErased : Type
unsafe axiom lcAny : Type
unsafe axiom lcVoid : Type
unsafe axiom lcUnreachable {α : Sort u} : α

/-! ## Functions -/

/-- The identity function: it gives back its argument. -/
@[inline] def id {α : Sort u} (a : α) : α := a

/-- The composition of two functions: `(g ∘ f) x = g (f x)`. -/
@[inline] def Function.comp {α : Sort u} {β : Sort v} {γ : Sort w} (g : β → γ) (f : α → β) :
    α → γ :=
  fun x => g (f x)

/-- The function that gives the same value `a` for every argument. -/
@[inline] def Function.const {α : Sort u} (β : Sort v) (a : α) : β → α := fun _ => a

set_option checkBinderAnnotations false in
/-- The value of type `α` that type class search finds. -/
@[reducible] def inferInstance {α : Sort u} [i : α] : α := i

/-! ## Marks on types, read by the elaborator -/

@[reducible] def optParam (α : Sort u) (_ : α) : Sort u := α
@[reducible] def outParam (α : Sort u) : Sort u := α
@[reducible] def semiOutParam (α : Sort u) : Sort u := α
@[reducible] def letFun {α : Sort u} {β : α → Sort v} (a : α) (f : (x : α) → β x) : β a := f a

/-! ## The types of logic -/

set_option bootstrap.inductiveCheckResultingUniverse false in
/-- The type with exactly one element, in every universe. -/
inductive PUnit : Sort u where
  | unit : PUnit

/-- The type with exactly one element. -/
abbrev Unit : Type := PUnit

/-- The one element of `Unit`. -/
@[match_pattern] abbrev Unit.unit : Unit := PUnit.unit

/-- The proposition that is true. -/
inductive True : Prop where
  | intro : True

/-- The proposition that is false: it has no proof. -/
inductive False : Prop

/-- The type without elements. -/
inductive Empty : Type

set_option bootstrap.inductiveCheckResultingUniverse false in
/-- The type without elements, in every universe. -/
inductive PEmpty : Sort u where

/-- From a contradiction anything follows. -/
@[macro_inline] def False.elim {C : Sort u} (h : False) : C := h.rec

/-- `¬a`: the proposition `a` is false, that is, `a` implies `False`. -/
def Not (a : Prop) : Prop := a → False

/-- From `a` and `¬a` anything follows. -/
@[macro_inline] def absurd {a : Prop} {b : Sort v} (h₁ : a) (h₂ : Not a) : b := (h₂ h₁).rec

/-- `a = b`: the two sides are equal. -/
inductive Eq {α : Sort u} : α → α → Prop where
  | refl (a : α) : Eq a a

set_option linter.defProp false in
/-- Every value equals itself. -/
@[match_pattern] def rfl {α : Sort u} {a : α} : Eq a a := Eq.refl a

-- Quotients are built into the kernel; only a module without imports can switch them on.
init_quot

/-- The pattern `x@p`, with a proof that `x` is what `p` says. -/
@[reducible] def namedPattern {α : Sort u} (x a : α) (_ : Eq x a) : α := a

/-- Rewriting along an equality: a property of `a` is a property of every `b` with `a = b`. -/
@[reducible] def Eq.ndrec.{u1, u2} {α : Sort u2} {a : α} {motive : α → Sort u1} (m : motive a)
    {b : α} (h : Eq a b) : motive b := h.rec m

/-- A property of `a` is a property of every `b` with `a = b`. -/
theorem Eq.subst {α : Sort u} {motive : α → Prop} {a b : α} (h₁ : Eq a b) (h₂ : motive a) :
    motive b := Eq.ndrec h₂ h₁

/-- Equality can be turned around. -/
theorem Eq.symm {α : Sort u} {a b : α} (h : Eq a b) : Eq b a := h.rec (Eq.refl a)

/-- Two equalities in a row make one. -/
theorem Eq.trans {α : Sort u} {a b c : α} (h₁ : Eq a b) (h₂ : Eq b c) : Eq a c := h₂.rec h₁

/-- Carry an element along an equality of types. -/
@[macro_inline] def cast {α β : Sort u} (h : Eq α β) (a : α) : β := h.rec a

/-- Functions respect equality: equal arguments give equal values. -/
theorem congrArg {α : Sort u} {β : Sort v} {a₁ a₂ : α} (f : α → β) (h : Eq a₁ a₂) :
    Eq (f a₁) (f a₂) := h.rec (Eq.refl (f a₁))

/-- Equal functions have equal values at equal arguments. -/
theorem congr {α : Sort u} {β : Sort v} {f₁ f₂ : α → β} {a₁ a₂ : α} (h₁ : Eq f₁ f₂)
    (h₂ : Eq a₁ a₂) : Eq (f₁ a₁) (f₂ a₂) :=
  h₁.rec (congrArg f₁ h₂)

/-- Equal functions have equal values at every argument. -/
theorem congrFun {α : Sort u} {β : α → Sort v} {f g : (x : α) → β x} (h : Eq f g) (a : α) :
    Eq (f a) (g a) := h.rec (Eq.refl (f a))

/-- `HEq a b`: two values, of types that need not be the same on the face of it, are equal. -/
inductive HEq {α : Sort u} : α → {β : Sort u} → β → Prop where
  | refl (a : α) : HEq a a

set_option linter.defProp false in
/-- Every value is heterogeneously equal to itself. -/
@[match_pattern] protected def HEq.rfl {α : Sort u} {a : α} : HEq a a := HEq.refl a

/-- A heterogeneous equality between values of one type is an equality. -/
theorem eq_of_heq {α : Sort u} {a a' : α} (h : HEq a a') : Eq a a' :=
  have general : (β : Sort u) → (b : β) → HEq a b → (e : Eq α β) → Eq (cast e a) b :=
    fun _ _ h => h.rec (fun _ => Eq.refl a)
  general α a' h (Eq.refl α)

/-- An equality is a heterogeneous equality. -/
theorem heq_of_eq {α : Sort u} {a a' : α} (h : Eq a a') : HEq a a' := h.rec (HEq.refl a)

/-- `a ∧ b`: both propositions are true. -/
structure And (a b : Prop) : Prop where
  /-- A proof of `a ∧ b` from a proof of each. -/
  intro ::
  /-- From `a ∧ b` follows `a`. -/
  left : a
  /-- From `a ∧ b` follows `b`. -/
  right : b

/-- `a ∨ b`: at least one of the two propositions is true. -/
inductive Or (a b : Prop) : Prop where
  /-- From `a` follows `a ∨ b`. -/
  | inl (h : a) : Or a b
  /-- From `b` follows `a ∨ b`. -/
  | inr (h : b) : Or a b

/-- From `a` follows `a ∨ b`. -/
theorem Or.intro_left {a : Prop} (b : Prop) (h : a) : Or a b := Or.inl h

/-- From `b` follows `a ∨ b`. -/
theorem Or.intro_right (a : Prop) {b : Prop} (h : b) : Or a b := Or.inr h

/-- Reasoning by cases: what follows from `a` and from `b` follows from `a ∨ b`. -/
theorem Or.elim {a b c : Prop} (h : Or a b) (left : a → c) (right : b → c) : c :=
  h.rec left right

/-- `a ↔ b`: each of the two propositions implies the other. -/
structure Iff (a b : Prop) : Prop where
  /-- A proof of `a ↔ b` from the two implications. -/
  intro ::
  /-- From `a ↔ b` and `a` follows `b`. -/
  mp : a → b
  /-- From `a ↔ b` and `b` follows `a`. -/
  mpr : b → a

/-- `∃ x, p x`: some `x` has the property `p`. -/
inductive Exists {α : Sort u} (p : α → Prop) : Prop where
  /-- A witness together with a proof that it has the property. -/
  | intro (w : α) (h : p w) : Exists p

/-- `a ≠ b`: the two sides are different. -/
@[reducible] def Ne {α : Sort u} (a b : α) : Prop := Not (Eq a b)

/-! ## Pairs and sums -/

/-- The pair of two values, in any universes; used by the compiler of recursive definitions. -/
structure PProd (α : Sort u) (β : Sort v) where
  fst : α
  snd : β

/-- `α × β`: the type of pairs `(a, b)`. -/
structure Prod (α : Type u) (β : Type v) where
  /-- The pair of `fst` and `snd`. -/
  mk ::
  /-- The first component of a pair. -/
  fst : α
  /-- The second component of a pair. -/
  snd : β

structure MProd (α β : Type u) where
  fst : α
  snd : β

/-- Pairs whose second component has a type that depends on the first. -/
structure Sigma {α : Type u} (β : α → Type v) where
  fst : α
  snd : β fst

/-- Dependent pairs in any universes. -/
structure PSigma {α : Sort u} (β : α → Sort v) where
  fst : α
  snd : β fst

/-- `{x // p x}`: the elements of `α` that have the property `p`. -/
structure Subtype {α : Sort u} (p : α → Prop) where
  /-- The element itself. -/
  val : α
  /-- The proof that the element has the property. -/
  property : p val

/-- `α ⊕ β`: an element of `α` or an element of `β`. -/
inductive Sum (α : Type u) (β : Type v) where
  | inl (val : α) : Sum α β
  | inr (val : β) : Sum α β

/-- The disjoint sum in any universes. -/
inductive PSum (α : Sort u) (β : Sort v) where
  | inl (val : α) : PSum α β
  | inr (val : β) : PSum α β

structure PULift.{r, s} (α : Sort s) : Sort (max s r 1) where
  up ::
  down : α

structure ULift.{r, s} (α : Type s) : Type (max s r) where
  up ::
  down : α

structure PLift (α : Sort u) : Type u where
  up ::
  down : α

/-! ## Truth values and decidable propositions -/

/-- The truth values `true` and `false`. -/
inductive Bool : Type where
  | false : Bool
  | true : Bool

export Bool (false true)

/-- A decision of `p`: a proof of it or a proof of its negation. -/
class inductive Decidable (p : Prop) where
  | isFalse (h : Not p) : Decidable p
  | isTrue (h : p) : Decidable p

/-- The truth value of a decidable proposition. -/
@[inline_if_reduce] def Decidable.decide (p : Prop) [inst : Decidable p] : Bool :=
  inst.casesOn (fun _ => false) (fun _ => true)

export Decidable (isTrue isFalse decide)

/-- Every element of `α` has a decision of `p`. -/
abbrev DecidablePred {α : Sort u} (p : α → Prop) := (a : α) → Decidable (p a)

/-- The relation `r` can be decided for every two elements. -/
abbrev DecidableRel {α : Sort u} {β : Sort v} (r : α → β → Prop) :=
  (a : α) → (b : β) → Decidable (r a b)

/-- Equality on `α` can be decided. -/
abbrev DecidableEq (α : Sort u) := (a b : α) → Decidable (Eq a b)

/-- `if h : c then t h else e h`: the branches may use the proof of `c` or of `¬c`. -/
@[macro_inline] def dite {α : Sort u} (c : Prop) [h : Decidable c] (t : c → α)
    (e : Not c → α) : α :=
  h.casesOn e t

/-- `if c then t else e`: the value `t` when `c` is true, else `e`. -/
@[macro_inline] def ite {α : Sort u} (c : Prop) [h : Decidable c] (t e : α) : α :=
  h.casesOn (fun _ => e) (fun _ => t)

/-- `bif c then t else e`: the choice by a truth value. -/
@[macro_inline] def cond {α : Sort u} (c : Bool) (t e : α) : α := c.casesOn e t

/-- `¬` for truth values. -/
@[inline] def Bool.not (a : Bool) : Bool := a.casesOn true false

/-- `∧` for truth values. -/
@[macro_inline] def Bool.and (a b : Bool) : Bool := a.casesOn false b

/-- `∨` for truth values. -/
@[macro_inline] def Bool.or (a b : Bool) : Bool := a.casesOn b true

export Bool (or and not)

/-! ## Type classes of the first definitions -/

/-- A type with a chosen element. -/
class Inhabited (α : Sort u) where
  /-- The chosen element. -/
  default : α

export Inhabited (default)

/-- A type that has at least one element. -/
class inductive Nonempty (α : Sort u) : Prop where
  | intro (val : α) : Nonempty α

instance : Inhabited Prop := ⟨True⟩
instance : Inhabited Bool := ⟨false⟩
instance : Inhabited Unit := ⟨Unit.unit⟩
instance {α : Sort u} {β : Sort v} [Inhabited β] : Inhabited (α → β) := ⟨fun _ => default⟩
instance {α : Sort u} [Inhabited α] : Nonempty α := ⟨default⟩

/-! ## Numbers and lists -/

/-- The natural numbers 0, 1, 2, … -/
inductive Nat where
  /-- The number 0; written `0`. -/
  | zero : Nat
  /-- The number after `n`; written `n + 1`. -/
  | succ (n : Nat) : Nat

/-- `OfNat α n` says what the numeral `n` means in the type `α`. -/
class OfNat (α : Type u) (_ : Nat) where
  /-- The meaning of the numeral. -/
  ofNat : α

@[default_instance 100] instance instOfNatNat (n : Nat) : OfNat Nat n := ⟨n⟩

/-- Lists: the empty list `[]`, and `a :: l`, the element `a` in front of the list `l`. -/
inductive List (α : Type u) where
  /-- The empty list `[]`. -/
  | nil : List α
  /-- `a :: l`: the element `a` in front of the list `l`. -/
  | cons (head : α) (tail : List α) : List α

/-- `Option α`: an element of `α` (`some a`), or nothing (`none`). -/
inductive Option (α : Type u) where
  /-- Nothing. -/
  | none : Option α
  /-- The element `val`. -/
  | some (val : α) : Option α

export Option (none some)

/-- `Except ε α`: a value of `α`, or an error of type `ε`. -/
inductive Except (ε : Type u) (α : Type v) where
  | error : ε → Except ε α
  | ok : α → Except ε α

instance : Inhabited Nat := ⟨Nat.zero⟩
instance {α : Type u} : Inhabited (List α) := ⟨List.nil⟩
instance {α : Type u} : Inhabited (Option α) := ⟨none⟩

/-! ## Classes of the notations `+`, `*`, `≤`, … -/

/-- Types with an addition `a + b`. -/
class Add (α : Type u) where
  add : α → α → α
/-- Types with a subtraction `a - b`. -/
class Sub (α : Type u) where
  sub : α → α → α
/-- Types with a multiplication `a * b`. -/
class Mul (α : Type u) where
  mul : α → α → α
/-- Types with a division `a / b`. -/
class Div (α : Type u) where
  div : α → α → α
/-- Types with a remainder `a % b`. -/
class Mod (α : Type u) where
  mod : α → α → α
/-- Types with a negation `-a`. -/
class Neg (α : Type u) where
  neg : α → α
/-- Types whose elements have natural powers. -/
class NatPow (α : Type u) where
  pow : α → Nat → α
/-- Types with powers `a ^ b`. -/
class Pow (α : Type u) (β : Type v) where
  pow : α → β → α
/-- Types with a relation `a ∣ b`. -/
class Dvd (α : Type u) where
  dvd : α → α → Prop
/-- Types with an order `a ≤ b`. -/
class LE (α : Type u) where
  le : α → α → Prop
/-- Types with a strict order `a < b`. -/
class LT (α : Type u) where
  lt : α → α → Prop
/-- Types with a minimum of two elements. -/
class Min (α : Type u) where
  min : α → α → α
/-- Types with a maximum of two elements. -/
class Max (α : Type u) where
  max : α → α → α
/-- Types with an equality test `a == b`. -/
class BEq (α : Type u) where
  beq : α → α → Bool
/-- Types with a joining operation `a ++ b`. -/
class Append (α : Type u) where
  append : α → α → α
/-- Types with a bitwise and, `a &&& b`. -/
class AndOp (α : Type u) where
  and : α → α → α
/-- Types with a bitwise or, `a ||| b`. -/
class OrOp (α : Type u) where
  or : α → α → α
/-- Types with a bitwise exclusive or, `a ^^^ b`. -/
class XorOp (α : Type u) where
  xor : α → α → α
/-- Types with a shift to the left, `a <<< b`. -/
class ShiftLeft (α : Type u) where
  shiftLeft : α → α → α
/-- Types with a shift to the right, `a >>> b`. -/
class ShiftRight (α : Type u) where
  shiftRight : α → α → α
/-- Collections `γ` with a membership relation `a ∈ c`. -/
class Membership (α : outParam (Type u)) (γ : Type v) where
  mem : γ → α → Prop
/-- Types with a relation `a ⊆ b`. -/
class HasSubset (α : Type u) where
  Subset : α → α → Prop
/-- Types with a relation `a ⊂ b`. -/
class HasSSubset (α : Type u) where
  SSubset : α → α → Prop
/-- Types with a union `a ∪ b`. -/
class Union (α : Type u) where
  union : α → α → α
/-- Types with an intersection `a ∩ b`. -/
class Inter (α : Type u) where
  inter : α → α → α
/-- Types with a difference `a \ b`. -/
class SDiff (α : Type u) where
  sdiff : α → α → α
/-- Collections with an empty one, `∅` or `{}`. -/
class EmptyCollection (α : Type u) where
  emptyCollection : α
/-- Collections `γ` to which an element can be added. -/
class Insert (α : outParam (Type u)) (γ : Type v) where
  insert : α → γ → γ
/-- Collections `γ` that have a collection `{a}` of one element. -/
class Singleton (α : outParam (Type u)) (γ : Type v) where
  singleton : α → γ
/-- Types with a number or size of elements: `sizeOf a`. -/
class SizeOf (α : Sort u) where
  sizeOf : α → Nat
/-- Types with an equivalence `a ≈ b`. -/
class HasEquiv (α : Sort u) where
  Equiv : α → α → Sort v

export LE (le)
export Min (min)
export Max (max)
export Insert (insert)
export Singleton (singleton)
export SizeOf (sizeOf)

class HAdd (α : Type u) (β : Type v) (γ : outParam (Type w)) where
  hAdd : α → β → γ
class HSub (α : Type u) (β : Type v) (γ : outParam (Type w)) where
  hSub : α → β → γ
class HMul (α : Type u) (β : Type v) (γ : outParam (Type w)) where
  hMul : α → β → γ
class HDiv (α : Type u) (β : Type v) (γ : outParam (Type w)) where
  hDiv : α → β → γ
class HMod (α : Type u) (β : Type v) (γ : outParam (Type w)) where
  hMod : α → β → γ
class HPow (α : Type u) (β : Type v) (γ : outParam (Type w)) where
  hPow : α → β → γ
class HAppend (α : Type u) (β : Type v) (γ : outParam (Type w)) where
  hAppend : α → β → γ
class HAnd (α : Type u) (β : Type v) (γ : outParam (Type w)) where
  hAnd : α → β → γ
class HOr (α : Type u) (β : Type v) (γ : outParam (Type w)) where
  hOr : α → β → γ
class HXor (α : Type u) (β : Type v) (γ : outParam (Type w)) where
  hXor : α → β → γ
class HShiftLeft (α : Type u) (β : Type v) (γ : outParam (Type w)) where
  hShiftLeft : α → β → γ
class HShiftRight (α : Type u) (β : Type v) (γ : outParam (Type w)) where
  hShiftRight : α → β → γ
class HOrElse (α : Type u) (β : Type v) (γ : outParam (Type w)) where
  hOrElse : α → (Unit → β) → γ
class HAndThen (α : Type u) (β : Type v) (γ : outParam (Type w)) where
  hAndThen : α → (Unit → β) → γ

section
variable {α : Type u}
@[default_instance, reducible] instance instHAdd [Add α] : HAdd α α α := ⟨Add.add⟩
@[default_instance, reducible] instance instHSub [Sub α] : HSub α α α := ⟨Sub.sub⟩
@[default_instance, reducible] instance instHMul [Mul α] : HMul α α α := ⟨Mul.mul⟩
@[default_instance, reducible] instance instHDiv [Div α] : HDiv α α α := ⟨Div.div⟩
@[default_instance, reducible] instance instHMod [Mod α] : HMod α α α := ⟨Mod.mod⟩
@[default_instance, reducible] instance instHPow {β : Type v} [Pow α β] : HPow α β α := ⟨Pow.pow⟩
@[default_instance, reducible] instance instPowNat [NatPow α] : Pow α Nat := ⟨NatPow.pow⟩
@[default_instance, reducible] instance instHAppendOfAppend [Append α] : HAppend α α α :=
  ⟨Append.append⟩
@[default_instance, reducible] instance instHAndOfAndOp [AndOp α] : HAnd α α α := ⟨AndOp.and⟩
@[default_instance, reducible] instance instHOrOfOrOp [OrOp α] : HOr α α α := ⟨OrOp.or⟩
@[default_instance, reducible] instance instHXorOfXorOp [XorOp α] : HXor α α α := ⟨XorOp.xor⟩
@[default_instance, reducible] instance instHShiftLeftOfShiftLeft [ShiftLeft α] :
    HShiftLeft α α α := ⟨ShiftLeft.shiftLeft⟩
@[default_instance, reducible] instance instHShiftRightOfShiftRight [ShiftRight α] :
    HShiftRight α α α := ⟨ShiftRight.shiftRight⟩
end

/-- `a ≥ b` means `b ≤ a`. -/
@[reducible] def GE.ge {α : Type u} [LE α] (a b : α) : Prop := LE.le b a
/-- `a > b` means `b < a`. -/
@[reducible] def GT.gt {α : Type u} [LT α] (a b : α) : Prop := LT.lt b a

/-! ## Addition, subtraction, multiplication, powers and the order of `Nat` -/

namespace Nat

/-- Addition: `n + 0` is `n`, and `n + (m + 1)` is the number after `n + m`. -/
@[extern "lean_nat_add"]
protected def add : Nat → Nat → Nat
  | n, zero => n
  | n, succ m => succ (Nat.add n m)

/-- The number before `n`; 0 for 0. -/
@[extern "lean_nat_pred"]
def pred : Nat → Nat
  | zero => zero
  | succ n => n

/-- Subtraction that stops at 0: `n - m` is 0 when `m` is larger than `n`. -/
@[extern "lean_nat_sub"]
protected def sub : Nat → Nat → Nat
  | n, zero => n
  | n, succ m => pred (Nat.sub n m)

/-- Multiplication: `n * 0` is 0, and `n * (m + 1)` is `n * m + n`. -/
@[extern "lean_nat_mul"]
protected def mul : Nat → Nat → Nat
  | _, zero => zero
  | n, succ m => Nat.add (Nat.mul n m) n

/-- Powers: `n ^ 0` is 1, and `n ^ (m + 1)` is `n ^ m * n`. -/
@[extern "lean_nat_pow"]
protected def pow : Nat → Nat → Nat
  | _, zero => succ zero
  | n, succ m => Nat.mul (Nat.pow n m) n

/-- Equality of numbers as a truth value. -/
@[extern "lean_nat_dec_eq"]
def beq : Nat → Nat → Bool
  | zero, zero => true
  | zero, succ _ => false
  | succ _, zero => false
  | succ n, succ m => beq n m

/-- `n ≤ m` as a truth value. -/
@[extern "lean_nat_dec_le"]
def ble : Nat → Nat → Bool
  | zero, _ => true
  | succ _, zero => false
  | succ n, succ m => ble n m

/-- `n ≤ m`, built up from `n ≤ n` by adding 1 on the right. -/
protected inductive le (n : Nat) : Nat → Prop where
  | refl : Nat.le n n
  | step {m : Nat} : Nat.le n m → Nat.le n (succ m)

/-- `n < m` means `n + 1 ≤ m`. -/
protected def lt (n m : Nat) : Prop := Nat.le (succ n) m

end Nat

@[reducible] instance instAddNat : Add Nat := ⟨Nat.add⟩
@[reducible] instance instSubNat : Sub Nat := ⟨Nat.sub⟩
@[reducible] instance instMulNat : Mul Nat := ⟨Nat.mul⟩
@[reducible] instance instNatPowNat : NatPow Nat := ⟨Nat.pow⟩
@[reducible] instance instLENat : LE Nat := ⟨Nat.le⟩
@[reducible] instance instLTNat : LT Nat := ⟨Nat.lt⟩

attribute [match_pattern] Nat.add Add.add HAdd.hAdd Neg.neg Mul.mul HMul.hMul
