prelude
import Theory.ListMap
import Theory.NatOrderAlgebra
/-!
# Beginnings and ends of lists: take, drop, head, last, prefixes, sublists
-/
universe u v
variable {α : Type u} {β : Type v} {a b : α} {l m k : List α} {n : Nat}

namespace List

/-! ## Take and drop -/

/-- Taking zero elements gives the empty list. -/
@[simp] theorem take_zero (l : List α) : take 0 l = [] := rfl

/-- Taking from the empty list gives the empty list. -/
@[simp] theorem take_nil (n : Nat) : take n ([] : List α) = [] := by cases n <;> rfl

/-- Taking `n + 1` elements takes the first element and then `n` of the rest. -/
@[simp] theorem take_succ_cons (n : Nat) (a : α) (l : List α) :
    take (n + 1) (a :: l) = a :: take n l := rfl

/-- Dropping zero elements changes nothing. -/
@[simp] theorem drop_zero (l : List α) : drop 0 l = l := rfl

/-- Dropping from the empty list gives the empty list. -/
@[simp] theorem drop_nil (n : Nat) : drop n ([] : List α) = [] := by cases n <;> rfl

/-- Dropping `n + 1` elements drops the first element and then `n` of the rest. -/
@[simp] theorem drop_succ_cons (n : Nat) (a : α) (l : List α) :
    drop (n + 1) (a :: l) = drop n l := rfl

/-- The first `n` elements joined with the others make up the list. -/
theorem take_append_drop (n : Nat) (l : List α) : take n l ++ drop n l = l := by
  induction n generalizing l with
  | zero => rfl
  | succ n ih => cases l with
    | nil => rfl
    | cons a l => rw [take_succ_cons, drop_succ_cons, cons_append, ih]

/-- Taking as many elements as the list is long takes the whole list. -/
theorem take_length (l : List α) : take l.length l = l := by
  induction l with
  | nil => rfl
  | cons a l ih => rw [length_cons, take_succ_cons, ih]

/-- Dropping as many elements as the list is long leaves nothing. -/
theorem drop_length (l : List α) : drop l.length l = [] := by
  induction l with
  | nil => rfl
  | cons a l ih => rw [length_cons, drop_succ_cons, ih]

/-- Taking the length of the first of two joined lists gives the first list. -/
theorem take_left (l m : List α) : take l.length (l ++ m) = l := by
  induction l with
  | nil => rfl
  | cons a l ih => rw [length_cons, cons_append, take_succ_cons, ih]

/-- Dropping the length of the first of two joined lists gives the second list. -/
theorem drop_left (l m : List α) : drop l.length (l ++ m) = m := by
  induction l with
  | nil => rfl
  | cons a l ih => rw [length_cons, cons_append, drop_succ_cons, ih]

/-- Dropping `n` and then `m` elements is dropping `n + m` elements. -/
theorem drop_drop (m n : Nat) (l : List α) : drop m (drop n l) = drop (n + m) l := by
  induction n generalizing l with
  | zero => rw [drop_zero, Nat.zero_add]
  | succ n ih => cases l with
    | nil => rw [drop_nil, drop_nil, drop_nil]
    | cons a l => rw [Nat.succ_add, drop_succ_cons, drop_succ_cons, ih]

/-- Taking `n` elements gives at most `n` elements. -/
theorem length_take_le (n : Nat) (l : List α) : (take n l).length ≤ n := by
  induction n generalizing l with
  | zero => exact Nat.le_refl 0
  | succ n ih => cases l with
    | nil => exact Nat.zero_le _
    | cons a l => exact Nat.succ_le_succ (ih l)

/-- If a list has at least `n` elements, taking `n` of them gives a list of length `n`. -/
theorem length_take_of_le (h : n ≤ l.length) : (take n l).length = n := by
  induction n generalizing l with
  | zero => rfl
  | succ n ih => cases l with
    | nil => exact absurd h (Nat.not_succ_le_zero n)
    | cons a l => rw [take_succ_cons, length_cons, ih (Nat.le_of_succ_le_succ h)]

/-- Dropping `n` elements makes a list shorter by `n`. -/
theorem length_drop_add (h : n ≤ l.length) : (drop n l).length + n = l.length := by
  have e : (take n l).length + (drop n l).length = l.length := by
    rw [← length_append, take_append_drop]
  rw [length_take_of_le h, Nat.add_comm] at e
  exact e

/-- A member of the first `n` elements is a member of the list. -/
theorem mem_of_mem_take (h : a ∈ take n l) : a ∈ l := by
  rw [← take_append_drop n l]
  exact mem_append_left _ h

