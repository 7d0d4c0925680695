prelude
import Theory.ListMap
import Theory.NatMul
import Theory.NatOrderAlgebra
/-!
# Folding lists: sums, all, any, copies
-/
universe u v w
variable {α : Type u} {β : Type v}

namespace List

/-- The test whether every element of a list passes `p`. -/
def all (l : List α) (p : α → Bool) : Bool := foldr (fun a r => p a && r) true l

/-- The test whether some element of a list passes `p`. -/
def any (l : List α) (p : α → Bool) : Bool := foldr (fun a r => p a || r) false l

/-- The sum of a list of natural numbers. -/
def sum (l : List Nat) : Nat := foldr (fun a r => a + r) 0 l

/-- How many elements of a list pass the test `p`. -/
def countP (p : α → Bool) (l : List α) : Nat := (filter p l).length

/-! ## Folding from the right and from the left -/

/-- Folding the empty list from the right gives the start value. -/
@[simp] theorem foldr_nil (f : α → β → β) (b : β) : foldr f b [] = b := rfl

/-- Folding from the right combines the first element with the folded rest. -/
@[simp] theorem foldr_cons (f : α → β → β) (b : β) (a : α) (l : List α) :
    foldr f b (a :: l) = f a (foldr f b l) := rfl

/-- Folding the empty list from the left gives the start value. -/
@[simp] theorem foldl_nil (f : β → α → β) (b : β) : foldl f b [] = b := rfl

/-- Folding from the left combines the start value with the first element, then folds the rest. -/
@[simp] theorem foldl_cons (f : β → α → β) (b : β) (a : α) (l : List α) :
    foldl f b (a :: l) = foldl f (f b a) l := rfl

/-- Folding two joined lists from the right: fold the second, then the first from there. -/
theorem foldr_append (f : α → β → β) (b : β) (l m : List α) :
    foldr f b (l ++ m) = foldr f (foldr f b m) l := by
  induction l with
  | nil => rfl
  | cons a l ih => rw [cons_append, foldr_cons, ih, foldr_cons]

/-- Folding two joined lists from the left: fold the first, then the second from there. -/
theorem foldl_append (f : β → α → β) (b : β) (l m : List α) :
    foldl f b (l ++ m) = foldl f (foldl f b l) m := by
  induction l generalizing b with
  | nil => rfl
  | cons a l ih => rw [cons_append, foldl_cons, ih, foldl_cons]

/-- Folding the reversed list from the right is folding the list from the left. -/
theorem foldr_reverse (f : α → β → β) (b : β) (l : List α) :
    foldr f b l.reverse = foldl (fun x y => f y x) b l := by
  induction l generalizing b with
  | nil => rfl
  | cons a l ih => rw [reverse_cons, foldr_append, ih, foldl_cons, foldr_cons, foldr_nil]

/-- Folding the reversed list from the left is folding the list from the right. -/
theorem foldl_reverse (f : β → α → β) (b : β) (l : List α) :
    foldl f b l.reverse = foldr (fun x y => f y x) b l := by
  induction l with
  | nil => rfl
  | cons a l ih => rw [reverse_cons, foldl_append, ih, foldr_cons, foldl_cons, foldl_nil]

/-- Folding a list from the right with `cons` and the empty list rebuilds the list. -/
theorem foldr_cons_nil (l : List α) : foldr cons [] l = l := by
  induction l with
  | nil => rfl
  | cons a l ih => rw [foldr_cons, ih]

/-- Folding a mapped list from the right applies the function along the way. -/
theorem foldr_map {γ : Type w} (g : γ → α) (f : α → β → β) (b : β) (l : List γ) :
    foldr f b (map g l) = foldr (fun x y => f (g x) y) b l := by
  induction l with
  | nil => rfl
  | cons a l ih => rw [map_cons, foldr_cons, ih, foldr_cons]

/-! ## All and any -/

/-- Every element of the empty list passes every test. -/
@[simp] theorem all_nil (p : α → Bool) : all [] p = true := rfl

/-- All of `a :: l` pass when `a` passes and all of `l` pass. -/
@[simp] theorem all_cons (a : α) (l : List α) (p : α → Bool) :
    all (a :: l) p = (p a && all l p) := rfl

