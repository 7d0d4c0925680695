prelude
import Theory.NatAdd
/-!
# Lists: joining, length, reversal

The everyday functions on lists, and the laws of `++`, `length` and `reverse`.
-/
universe u v
variable {α : Type u} {β : Type v}

namespace List

/-! ## Definitions -/

/-- The list read backwards: `reverse [x, y, z] = [z, y, x]`. -/
def reverse : List α → List α
  | [] => []
  | a :: l => reverse l ++ [a]

/-- The list of `n` copies of one element. -/
def replicate : Nat → α → List α
  | 0, _ => []
  | n + 1, a => a :: replicate n a

/-- The first `n` elements of a list (all of them if it is shorter). -/
def take : Nat → List α → List α
  | 0, _ => []
  | _ + 1, [] => []
  | n + 1, a :: l => a :: take n l

/-- The list without its first `n` elements. -/
def drop : Nat → List α → List α
  | 0, l => l
  | _ + 1, [] => []
  | n + 1, _ :: l => drop n l

/-- The first element of a list, or `none` if the list is empty. -/
def head? : List α → Option α
  | [] => none
  | a :: _ => some a

/-- The list without its first element; the empty list stays empty. -/
def tail : List α → List α
  | [] => []
  | _ :: l => l

/-- The last element of a list, or `none` if the list is empty. -/
def getLast? : List α → Option α
  | [] => none
  | [a] => some a
  | _ :: b :: l => getLast? (b :: l)

variable (a b : α) (l m k : List α)

/-! ## Joining lists -/

/-- Joining the empty list in front changes nothing. -/
@[simp] theorem nil_append : [] ++ l = l := rfl

/-- Joining a list that starts with `a` gives a list that starts with `a`. -/
@[simp] theorem cons_append : (a :: l) ++ m = a :: (l ++ m) := rfl

/-- Joining the empty list at the end changes nothing. -/
@[simp] theorem append_nil : l ++ [] = l := by
  induction l with
  | nil => rfl
  | cons a l ih => rw [cons_append, ih]

/-- Joining lists (append, concatenation) is associative. -/
theorem append_assoc : l ++ m ++ k = l ++ (m ++ k) := by
  induction l with
  | nil => rfl
  | cons a l ih => rw [cons_append, cons_append, cons_append, ih]

/-- A list with a first element is the one-element list joined with the rest. -/
theorem singleton_append : [a] ++ l = a :: l := rfl

/-- Moving an element from the front of the second list to the end of the first. -/
theorem append_cons : l ++ a :: m = l ++ [a] ++ m := by rw [append_assoc]; rfl

variable {a b l m k}

/-- A list that has a first element is not empty. -/
theorem cons_ne_nil (a : α) (l : List α) : a :: l ≠ [] := fun h => nomatch h

/-- Two lists `a :: l` and `b :: m` are equal exactly when their heads and their tails are. -/
theorem cons_eq_cons : a :: l = b :: m ↔ a = b ∧ l = m :=
  ⟨fun h => List.cons.inj h, fun h => by rw [h.1, h.2]⟩

/-- A list is empty, or it has a first element and a rest. -/
theorem eq_nil_or_eq_cons (l : List α) : l = [] ∨ ∃ a m, l = a :: m := by
  cases l with
  | nil => exact .inl rfl
  | cons a l => exact .inr ⟨a, l, rfl⟩

/-- A list that is not empty has a first element and a rest. -/
theorem exists_cons_of_ne_nil (h : l ≠ []) : ∃ a m, l = a :: m :=
  (eq_nil_or_eq_cons l).elim (fun e => absurd e h) id

/-- Two lists joined are empty exactly when both are empty. -/
theorem append_eq_nil_iff : l ++ m = [] ↔ l = [] ∧ m = [] := by
  constructor
  · intro h
    cases l with
    | nil => exact ⟨rfl, h⟩
    | cons a l => exact absurd h (cons_ne_nil _ _)
  · rintro ⟨rfl, rfl⟩
    rfl

/-- A common front part can be cancelled: `l ++ m = l ++ k` gives `m = k`. -/
theorem append_cancel_left (h : l ++ m = l ++ k) : m = k := by
  induction l with
  | nil => exact h
  | cons a l ih => exact ih (List.cons.inj h).2

/-- Lists with a common front part are equal exactly when the rests are. -/
theorem append_cancel_left_iff : l ++ m = l ++ k ↔ m = k :=
  ⟨append_cancel_left, fun h => h ▸ rfl⟩

/-! ## Length -/

/-- The empty list has length 0. -/
@[simp] theorem length_nil : length ([] : List α) = 0 := rfl