/-- A member of what is left after dropping is a member of the list. -/
theorem mem_of_mem_drop (h : a ∈ drop n l) : a ∈ l := by
  rw [← take_append_drop n l]
  exact mem_append_right _ h

/-- Mapping the first `n` elements is taking the first `n` of the mapped list. -/
theorem map_take (f : α → β) (n : Nat) (l : List α) : map f (take n l) = take n (map f l) := by
  induction n generalizing l with
  | zero => rfl
  | succ n ih => cases l with
    | nil => rfl
    | cons a l => rw [take_succ_cons, map_cons, map_cons, take_succ_cons, ih]

/-- Mapping what is left after dropping is dropping from the mapped list. -/
theorem map_drop (f : α → β) (n : Nat) (l : List α) : map f (drop n l) = drop n (map f l) := by
  induction n generalizing l with
  | zero => rfl
  | succ n ih => cases l with
    | nil => rfl
    | cons a l => rw [drop_succ_cons, map_cons, drop_succ_cons, ih]

/-! ## First and last element -/

/-- The first element of `a :: l` is `a`. -/
@[simp] theorem head?_cons (a : α) (l : List α) : head? (a :: l) = some a := rfl

/-- A list has no first element exactly when it is empty. -/
theorem head?_eq_none_iff : head? l = none ↔ l = [] := by
  cases l with
  | nil => exact ⟨fun _ => rfl, fun _ => rfl⟩
  | cons a l => exact ⟨fun h => (nomatch h), fun h => (nomatch h)⟩

/-- If `head?` gives the element `a`, then `a` is a member of the list. -/
theorem mem_of_head?_eq_some (h : head? l = some a) : a ∈ l := by
  cases l with
  | nil => exact nomatch h
  | cons b l =>
    have e : b = a := Option.some.inj h
    subst e
    exact mem_cons_self b l

/-- The last element of a list that ends in `a` is `a`. -/
theorem getLast?_append_singleton (l : List α) (a : α) : getLast? (l ++ [a]) = some a := by
  induction l with
  | nil => rfl
  | cons b l ih =>
    cases l with
    | nil => rfl
    | cons c l => exact ih

/-- The last element of a list is the first element of its reverse. -/
theorem head?_reverse (l : List α) : head? l.reverse = getLast? l := by
  have h : ∀ m : List α, head? m = getLast? m.reverse := by
    intro m
    cases m with
    | nil => rfl
    | cons a m => rw [reverse_cons, getLast?_append_singleton, head?_cons]
  rw [h, reverse_reverse]

/-- The first element of the reverse of a list is the last element: the other way round. -/
theorem getLast?_reverse (l : List α) : getLast? l.reverse = head? l := by
  rw [← head?_reverse, reverse_reverse]

/-! ## Prefixes -/

/-- A list is a prefix of another when the other starts with it. -/
def IsPrefix (l m : List α) : Prop := ∃ t, l ++ t = m

/-- The empty list is a prefix of every list. -/
theorem nil_isPrefix (l : List α) : IsPrefix [] l := ⟨l, rfl⟩

/-- Every list is a prefix of itself. -/
theorem IsPrefix.refl (l : List α) : IsPrefix l l := ⟨[], append_nil l⟩

/-- A prefix of a prefix is a prefix: being a prefix is transitive. -/
theorem IsPrefix.trans (h : IsPrefix l m) (h' : IsPrefix m k) : IsPrefix l k := by
  obtain ⟨s, rfl⟩ := h
  obtain ⟨t, rfl⟩ := h'
  exact ⟨s ++ t, (append_assoc l s t).symm⟩

/-- The first of two joined lists is a prefix of the joined list. -/
theorem isPrefix_append (l m : List α) : IsPrefix l (l ++ m) := ⟨m, rfl⟩

/-- The first `n` elements of a list are a prefix of it. -/
theorem take_isPrefix (n : Nat) (l : List α) : IsPrefix (take n l) l :=
  ⟨drop n l, take_append_drop n l⟩

/-- A prefix is at most as long as the list. -/
theorem IsPrefix.length_le (h : IsPrefix l m) : l.length ≤ m.length := by
  obtain ⟨t, rfl⟩ := h
  rw [length_append]
  exact Nat.le_add_right _ _

/-- A prefix of the same length is the whole list. -/
theorem IsPrefix.eq_of_length (h : IsPrefix l m) (e : l.length = m.length) : l = m := by
  obtain ⟨t, rfl⟩ := h
  rw [length_append] at e
  rw [length_eq_zero_iff.1 (Nat.add_eq_left.1 e.symm), append_nil]

/-- The members of a prefix are members of the list. -/
theorem IsPrefix.subset (h : IsPrefix l m) : l ⊆ m := by
  obtain ⟨t, rfl⟩ := h
  exact subset_append_left l t

end List
