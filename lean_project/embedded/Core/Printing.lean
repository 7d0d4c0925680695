prelude
import Core.SizeOf
/-!
# Printing values: what `#eval` and `deriving Repr` ask for

The layout engine is native code of the library; here are its data type and the instances.
-/
universe u v

set_option genCtorIdx false in
/-- The integers; only the layout engine uses them. -/
inductive Int : Type where
  | ofNat : Nat → Int
  | negSucc : Nat → Int
attribute [extern "lean_nat_to_int"] Int.ofNat
attribute [extern "lean_int_neg_succ_of_nat"] Int.negSucc

instance instOfNat {n : Nat} : OfNat Int n := ⟨.ofNat n⟩
instance : Inhabited Int := ⟨.ofNat 0⟩

namespace Std
namespace Format
inductive FlattenBehavior where
  | allOrNone
  | fill
end Format

inductive Format where
  | nil : Format
  | line : Format
  | align (force : Bool) : Format
  | text (s : String) : Format
  | nest (indent : Int) (f : Format) : Format
  | append : Format → Format → Format
  | group (f : Format) (behavior : Format.FlattenBehavior := .allOrNone) : Format
  | tag : Nat → Format → Format

instance : Inhabited Format := ⟨.nil⟩
instance : Append Format := ⟨Format.append⟩

class ToFormat (α : Type u) where
  format : α → Format

namespace Format
@[extern "x"] opaque bracket (l : String) (x : Format) (r : String) : Format
@[extern "x"] opaque paren (f : Format) : Format
@[extern "x"] opaque sbracket (f : Format) : Format
def joinSep {α : Type u} [ToFormat α] : List α → Format → Format
  | [], _ => nil
  | [a], _ => ToFormat.format a
  | a :: l, sep => ToFormat.format a ++ sep ++ joinSep l sep
end Format

export Format (bracket paren sbracket)
instance : ToFormat Format := ⟨fun f => f⟩
instance : ToFormat String := ⟨.text⟩
end Std

export Std (Format ToFormat)

instance : CoeT String s Std.Format := ⟨.text s⟩
instance : Append String := ⟨String.append⟩

/-- Values that can be printed as Lean terms. -/
class Repr (α : Type u) where
  reprPrec : α → Nat → Std.Format
export Repr (reprPrec)

/-- Values that can be printed. -/
class ToString (α : Type u) where
  toString : α → String
export ToString (toString)

def repr {α : Type u} [Repr α] (a : α) : Std.Format := reprPrec a 0

@[extern "x"] opaque Nat.reprFast (n : Nat) : String
@[extern "x"] opaque String.quote (s : String) : String

class ReprAtom (α : Type u)
class ReprTuple (α : Type u) where
  reprTuple : α → List Std.Format → List Std.Format
export ReprTuple (reprTuple)

def Repr.addAppParen (f : Std.Format) (prec : Nat) : Std.Format :=
  if prec ≥ 1024 then Std.Format.paren f else f

def reprArg {α : Type u} [Repr α] (a : α) : Std.Format := reprPrec a 1024

instance : Repr Nat := ⟨fun n _ => .text n.reprFast⟩
instance : ToString Nat := ⟨Nat.reprFast⟩
instance : Repr Bool := ⟨fun b _ => .text (cond b "true" "false")⟩
instance : ToString Bool := ⟨fun b => cond b "true" "false"⟩
instance : Repr String := ⟨fun s _ => .text s.quote⟩
instance : ToString String := ⟨fun s => s⟩
instance : Repr Unit := ⟨fun _ _ => .text "()"⟩
instance {α : Type u} [Repr α] : Repr (List α) := ⟨fun l _ => match l with
  | [] => .text "[]"
  | l => Std.Format.bracket "[" (.joinSep (l.map repr) (.append (.text ",") .line)) "]"⟩
instance {α : Type u} {β : Type v} [Repr α] [Repr β] : Repr (α × β) := ⟨fun (a, b) _ =>
  Std.Format.bracket "(" (repr a ++ Std.Format.text "," ++ Std.Format.line ++ repr b) ")"⟩
instance {α : Type u} [Repr α] : Repr (Option α) := ⟨fun o prec => match o with
  | none => .text "none"
  | some a => Repr.addAppParen (.group (.text "some " ++ reprArg a)) prec⟩
instance {α : Type u} {p : α → Prop} [Repr α] : Repr {x // p x} := ⟨fun x => reprPrec x.val⟩
instance {p : Prop} : Repr (Decidable p) := ⟨fun
  | .isTrue _, prec => Repr.addAppParen (.text "isTrue _") prec
  | .isFalse _, prec => Repr.addAppParen (.text "isFalse _") prec⟩
