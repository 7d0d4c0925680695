prelude
import Theory.NatMul
import Theory.NatMinMax
import Theory.Logic
/-!
# `ac_rfl`: equality up to associativity and commutativity

The native tactic writes both sides of an equation as expressions over numbered variables; the
kernel flattens, sorts and compares them. Here are the classes of operations, the normal form and
the proof that it keeps the value.
-/
universe u

namespace Std
variable {α : Sort u}

/-- Associative operations. -/
class Associative (op : α → α → α) : Prop where
  /-- Brackets can be moved. -/
  assoc : ∀ a b c, op (op a b) c = op a (op b c)

/-- Commutative operations. -/
class Commutative (op : α → α → α) : Prop where
  /-- The two arguments can be exchanged. -/
  comm : ∀ a b, op a b = op b a

/-- Idempotent operations. -/
class IdempotentOp (op : α → α → α) : Prop where
  /-- An element combined with itself is itself. -/
  idempotent : ∀ a, op a a = a

/-- Operations with a neutral element. -/
class LawfulIdentity (op : α → α → α) (o : outParam α) : Prop where
  /-- The neutral element on the left changes nothing. -/
  left_id : ∀ a, op o a = a
  /-- The neutral element on the right changes nothing. -/
  right_id : ∀ a, op a o = a
end Std

namespace Lean.Data.AC
open Std

structure Variable {α : Sort u} (op : α → α → α) : Type u where
  value : α
  neutral : Option (PLift (LawfulIdentity op value))

structure Context (α : Sort u) where
  op : α → α → α
  assoc : Associative op
  comm : Option (PLift (Commutative op))
  idem : Option (PLift (IdempotentOp op))
  vars : List (Variable op)
  arbitrary : α

inductive Expr where
  | var (x : Nat)
  | op (lhs rhs : Expr)

namespace Context
variable {α : Sort u} (ctx : Context α)

def lookup {op : α → α → α} : List (Variable op) → Nat → Option (Variable op)
  | [], _ => none
  | v :: _, 0 => some v
  | _ :: l, i + 1 => lookup l i

def value (i : Nat) : α :=
  match lookup ctx.vars i with
  | some v => v.value
  | none => ctx.arbitrary

def isNeutral (i : Nat) : Bool :=
  match lookup ctx.vars i with
  | some ⟨_, some _⟩ => true
  | _ => false

theorem isNeutral_spec {i : Nat} (h : ctx.isNeutral i = true) :
    LawfulIdentity ctx.op (ctx.value i) := by
  unfold isNeutral at h
  unfold value
  generalize lookup ctx.vars i = o at *
  match o, h with
  | some ⟨_, some p⟩, _ => exact p.down

def eval : Expr → α
  | .var x => ctx.value x
  | .op l r => ctx.op (eval l) (eval r)

/-- The value of a list of variables, the first of them being `x`. -/
def evalList : Nat → List Nat → α
  | x, [] => ctx.value x
  | x, y :: l => ctx.op (ctx.value x) (evalList y l)

/-- The variables of an expression: the first, and the others. -/
def flatten : Expr → Nat × List Nat
  | .var x => (x, [])
  | .op l r =>
    match flatten l, flatten r with
    | (x, xs), (y, ys) => (x, xs ++ y :: ys)

theorem evalList_append (x : Nat) (xs : List Nat) (y : Nat) (ys : List Nat) :
    ctx.evalList x (xs ++ y :: ys) = ctx.op (ctx.evalList x xs) (ctx.evalList y ys) := by
  induction xs generalizing x with
  | nil => rfl
  | cons z zs ih =>
    show ctx.op _ (ctx.evalList z (zs ++ y :: ys)) = ctx.op (ctx.op _ (ctx.evalList z zs)) _
    rw [ih, ctx.assoc.assoc]

theorem evalList_flatten (e : Expr) : ctx.evalList (flatten e).1 (flatten e).2 = ctx.eval e := by
  induction e with
  | var x => rfl
  | op l r ihl ihr =>
    show ctx.evalList (flatten l).1 ((flatten l).2 ++ (flatten r).1 :: (flatten r).2) = _
    rw [evalList_append, ihl, ihr]
    rfl

/-- Drop neutral elements, as long as others remain. -/
def dropNeutral : Nat → List Nat → Nat × List Nat
  | x, [] => (x, [])
  | x, y :: l =>
    if ctx.isNeutral x = true then dropNeutral y l
    else
      match dropNeutral y l with
      | (z, []) => if ctx.isNeutral z = true then (x, []) else (x, [z])
      | (z, r) => (x, z :: r)