/-- No element of the empty list passes a test. -/
@[simp] theorem any_nil (p : α → Bool) : any [] p = false := rfl

/-- Some element of `a :: l` passes when `a` passes or some element of `l` passes. -/
@[simp] theorem any_cons (a : α) (l : List α) (p : α → Bool) :
    any (a :: l) p = (p a || any l p) := rfl

/-- `all` says that every member of the list passes the test. -/
theorem all_eq_true {p : α → Bool} {l : List α} : all l p = true ↔ ∀ a, a ∈ l → p a = true := by
  induction l with
  | nil => exact ⟨fun _ a h => absurd h (not_mem_nil a), fun _ => rfl⟩
  | cons a l ih => rw [forall_mem_cons, ← ih, all_cons, Bool.and_eq_true]

/-- `any` says that some member of the list passes the test. -/
theorem any_eq_true {p : α → Bool} {l : List α} : any l p = true ↔ ∃ a, a ∈ l ∧ p a = true := by
  induction l with
  | nil => exact ⟨fun h => (nomatch h), fun ⟨a, h, _⟩ => absurd h (not_mem_nil a)⟩
  | cons a l ih => rw [exists_mem_cons, ← ih, any_cons, Bool.or_eq_true]

/-- Not all elements pass a test exactly when some element fails it. -/
theorem not_all_eq_any_not (l : List α) (p : α → Bool) : (!all l p) = any l fun a => !p a := by
  induction l with
  | nil => rfl
  | cons a l ih =>
    rw [all_cons, any_cons, ← ih]
    cases p a <;> rfl

/-- All elements of two joined lists pass when all elements of both lists pass. -/
theorem all_append (l m : List α) (p : α → Bool) : all (l ++ m) p = (all l p && all m p) := by
  induction l with
  | nil => rfl
  | cons a l ih =>
    rw [cons_append, all_cons, ih, all_cons]
    cases p a <;> rfl

/-- Some element of two joined lists passes when some element of one of them passes. -/
theorem any_append (l m : List α) (p : α → Bool) : any (l ++ m) p = (any l p || any m p) := by
  induction l with
  | nil => rfl
  | cons a l ih =>
    rw [cons_append, any_cons, ih, any_cons]
    cases p a <;> rfl

/-! ## Sums -/

/-- The sum of the empty list is 0. -/
@[simp] theorem sum_nil : sum [] = 0 := rfl

/-- The sum of a list is its first number plus the sum of the rest. -/
@[simp] theorem sum_cons (a : Nat) (l : List Nat) : sum (a :: l) = a + sum l := rfl

/-- The sum of a list of one number is that number. -/
theorem sum_singleton (a : Nat) : sum [a] = a := rfl

/-- The sum of two joined lists is the sum of their sums. -/
theorem sum_append (l m : List Nat) : sum (l ++ m) = sum l + sum m := by
  induction l with
  | nil => simp
  | cons a l ih => rw [cons_append, sum_cons, ih, sum_cons, Nat.add_assoc]

/-- Reversing a list of numbers does not change the sum. -/
theorem sum_reverse (l : List Nat) : sum l.reverse = sum l := by
  induction l with
  | nil => rfl
  | cons a l ih => rw [reverse_cons, sum_append, ih, sum_singleton, sum_cons, Nat.add_comm]

/-- A sum of numbers is zero exactly when all of them are zero. -/
theorem sum_eq_zero_iff {l : List Nat} : sum l = 0 ↔ ∀ a, a ∈ l → a = 0 := by
  induction l with
  | nil => exact ⟨fun _ a h => absurd h (not_mem_nil a), fun _ => rfl⟩
  | cons a l ih => rw [sum_cons, Nat.add_eq_zero_iff, ih, forall_mem_cons]

/-- Multiplying every number of a list by `c` multiplies the sum by `c`. -/
theorem sum_map_mul_left (c : Nat) (l : List Nat) : sum (map (fun a => c * a) l) = c * sum l := by
  induction l with
  | nil => rfl
  | cons a l ih => rw [map_cons, sum_cons, ih, sum_cons, Nat.mul_add]

