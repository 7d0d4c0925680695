prelude
import Core.Tactics
/-!
# Lists, options, pairs: the operations behind the notations

`l ++ m`, `a ∈ l`, and decidable equality. Their theory is elsewhere.
-/
universe u v w

namespace List
variable {α : Type u} {β : Type v}

/-- `l ++ m`: the elements of `l`, then those of `m`. -/
protected def append : List α → List α → List α
  | [], m => m
  | a :: l, m => a :: List.append l m

instance : Append (List α) := ⟨List.append⟩

/-- `a ∈ l`: the element `a` occurs in the list `l`. -/
inductive Mem (a : α) : List α → Prop where
  /-- The first element is a member. -/
  | head (l : List α) : Mem a (a :: l)
  /-- Members of the tail are members. -/
  | tail (b : α) {l : List α} : Mem a l → Mem a (b :: l)

instance : Membership α (List α) := ⟨fun l a => Mem a l⟩

/-- The number of elements of a list. -/
def length : List α → Nat
  | [] => 0
  | _ :: l => length l + 1

/-- The list of the values of `f` at the elements of a list. -/
@[specialize] def map (f : α → β) : List α → List β
  | [] => []
  | a :: l => f a :: map f l

/-- Combine the elements of a list from the left: `foldl f a [x, y] = f (f a x) y`. -/
@[specialize] def foldl (f : β → α → β) : β → List α → β
  | b, [] => b
  | b, a :: l => foldl f (f b a) l

/-- Combine the elements of a list from the right: `foldr f b [x, y] = f x (f y b)`. -/
@[specialize] def foldr (f : α → β → β) (b : β) : List α → β
  | [] => b
  | a :: l => f a (foldr f b l)

protected def hasDecEq [DecidableEq α] : (l m : List α) → Decidable (l = m)
  | [], [] => isTrue rfl
  | [], _ :: _ => isFalse fun h => nomatch h
  | _ :: _, [] => isFalse fun h => nomatch h
  | a :: l, b :: m =>
    match decEq a b, List.hasDecEq l m with
    | isTrue e, isTrue e' => isTrue (e ▸ e' ▸ rfl)
    | isFalse n, _ => isFalse fun h => n (List.cons.inj h).1
    | _, isFalse n => isFalse fun h => n (List.cons.inj h).2

instance [DecidableEq α] : DecidableEq (List α) := List.hasDecEq

instance decidableMem [DecidableEq α] (a : α) : (l : List α) → Decidable (a ∈ l)
  | [] => isFalse fun h => nomatch h
  | b :: l =>
    match decEq a b, decidableMem a l with
    | isTrue e, _ => isTrue (e ▸ .head l)
    | _, isTrue h => isTrue (.tail b h)
    | isFalse n, isFalse n' => isFalse fun h => match h with
      | .head _ => n rfl
      | .tail _ h => n' h
end List

/-- The test `a == b` by decidable equality. -/
instance (priority := 500) instBEqOfDecidableEq {α : Type u} [DecidableEq α] : BEq α :=
  ⟨fun a b => decide (a = b)⟩

/-- `a != b`: the test that two values are different. -/
@[inline] def bne {α : Type u} [BEq α] (a b : α) : Bool := !(a == b)

instance {α : Type u} {β : Type v} [DecidableEq α] [DecidableEq β] : DecidableEq (α × β) :=
  fun (a, b) (c, d) =>
    match decEq a c, decEq b d with
    | isTrue e, isTrue e' => isTrue (e ▸ e' ▸ rfl)
    | isFalse n, _ => isFalse fun h => n (Prod.mk.inj h).1
    | _, isFalse n => isFalse fun h => n (Prod.mk.inj h).2

instance {α : Type u} [DecidableEq α] : DecidableEq (Option α)
  | none, none => isTrue rfl
  | none, some _ => isFalse fun h => nomatch h
  | some _, none => isFalse fun h => nomatch h
  | some a, some b =>
    match decEq a b with
    | isTrue e => isTrue (e ▸ rfl)
    | isFalse n => isFalse fun h => n (Option.some.inj h)

instance {α : Type u} {p : α → Prop} [DecidableEq α] : DecidableEq {x // p x} := fun a b =>
  match decEq a.val b.val with
  | isTrue e => isTrue (Subtype.eq e)
  | isFalse n => isFalse fun h => n (h ▸ rfl)

instance : DecidableEq Unit := fun _ _ => isTrue rfl
deriving instance DecidableEq for Char

@[extern "lean_string_dec_eq"]
instance instDecidableEqString : DecidableEq String
  | ⟨l⟩, ⟨m⟩ =>
    match decEq l m with
    | isTrue e => isTrue (e ▸ rfl)
    | isFalse n => isFalse fun h => n (String.ofList.inj h)

/-! ## Coercions -/

/-- `Coe α β`: elements of `α` may be written where elements of `β` are expected. -/
class Coe (α : semiOutParam (Sort u)) (β : Sort v) where
  /-- The element of `β`. -/
  coe : α → β

attribute [coe_decl] Coe.coe

instance {α : Sort u} {β : Sort v} {a : α} [Coe α β] : CoeT α a β := ⟨Coe.coe a⟩
instance {b : Bool} : CoeT Bool b Prop := ⟨b = true⟩
instance : CoeSort Bool Prop := ⟨fun b => b = true⟩
instance {p : Prop} [Decidable p] : CoeT Prop p Bool := ⟨decide p⟩
instance {α : Type u} {a : α} : CoeT α a (Option α) := ⟨some a⟩
instance {α : Sort u} {p : α → Prop} {x : {x // p x}} : CoeT {x // p x} x α := ⟨x.val⟩
