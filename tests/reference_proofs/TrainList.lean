/-!
# Reference proofs of the training problems: lists

One proof of every training problem, to show that it can be solved. Only a test reads this file:
it is never shown to a model, nor to the search index.
-/

theorem list_flatten_pair {α : Type} (front back : List α) :
    [front, back].flatten = front ++ back := by
  simp

theorem list_singleton_of_reverse {α : Type} (xs : List α) (a : α) (h : xs.reverse = [a]) :
    xs = [a] := by
  rw [List.reverse_eq_iff] at h
  exact h

theorem list_any_of_map {α β : Type} (f : α → β) (good : β → Bool) (xs : List α) :
    (xs.map f).any good = xs.any (fun x => good (f x)) := by
  induction xs with
  | nil => rfl
  | cons x xs ih => simp [ih]

theorem list_countP_always {α : Type} (xs : List α) :
    xs.countP (fun _ => true) = xs.length := by
  unfold List.countP
  rw [List.filter_eq_self_of_forall fun _ _ => rfl]

theorem list_head_of_append {α : Type} (xs ys : List α) (a : α) (first : xs.head? = some a) :
    (xs ++ ys).head? = some a := by
  cases xs with
  | nil => cases first
  | cons b xs => exact first

theorem list_head_of_reverse_end {α : Type} (xs : List α) (a : α) :
    (xs ++ [a]).reverse.head? = some a := by
  simp [List.reverse_append]

theorem list_length_tail {α : Type} (xs : List α) : xs.tail.length = xs.length - 1 := by
  cases xs <;> rfl

theorem list_map_filter_sublist {α β : Type} (f : α → β) (test : α → Bool) (xs : List α) :
    List.Sublist ((xs.filter test).map f) (xs.map f) :=
  (List.filter_sublist test xs).map f

theorem list_nodup_first_two_ne {α : Type} (a b : α) (xs : List α) (h : (a :: b :: xs).Nodup) :
    a ≠ b := by
  intro e
  apply (List.nodup_cons.1 h).1
  rw [e]
  exact List.mem_cons_self b xs

theorem list_not_mem_above_sum (costs : List Nat) (big : Nat) (h : costs.sum < big) :
    ¬big ∈ costs := by
  intro k
  have := List.le_sum_of_mem k
  omega

theorem list_reverse_subset {α : Type} (xs ys : List α) (sub : xs ⊆ ys) : xs.reverse ⊆ ys := by
  intro a h
  exact sub (List.mem_reverse.1 h)

theorem list_all_copies {α : Type} (n : Nat) (a : α) (test : α → Bool) (ok : test a = true) :
    (List.replicate n a).all test = true := by
  induction n with
  | zero => rfl
  | succ n ih => simp [List.replicate_succ, ok, ih]

theorem list_any_of_filter {α : Type} (p q : α → Bool) (xs : List α) :
    (xs.filter p).any q = xs.any (fun x => p x && q x) := by
  induction xs with
  | nil => rfl
  | cons x xs ih =>
    by_cases h : p x = true
    · rw [List.filter_cons_of_pos h]
      simp [ih, h]
    · rw [List.filter_cons_of_neg h]
      simp [ih, h]

theorem list_cons_differs {α : Type} (a : α) (xs : List α) : a :: xs ≠ xs := by
  intro h
  have e := congrArg List.length h
  rw [List.length_cons] at e
  omega

theorem list_countP_zero_iff {α : Type} (test : α → Bool) (xs : List α) :
    xs.countP test = 0 ↔ ∀ x, x ∈ xs → test x = false := by
  unfold List.countP
  rw [List.length_eq_zero_iff, List.filter_eq_nil_iff]
  simp

theorem list_dvd_sum_of_members (d : Nat) (xs : List Nat) (each : ∀ x, x ∈ xs → d ∣ x) :
    d ∣ xs.sum := by
  induction xs with
  | nil => exact Nat.dvd_zero d
  | cons x xs ih =>
    rw [List.sum_cons]
    exact Nat.dvd_add (each x (List.mem_cons_self x xs))
      (ih fun y h => each y (List.mem_cons_of_mem x h))

theorem list_first_of_pairs {α β : Type} (f : α → β) (xs : List α) :
    (xs.map (fun x => (x, f x))).map Prod.fst = xs := by
  induction xs with
  | nil => rfl
  | cons x xs ih => simp [ih]

theorem list_flatten_of_singletons {α : Type} (xs : List α) :
    (xs.map (fun x => [x])).flatten = xs := by
  induction xs with
  | nil => rfl
  | cons x xs ih => simp [ih]

theorem list_foldl_count {α : Type} (n : Nat) (xs : List α) :
    List.foldl (fun c _ => c + 1) n xs = xs.length + n := by
  induction xs generalizing n with
  | nil => simp
  | cons x xs ih => simp [ih]; omega

theorem list_foldr_cons_eq_append {α : Type} (xs ys : List α) :
    List.foldr List.cons ys xs = xs ++ ys := by
  induction xs with
  | nil => rfl
  | cons x xs ih => simp [ih]

