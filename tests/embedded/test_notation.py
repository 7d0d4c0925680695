"""The usual notation of Lean is there: each line of the tables is a theorem that Lean accepts."""

from __future__ import annotations

import pytest
from asking import Ask, asks_lean, errors

NOTATION = {
    "∧ and ∨": "example (a b : Prop) (h : a ∧ b) : a ∨ b := Or.inl h.1",
    "¬": "example (a : Prop) (h : a) : ¬¬a := fun n => n h",
    "↔": "example (a b : Prop) : a ∧ b ↔ b ∧ a := ⟨fun h => ⟨h.2, h.1⟩, fun h => ⟨h.2, h.1⟩⟩",
    "∀": "example (p : Nat → Prop) (h : ∀ n, p n) : p 3 := h 3",
    "∃": "example : ∃ n : Nat, n + 2 = 5 := ⟨3, rfl⟩",
    "∃!": "example : ∃! n : Nat, n = 4 := ⟨4, rfl, fun _ h => h⟩",
    "∀ with a bound": "example (p : Nat → Prop) (h : ∀ n, p n) : ∀ n > 3, p n := fun n _ => h n",
    "∃ with membership": "example : ∃ n ∈ [1, 2], n = 2 := ⟨2, by decide, rfl⟩",
    "= and ≠": "example (a b : Nat) (h : a ≠ b) : ¬a = b := h",
    "≤ and <": "example (a b : Nat) (h : a < b) : a + 1 ≤ b := h",
    "≥ and >": "example (a b : Nat) (h : a > b) : a ≥ b + 1 := h",
    "+ and *": "example : 2 + 3 * 4 = 14 := rfl",
    "- / % and ^": "example : (7 - 2 ^ 2, 7 / 2, 7 % 2) = (3, 3, 1) := rfl",
    "∣": "example : 3 ∣ 12 := ⟨4, rfl⟩",
    "min and max": "example : min 2 3 + max 2 3 = 5 := rfl",
    "large numerals": "example : 2 ^ 64 = 18446744073709551616 := rfl",
    "negative integers": "example : (3 : Int) - 5 = -2 := rfl",
    "[] and ::": "example : 1 :: 2 :: [] = [1, 2] := rfl",
    "++ and ∈ on lists": "example (a : Nat) (l : List Nat) : a ∈ [a] ++ l := .head l",
    "pairs and their parts": "example : (1, true).1 = 1 ∧ (1, true).2 = true := ⟨rfl, rfl⟩",
    "× and ⊕": "example (x : Nat × Bool) : Nat ⊕ Bool := .inl x.1",
    "∘": "example : (Nat.succ ∘ Nat.succ) 3 = 5 := rfl",
    "&& || and !": """
example (a b : Bool) : (!(a && b)) = (!a || !b) := by
  cases a <;> cases b <;> rfl""",
    "== and !=": "example : (2 == 2 && 2 != 3) = true := rfl",
    "a truth value as a proposition": "example (b : Bool) (h : b) : b = true := h",
    "fun": "example : (fun x : Nat => x + 1) 2 = 3 := rfl",
    "fun with cases": "example : (fun | 0 => 1 | n + 1 => n : Nat → Nat) 5 = 4 := rfl",
    "a place holder": "example : [1, 2].map (· + 1) = [2, 3] := rfl",
    "|> and <|": "example : (3 |> Nat.succ) = (Nat.succ <| 3) := rfl",
    "match": """
example (n : Nat) : (match n with | 0 => true | _ + 1 => true) = true := by
  cases n <;> rfl""",
    "if": "example (a b : Nat) : (if a = b then b else a) = a := by split <;> simp_all",
    "if with a name": "example (n : Nat) : (if _h : n = n then 1 else 2) = 1 := by simp",
    "let": "example : (let x := 2; x + x) = 4 := rfl",
    "have and show": "example (a b : Prop) (h : a ∧ b) : b := have hb := h.2; show b from hb",
    "▸": "example (a b : Nat) (p : Nat → Prop) (e : a = b) (h : p a) : p b := e ▸ h",
    "‹›": "example (p : Prop) (_ : p) : p := ‹p›",
    "⟨⟩ for nested pairs": """
example (a b c : Prop) (x : a) (y : b) (z : c) : a ∧ b ∧ c :=
  ⟨x, y, z⟩""",
    "subtypes": "example (x : {n : Nat // 3 < n}) : 3 < x.val := x.2",
    "sets": """
example (s t : Set Nat) (h : s ⊆ t) (x : Nat) (hx : x ∈ s ∩ s) : x ∈ s ∪ t :=
  Or.inr (h hx.1)""",
    "strings and characters": "example : 'a' = 'a' ∧ \"ab\" ≠ \"ba\" := by decide",
    "variables of types by themselves": """
example (x : α) (xs : List α) : (x :: xs).length = xs.length + 1 :=
  rfl""",
}