/-- Putting an element in front makes a list longer by one. -/
@[simp] theorem length_cons (a : α) (l : List α) : (a :: l).length = l.length + 1 := rfl

/-- A list of one element has length 1. -/
theorem length_singleton (a : α) : [a].length = 1 := rfl

/-- The length of two joined lists is the sum of their lengths. -/
theorem length_append (l m : List α) : (l ++ m).length = l.length + m.length := by
  induction l with
  | nil => simp
  | cons a l ih => rw [cons_append, length_cons, length_cons, ih, Nat.succ_add]

/-- Only the empty list has length 0. -/
theorem length_eq_zero_iff : l.length = 0 ↔ l = [] := by
  constructor
  · intro h
    cases l with
    | nil => rfl
    | cons a l => exact absurd h (Nat.succ_ne_zero _)
  · rintro rfl
    rfl

/-- A list of positive length is one that is not empty. -/
theorem length_pos_iff : 0 < l.length ↔ l ≠ [] := by
  cases l with
  | nil => exact ⟨fun h => absurd h (Nat.lt_irrefl 0), fun h => absurd rfl h⟩
  | cons a l => exact ⟨fun _ => cons_ne_nil a l, fun _ => Nat.succ_le_succ (Nat.zero_le _)⟩

/-- A list of length 1 consists of a single element. -/
theorem length_eq_one_iff : l.length = 1 ↔ ∃ a, l = [a] := by
  constructor
  · intro h
    cases l with
    | nil => exact absurd h.symm (Nat.succ_ne_zero 0)
    | cons a l => exact ⟨a, by rw [length_eq_zero_iff.1 (Nat.succ_inj h)]⟩
  · rintro ⟨a, rfl⟩
    rfl

/-- If two joined lists are equal and the front parts have the same length, the parts are equal. -/
theorem append_inj {l₁ l₂ m₁ m₂ : List α} (h : l₁ ++ m₁ = l₂ ++ m₂)
    (e : l₁.length = l₂.length) : l₁ = l₂ ∧ m₁ = m₂ := by
  induction l₁ generalizing l₂ with
  | nil => cases l₂ with
    | nil => exact ⟨rfl, h⟩
    | cons b l₂ => exact absurd e.symm (Nat.succ_ne_zero _)
  | cons a l₁ ih => cases l₂ with
    | nil => exact absurd e (Nat.succ_ne_zero _)
    | cons b l₂ =>
      have parts := List.cons.inj h
      have rest := ih parts.2 (Nat.succ_inj e)
      exact ⟨by rw [parts.1, rest.1], rest.2⟩

/-! ## Reversal -/

/-- The reverse of the empty list is empty. -/
@[simp] theorem reverse_nil : reverse ([] : List α) = [] := rfl

/-- Reversing puts the first element last. -/
theorem reverse_cons (a : α) (l : List α) : (a :: l).reverse = l.reverse ++ [a] := rfl

/-- A list of one element is its own reverse. -/
@[simp] theorem reverse_singleton (a : α) : [a].reverse = [a] := rfl

/-- The reverse of two joined lists is the reverses joined in the other order. -/
theorem reverse_append (l m : List α) : (l ++ m).reverse = m.reverse ++ l.reverse := by
  induction l with
  | nil => simp
  | cons a l ih => rw [cons_append, reverse_cons, ih, reverse_cons, append_assoc]

/-- Reversing a list twice gives the list back. -/
@[simp] theorem reverse_reverse (l : List α) : l.reverse.reverse = l := by
  induction l with
  | nil => rfl
  | cons a l ih => rw [reverse_cons, reverse_append, ih]; rfl

/-- Reversing a list keeps its length. -/
theorem length_reverse (l : List α) : l.reverse.length = l.length := by
  induction l with
  | nil => rfl
  | cons a l ih => rw [reverse_cons, length_append, ih]; rfl

/-- The reverse of a list is empty exactly when the list is. -/
theorem reverse_eq_nil_iff : l.reverse = [] ↔ l = [] := by
  rw [← length_eq_zero_iff, length_reverse, length_eq_zero_iff]

/-- Lists with the same reverse are equal. -/
theorem reverse_inj : l.reverse = m.reverse ↔ l = m :=
  ⟨fun h => by rw [← reverse_reverse l, h, reverse_reverse], fun h => h ▸ rfl⟩

/-- A list is the reverse of another exactly when the other is the reverse of it. -/
theorem reverse_eq_iff : l.reverse = m ↔ l = m.reverse := by
  constructor
  · rintro rfl
    rw [reverse_reverse]
  · rintro rfl
    rw [reverse_reverse]

end List