/-- The sum of the values of `f + g` is the sum of the values of `f` plus that of `g`. -/
theorem sum_map_add (f g : α → Nat) (l : List α) :
    sum (map (fun a => f a + g a) l) = sum (map f l) + sum (map g l) := by
  induction l with
  | nil => rfl
  | cons a l ih =>
    rw [map_cons, map_cons, map_cons, sum_cons, sum_cons, sum_cons, ih, Nat.add_add_add_comm]

/-- Every member of a list of numbers is at most the sum. -/
theorem le_sum_of_mem {a : Nat} {l : List Nat} (h : a ∈ l) : a ≤ sum l := by
  induction h with
  | head l => exact Nat.le_add_right a (sum l)
  | tail b _ ih => exact Nat.le_trans ih (Nat.le_add_left _ b)

/-- The length of a flattened list is the sum of the lengths of its lists. -/
theorem length_flatten (L : List (List α)) : (flatten L).length = sum (map length L) := by
  induction L with
  | nil => rfl
  | cons l L ih => rw [flatten_cons, length_append, ih, map_cons, sum_cons]

/-! ## Counting -/

/-- Counting by a test in two joined lists adds the counts. -/
theorem countP_append (p : α → Bool) (l m : List α) :
    countP p (l ++ m) = countP p l + countP p m := by
  unfold countP
  rw [filter_append, length_append]

/-- Reversing a list does not change how many elements pass a test. -/
theorem countP_reverse (p : α → Bool) (l : List α) : countP p l.reverse = countP p l := by
  unfold countP
  rw [filter_reverse, length_reverse]

/-- At most all elements of a list pass a test. -/
theorem countP_le_length (p : α → Bool) (l : List α) : countP p l ≤ l.length := length_filter_le p l

/-! ## Copies of one element -/

/-- Zero copies of an element make the empty list. -/
@[simp] theorem replicate_zero (a : α) : replicate 0 a = [] := rfl

/-- One more copy of an element goes in front. -/
theorem replicate_succ (n : Nat) (a : α) : replicate (n + 1) a = a :: replicate n a := rfl

/-- The list of `n` copies of an element has length `n`. -/
@[simp] theorem length_replicate (n : Nat) (a : α) : (replicate n a).length = n := by
  induction n with
  | zero => rfl
  | succ n ih => rw [replicate_succ, length_cons, ih]

/-- The only possible member of a list of copies of `a` is `a`. -/
theorem eq_of_mem_replicate {a b : α} {n : Nat} (h : b ∈ replicate n a) : b = a := by
  induction n with
  | zero => exact absurd h (not_mem_nil b)
  | succ n ih => exact (mem_cons.1 h).elim id ih

/-- `n + m` copies of an element are `n` copies joined with `m` copies. -/
theorem replicate_add (n m : Nat) (a : α) :
    replicate (n + m) a = replicate n a ++ replicate m a := by
  induction n with
  | zero => rw [Nat.zero_add]; rfl
  | succ n ih => rw [Nat.succ_add, replicate_succ, ih, replicate_succ, cons_append]

/-- Mapping over copies of `a` gives copies of the value at `a`. -/
theorem map_replicate (f : α → β) (n : Nat) (a : α) :
    map f (replicate n a) = replicate n (f a) := by
  induction n with
  | zero => rfl
  | succ n ih => rw [replicate_succ, map_cons, ih, replicate_succ]

/-- The sum of `n` copies of a number `a` is `n * a`. -/
theorem sum_replicate (n a : Nat) : sum (replicate n a) = n * a := by
  induction n with
  | zero => rw [replicate_zero, sum_nil, Nat.zero_mul]
  | succ n ih => rw [replicate_succ, sum_cons, ih, Nat.succ_mul, Nat.add_comm]

/-- Mapping a constant function gives as many copies of the constant as the list is long. -/
theorem map_const' (b : β) (l : List α) : map (fun _ => b) l = replicate l.length b := by
  induction l with
  | nil => rfl
  | cons a l ih => rw [map_cons, ih, length_cons, replicate_succ]

end List