COMMANDS = {
    "def by equations": """
def double : Nat → Nat
  | 0 => 0
  | n + 1 => double n + 2
example (n : Nat) : double (n + 1) = double n + 2 := rfl
example : double 4 = 8 := by decide""",
    "recursion that ends because a measure falls": """
def halvings (n : Nat) : Nat := if n < 2 then 0 else halvings (n / 2) + 1
example : halvings 1 = 0 := by rw [halvings]; rfl""",
    "recursion on two arguments": """
def ackermann : Nat → Nat → Nat
  | 0, n => n + 1
  | m + 1, 0 => ackermann m 1
  | m + 1, n + 1 => ackermann m (ackermann (m + 1) n)
termination_by m n => (m, n)
example (n : Nat) : ackermann 0 n = n + 1 := by rw [ackermann]""",
    "mutual recursion": """
mutual
def even : Nat → Bool
  | 0 => true
  | n + 1 => odd n
def odd : Nat → Bool
  | 0 => false
  | n + 1 => even n
end
example : even 4 = true := by decide""",
    "inductive types": """
inductive Tree where
  | leaf
  | node (left right : Tree)
deriving DecidableEq, Repr
def Tree.size : Tree → Nat
  | leaf => 1
  | node l r => l.size + r.size
example : (Tree.node .leaf .leaf).size = 2 := rfl
example : Tree.leaf ≠ .node .leaf .leaf := by decide
example (t : Tree) : 0 < t.size := by induction t <;> simp [Tree.size] <;> omega""",
    "inductive families": """
inductive Vec (α : Type u) : Nat → Type u where
  | nil : Vec α 0
  | cons (a : α) (v : Vec α n) : Vec α (n + 1)
def Vec.head : Vec α (n + 1) → α
  | .cons a _ => a""",
    "inductive predicates": """
inductive Ev : Nat → Prop where
  | zero : Ev 0
  | step (h : Ev n) : Ev (n + 2)
example : ¬Ev 1 := nofun
example (n : Nat) (h : Ev n) : ∃ k, n = k + k := by
  induction h with
  | zero => exact ⟨0, rfl⟩
  | step _ ih => obtain ⟨k, rfl⟩ := ih; exact ⟨k + 1, by omega⟩""",
    "structures with a parent and defaults": """
structure Point where
  x : Nat
  y : Nat := 0
structure Point3 extends Point where
  z : Nat
example : ({ x := 1, z := 2 } : Point3).y = 0 := rfl
example (p : Point) : { p with x := p.x } = p := rfl""",
    "classes and instances": """
class Shape (α : Type) where
  corners : α → Nat
instance : Shape Bool := ⟨fun _ => 2⟩
example : Shape.corners true = 2 := rfl""",
    "namespaces, sections, variables": """
namespace Foo
section
variable {α : Type} (x : α)
theorem self : x = x := rfl
end
end Foo
open Foo in
example : 3 = 3 := self 3""",
    "infix notation and macros": """
infixl:65 " ⊞ " => fun (a b : Nat) => a + b + 1
notation "two" => (2 : Nat)
macro "finish" : tactic => `(tactic| first | rfl | omega)
example : two ⊞ two = 5 := by finish""",
    "attributes": """
def one := 1
@[simp] theorem one_eq : one = 1 := rfl
example : one + one = 2 := by simp""",
    "classical choice": """
open Classical in
noncomputable def least (p : Nat → Prop) : Nat := if h : ∃ n, p n then choose h else 0""",
    "private and protected": """
private theorem hidden : True := trivial
protected theorem Foo.kept : True := hidden""",
}


@pytest.mark.parametrize("what", NOTATION)
@asks_lean
async def test_notation(ask: Ask, what: str) -> None:
    assert errors(await ask(NOTATION[what])) == []


@pytest.mark.parametrize("what", COMMANDS)
@asks_lean
async def test_definitions_and_commands(ask: Ask, what: str) -> None:
    assert errors(await ask(COMMANDS[what])) == []