theorem evalList_dropNeutral (x : Nat) (l : List Nat) :
    ctx.evalList (ctx.dropNeutral x l).1 (ctx.dropNeutral x l).2 = ctx.evalList x l := by
  induction l generalizing x with
  | nil => rfl
  | cons y l ih =>
    have ih := ih y
    unfold dropNeutral
    split
    · rename_i h
      rw [ih]
      exact ((ctx.isNeutral_spec h).left_id _).symm
    · show _ = ctx.op (ctx.value x) (ctx.evalList y l)
      rw [← ih]
      generalize ctx.dropNeutral y l = r
      obtain ⟨z, r⟩ := r
      cases r with
      | nil =>
        show ctx.evalList (if _ then (x, []) else (x, [z])).1 (if _ then (x, []) else (x, [z])).2 = _
        split
        · rename_i h
          exact ((ctx.isNeutral_spec h).right_id _).symm
        · rfl
      | cons w r => rfl

/-- Insert a variable into a sorted list, once or (when `once` is true) not again. -/
def insert (once : Bool) (x y : Nat) : List Nat → Nat × List Nat
  | [] =>
    if once && Nat.beq x y then (y, []) else if Nat.ble x y = true then (x, [y]) else (y, [x])
  | z :: l =>
    if once && Nat.beq x y then (y, z :: l)
    else if Nat.ble x y = true then (x, y :: z :: l)
    else
      match insert once x z l with
      | (w, r) => (y, w :: r)

theorem evalList_insert (once : Bool) (idem : once = true → IdempotentOp ctx.op)
    (comm : Commutative ctx.op) (x y : Nat) (l : List Nat) :
    ctx.evalList (insert once x y l).1 (insert once x y l).2 =
      ctx.op (ctx.value x) (ctx.evalList y l) := by
  have eq_of (y : Nat) (h : (once && Nat.beq x y) = true) : once = true ∧ x = y := by
    cases once with
    | true => exact ⟨rfl, Nat.eq_of_beq_eq_true h⟩
    | false => cases h
  induction l generalizing y with
  | nil =>
    rw [insert.eq_1]
    split
    · rename_i h
      obtain ⟨o, rfl⟩ := eq_of y h
      exact ((idem o).idempotent _).symm
    · split
      · rfl
      · exact comm.comm _ _
  | cons z l ih =>
    rw [insert.eq_2]
    split
    · rename_i h
      obtain ⟨o, rfl⟩ := eq_of y h
      show ctx.op _ _ = ctx.op _ (ctx.op _ _)
      rw [← ctx.assoc.assoc, (idem o).idempotent]
    · split
      · rfl
      · show ctx.op (ctx.value y) (ctx.evalList (insert once x z l).1 (insert once x z l).2) = _
        rw [ih z]
        show _ = ctx.op (ctx.value x) (ctx.op (ctx.value y) (ctx.evalList z l))
        rw [← ctx.assoc.assoc, ← ctx.assoc.assoc, comm.comm (ctx.value y)]

def sort (once : Bool) : Nat → List Nat → Nat × List Nat
  | x, [] => (x, [])
  | x, y :: l =>
    match sort once y l with
    | (z, r) => insert once x z r

theorem evalList_sort (once : Bool) (idem : once = true → IdempotentOp ctx.op)
    (comm : Commutative ctx.op) (x : Nat) (l : List Nat) :
    ctx.evalList (sort once x l).1 (sort once x l).2 = ctx.evalList x l := by
  induction l generalizing x with
  | nil => rfl
  | cons y l ih =>
    show ctx.evalList (insert once x (sort once y l).1 (sort once y l).2).1
      (insert once x (sort once y l).1 (sort once y l).2).2 = _
    rw [evalList_insert ctx once idem comm, ih]
    rfl

/-- Drop a variable that is followed by itself. -/
def dropRepeated : Nat → List Nat → Nat × List Nat
  | x, [] => (x, [])
  | x, y :: l => if Nat.beq x y = true then dropRepeated y l
    else
      match dropRepeated y l with
      | (z, r) => (x, z :: r)