theorem list_le_foldr_max (x : Nat) (xs : List Nat) (mem : x ∈ xs) :
    x ≤ List.foldr max 0 xs := by
  induction xs with
  | nil => cases mem
  | cons y xs ih =>
    rw [List.foldr_cons]
    rcases List.mem_cons.1 mem with e | h
    · omega
    · have := ih h
      omega

theorem list_mem_copies {α : Type} (n : Nat) (a : α) (pos : 0 < n) : a ∈ List.replicate n a := by
  cases n with
  | zero => cases pos
  | succ n => exact List.mem_cons_self a _

theorem list_mem_flatten_reverse {α : Type} (a : α) (pages : List (List α)) :
    a ∈ pages.reverse.flatten ↔ a ∈ pages.flatten := by
  simp [List.mem_flatten, List.mem_reverse]

theorem list_one_part_empty {α : Type} (xs ys : List α) (a : α) (h : xs ++ ys = [a]) :
    xs = [] ∨ ys = [] := by
  cases xs with
  | nil => exact .inl rfl
  | cons x xs =>
    rw [List.cons_append, List.cons_eq_cons, List.append_eq_nil_iff] at h
    exact .inr h.2.2

theorem list_prefix_of_map {α β : Type} (f : α → β) (xs ys : List α) (pre : xs.IsPrefix ys) :
    (xs.map f).IsPrefix (ys.map f) := by
  obtain ⟨t, rfl⟩ := pre
  exact ⟨t.map f, (List.map_append f xs t).symm⟩

theorem list_some_fails {α : Type} (test : α → Bool) (xs : List α) (h : xs.all test = false) :
    ∃ x, x ∈ xs ∧ test x = false := by
  have n := List.not_all_eq_any_not xs test
  rw [h] at n
  obtain ⟨x, m, k⟩ := List.any_eq_true.1 n.symm
  refine ⟨x, m, ?_⟩
  cases e : test x
  · rfl
  · rw [e] at k
    cases k

theorem list_subset_joined_swap {α : Type} (few red blue : List α) (sub : few ⊆ red ++ blue) :
    few ⊆ blue ++ red := by
  intro a h
  exact List.mem_append.2 (List.mem_append.1 (sub h)).symm

theorem list_sum_of_doubles (xs : List Nat) : (xs.map (fun x => x + x)).sum = 2 * xs.sum := by
  induction xs with
  | nil => rfl
  | cons x xs ih => simp [ih]; omega

theorem list_sum_of_flatten (table : List (List Nat)) :
    table.flatten.sum = (table.map List.sum).sum := by
  induction table with
  | nil => rfl
  | cons row table ih => simp [List.sum_append, ih]

theorem list_take_enough {α : Type} (xs : List α) (n : Nat) (enough : xs.length ≤ n) :
    xs.take n = xs := by
  induction xs generalizing n with
  | nil => simp
  | cons a xs ih => cases n with
    | zero => cases enough
    | succ n => simp [ih n (Nat.succ_le_succ_iff.1 enough)]

theorem list_two_elements {α : Type} (xs : List α) (two : xs.length = 2) :
    ∃ a b, xs = [a, b] := by
  match xs, two with
  | [a, b], _ => exact ⟨a, b, rfl⟩

theorem list_cancel_common_end {α : Type} (xs ys tail : List α) (h : xs ++ tail = ys ++ tail) :
    xs = ys := by
  have r : (xs ++ tail).reverse = (ys ++ tail).reverse := by rw [h]
  rw [List.reverse_append, List.reverse_append] at r
  exact List.reverse_inj.1 (List.append_cancel_left r)

theorem list_filter_shorter_of_fail {α : Type} (test : α → Bool) (xs : List α) (a : α)
    (mem : a ∈ xs) (fail : test a = false) : (xs.filter test).length < xs.length := by
  induction xs with
  | nil => cases mem
  | cons b xs ih =>
    have le := List.length_filter_le test xs
    rcases List.mem_cons.1 mem with e | h
    · rw [List.filter_cons_of_neg (by simp [← e, fail]), List.length_cons]
      omega
    · have lt := ih h
      by_cases t : test b = true
      · rw [List.filter_cons_of_pos t, List.length_cons, List.length_cons]
        omega
      · rw [List.filter_cons_of_neg t, List.length_cons]
        omega

theorem list_nodup_of_nodup_map {α β : Type} (f : α → β) (xs : List α)
    (images : (xs.map f).Nodup) : xs.Nodup := by
  induction xs with
  | nil => exact .nil
  | cons x xs ih =>
    rw [List.map_cons, List.nodup_cons] at images
    exact .cons (fun h => images.1 (List.mem_map_of_mem f h)) (ih images.2)

theorem list_sum_le_with_bound (xs : List Nat) (c : Nat) (none_above : ¬∃ x, x ∈ xs ∧ c < x) :
    xs.sum ≤ c * xs.length := by
  induction xs with
  | nil => exact Nat.zero_le _
  | cons x xs ih =>
    have hx : x ≤ c := Nat.le_of_not_lt fun h => none_above ⟨x, List.mem_cons_self x xs, h⟩
    have hs := ih fun ⟨y, h, k⟩ => none_above ⟨y, List.mem_cons_of_mem x h, k⟩
    rw [List.sum_cons, List.length_cons, Nat.mul_succ]
    omega