theorem evalList_dropRepeated (idem : IdempotentOp ctx.op) (x : Nat) (l : List Nat) :
    ctx.evalList (dropRepeated x l).1 (dropRepeated x l).2 = ctx.evalList x l := by
  induction l generalizing x with
  | nil => rfl
  | cons y l ih =>
    unfold dropRepeated
    split
    · rename_i h
      cases Nat.eq_of_beq_eq_true h
      rw [ih]
      cases l with
      | nil => exact (idem.idempotent _).symm
      | cons z l =>
        show ctx.op _ _ = ctx.op _ (ctx.op _ _)
        rw [← ctx.assoc.assoc, idem.idempotent]
    · show ctx.op (ctx.value x) (ctx.evalList (dropRepeated y l).1 (dropRepeated y l).2) = _
      rw [ih]
      rfl

/-- The normal form of a list of variables under the laws that the operation has. -/
def normList (x : Nat) (l : List Nat) : Nat × List Nat :=
  match ctx.dropNeutral x l, ctx.comm, ctx.idem with
  | (y, m), some _, some _ => sort true y m
  | (y, m), some _, none => sort false y m
  | (y, m), none, some _ => dropRepeated y m
  | r, none, none => r

theorem evalList_normList (x : Nat) (l : List Nat) :
    ctx.evalList (ctx.normList x l).1 (ctx.normList x l).2 = ctx.evalList x l := by
  refine Eq.trans ?_ (evalList_dropNeutral ctx x l)
  unfold normList
  generalize ctx.dropNeutral x l = r
  obtain ⟨y, m⟩ := r
  cases hc : ctx.comm with
  | none =>
    cases hi : ctx.idem with
    | none => rfl
    | some i => exact evalList_dropRepeated ctx i.down y m
  | some c =>
    cases hi : ctx.idem with
    | none => exact evalList_sort ctx false (fun h => nomatch h) c.down y m
    | some i => exact evalList_sort ctx true (fun _ => i.down) c.down y m

def norm (e : Expr) : Nat × List Nat := ctx.normList (flatten e).1 (flatten e).2

theorem eval_eq_norm (e : Expr) : ctx.eval e = ctx.evalList (ctx.norm e).1 (ctx.norm e).2 := by
  unfold norm
  rw [evalList_normList, evalList_flatten]

/-- Expressions with the same normal form have the same value. -/
theorem eq_of_norm (a b : Expr) (h : decide (ctx.norm a = ctx.norm b) = true) :
    ctx.eval a = ctx.eval b := by
  rw [eval_eq_norm, eval_eq_norm, of_decide_eq_true h]

end Context
end Lean.Data.AC

/-! ## Instances -/

instance : Std.Associative (α := Nat) (· + ·) := ⟨Nat.add_assoc⟩
instance : Std.Commutative (α := Nat) (· + ·) := ⟨Nat.add_comm⟩
instance : Std.LawfulIdentity (α := Nat) (· + ·) 0 := ⟨Nat.zero_add, Nat.add_zero⟩
instance : Std.Associative (α := Nat) (· * ·) := ⟨Nat.mul_assoc⟩
instance : Std.Commutative (α := Nat) (· * ·) := ⟨Nat.mul_comm⟩
instance : Std.LawfulIdentity (α := Nat) (· * ·) 1 := ⟨Nat.one_mul, Nat.mul_one⟩
instance : Std.Associative (α := Nat) min := ⟨Nat.min_assoc⟩
instance : Std.Commutative (α := Nat) min := ⟨Nat.min_comm⟩
instance : Std.IdempotentOp (α := Nat) min := ⟨Nat.min_self⟩
instance : Std.Associative (α := Nat) max := ⟨Nat.max_assoc⟩
instance : Std.Commutative (α := Nat) max := ⟨Nat.max_comm⟩
instance : Std.IdempotentOp (α := Nat) max := ⟨Nat.max_self⟩
instance : Std.Associative And := ⟨fun _ _ _ => propext and_assoc⟩
instance : Std.Commutative And := ⟨fun _ _ => propext and_comm⟩
instance : Std.IdempotentOp And := ⟨and_self⟩
instance : Std.LawfulIdentity And True := ⟨true_and, and_true⟩
instance : Std.Associative Or := ⟨fun _ _ _ => propext or_assoc⟩
instance : Std.Commutative Or := ⟨fun _ _ => propext or_comm⟩
instance : Std.IdempotentOp Or := ⟨or_self⟩
instance : Std.LawfulIdentity Or False := ⟨false_or, or_false⟩
instance : Std.Associative and := ⟨fun a b c => by cases a <;> rfl⟩
instance : Std.Commutative and := ⟨fun a b => by cases a <;> cases b <;> rfl⟩
instance : Std.Associative or := ⟨fun a b c => by cases a <;> rfl⟩
instance : Std.Commutative or := ⟨fun a b => by cases a <;> cases b <;> rfl⟩
