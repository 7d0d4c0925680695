prelude
import Theory.ListMem
import Theory.Function
/-!
# Mapping, filtering and flattening lists
-/
universe u v w
variable {α : Type u} {β : Type v} {γ : Type w}

namespace List

/-- The list of those elements that pass the test `p`. -/
def filter (p : α → Bool) : List α → List α
  | [] => []
  | a :: l => if p a = true then a :: filter p l else filter p l

/-- All lists in a list of lists joined into one (flatten). -/
def flatten : List (List α) → List α
  | [] => []
  | l :: L => l ++ flatten L

variable (f : α → β) (g : β → γ) (p q : α → Bool) {a : α} {b : β} {l m : List α}
  {L M : List (List α)}

/-! ## Mapping -/

/-- Mapping over the empty list gives the empty list. -/
@[simp] theorem map_nil : map f [] = [] := rfl

/-- Mapping applies the function to the first element and maps the rest. -/
@[simp] theorem map_cons (a : α) (l : List α) : map f (a :: l) = f a :: map f l := rfl

/-- Mapping over two joined lists joins the mapped lists. -/
theorem map_append (l m : List α) : map f (l ++ m) = map f l ++ map f m := by
  induction l with
  | nil => rfl
  | cons a l ih => rw [cons_append, map_cons, ih]; rfl

/-- Mapping a function over a list keeps its length. -/
theorem length_map (l : List α) : (map f l).length = l.length := by
  induction l with
  | nil => rfl
  | cons a l ih => rw [map_cons, length_cons, ih]; rfl

/-- Mapping one function after another is mapping their composition. -/
theorem map_map (l : List α) : map g (map f l) = map (g ∘ f) l := by
  induction l with
  | nil => rfl
  | cons a l ih => rw [map_cons, map_cons, ih]; rfl

/-- Mapping the identity function changes nothing. -/
@[simp] theorem map_id (l : List α) : map id l = l := by
  induction l with
  | nil => rfl
  | cons a l ih => rw [map_cons, ih]; rfl

/-- The reverse of a mapped list is the mapped reverse. -/
theorem map_reverse (l : List α) : map f l.reverse = (map f l).reverse := by
  induction l with
  | nil => rfl
  | cons a l ih => rw [reverse_cons, map_append, ih]; rfl

variable {f g p q}

/-- A value is in a mapped list exactly when it is the image of some member of the list. -/
theorem mem_map : b ∈ map f l ↔ ∃ a, a ∈ l ∧ f a = b := by
  induction l with
  | nil => exact ⟨fun h => absurd h (not_mem_nil b), fun ⟨a, h, _⟩ => absurd h (not_mem_nil a)⟩
  | cons x l ih =>
    rw [map_cons, mem_cons, ih, exists_mem_cons]
    exact ⟨fun h => h.elim (fun e => .inl e.symm) .inr, fun h => h.elim (fun e => .inl e.symm) .inr⟩

/-- The image of a member of a list is in the mapped list. -/
theorem mem_map_of_mem (f : α → β) (h : a ∈ l) : f a ∈ map f l := mem_map.2 ⟨a, h, rfl⟩

/-- Functions that agree on all members of a list map it to the same list. -/
theorem map_congr_left {f g : α → β} (h : ∀ a, a ∈ l → f a = g a) : map f l = map g l := by
  induction l with
  | nil => rfl
  | cons a l ih =>
    rw [map_cons, map_cons, h a (mem_cons_self a l), ih fun x hx => h x (mem_cons_of_mem a hx)]

/-- A mapped list is empty exactly when the list is. -/
theorem map_eq_nil_iff : map f l = [] ↔ l = [] := by
  rw [← length_eq_zero_iff, length_map, length_eq_zero_iff]

/-- Mapping an injective function over lists is injective. -/
theorem map_injective (h : Function.Injective f) : Function.Injective (map f) := by
  intro l m e
  induction l generalizing m with
  | nil => exact (map_eq_nil_iff.1 e.symm).symm
  | cons a l ih => cases m with
    | nil => exact absurd e (cons_ne_nil _ _)
    | cons b m =>
      have parts := List.cons.inj e
      rw [h parts.1, ih parts.2]

/-- A larger list has a larger image: mapping is monotone for the subset relation. -/
theorem map_subset (f : α → β) (h : l ⊆ m) : map f l ⊆ map f m := by
  intro b hb
  obtain ⟨a, ha, rfl⟩ := mem_map.1 hb
  exact mem_map_of_mem f (h ha)

/-! ## Filtering -/

/-- Filtering the empty list gives the empty list. -/
@[simp] theorem filter_nil (p : α → Bool) : filter p [] = [] := rfl

/-- Filtering keeps a first element that passes the test. -/
theorem filter_cons_of_pos (h : p a = true) : filter p (a :: l) = a :: filter p l := if_pos h

/-- Filtering drops a first element that fails the test. -/
theorem filter_cons_of_neg (h : ¬p a = true) : filter p (a :: l) = filter p l := if_neg h

/-- An element is in the filtered list exactly when it is in the list and passes the test. -/
theorem mem_filter : a ∈ filter p l ↔ a ∈ l ∧ p a = true := by
  induction l with
  | nil => exact ⟨fun h => absurd h (not_mem_nil a), fun h => absurd h.1 (not_mem_nil a)⟩
  | cons b l ih =>
    by_cases h : p b = true
    · rw [filter_cons_of_pos h, mem_cons, mem_cons, ih]
      constructor
      · rintro (rfl | k)
        · exact ⟨.inl rfl, h⟩
        · exact ⟨.inr k.1, k.2⟩
      · rintro ⟨rfl | k, e⟩
        · exact .inl rfl
        · exact .inr ⟨k, e⟩
    · rw [filter_cons_of_neg h, ih, mem_cons]
      constructor
      · exact fun k => ⟨.inr k.1, k.2⟩
      · rintro ⟨rfl | k, e⟩
        · exact absurd e h
        · exact ⟨k, e⟩

/-- Filtering two joined lists joins the filtered lists. -/
theorem filter_append (p : α → Bool) (l m : List α) :
    filter p (l ++ m) = filter p l ++ filter p m := by
  induction l with
  | nil => rfl
  | cons a l ih =>
    by_cases h : p a = true
    · rw [cons_append, filter_cons_of_pos h, filter_cons_of_pos h, ih, cons_append]
    · rw [cons_append, filter_cons_of_neg h, filter_cons_of_neg h, ih]

/-- A filtered list is at most as long as the list. -/
theorem length_filter_le (p : α → Bool) (l : List α) : (filter p l).length ≤ l.length := by
  induction l with
  | nil => exact Nat.le_refl 0
  | cons a l ih =>
    by_cases h : p a = true
    · rw [filter_cons_of_pos h]
      exact Nat.succ_le_succ ih
    · rw [filter_cons_of_neg h]
      exact Nat.le_succ_of_le ih

/-- If all members pass the test, filtering changes nothing. -/
theorem filter_eq_self_of_forall (h : ∀ a, a ∈ l → p a = true) : filter p l = l := by
  induction l with
  | nil => rfl
  | cons a l ih =>
    rw [filter_cons_of_pos (h a (mem_cons_self a l)), ih fun x hx => h x (mem_cons_of_mem a hx)]

/-- A filtered list is empty exactly when no member passes the test. -/
theorem filter_eq_nil_iff : filter p l = [] ↔ ∀ a, a ∈ l → ¬p a = true := by
  rw [eq_nil_iff_forall_not_mem]
  exact ⟨fun h a ha hp => h a (mem_filter.2 ⟨ha, hp⟩),
    fun h a k => h a (mem_filter.1 k).1 (mem_filter.1 k).2⟩

/-- Filtering by one test and then another is filtering by both tests at once. -/
theorem filter_filter (p q : α → Bool) (l : List α) :
    filter p (filter q l) = filter (fun a => p a && q a) l := by
  induction l with
  | nil => rfl
  | cons a l ih => cases hq : q a <;> cases hp : p a <;> simp [filter, hp, hq, ih]

/-- Filtering twice by the same test is filtering once. -/
theorem filter_idem (p : α → Bool) (l : List α) : filter p (filter p l) = filter p l :=
  filter_eq_self_of_forall fun _ h => (mem_filter.1 h).2

/-- A filtered list is a subset of the list. -/
theorem filter_subset (p : α → Bool) (l : List α) : filter p l ⊆ l := fun _ h => (mem_filter.1 h).1

/-- The filter of a reversed list is the reverse of the filtered list. -/
theorem filter_reverse (p : α → Bool) (l : List α) : filter p l.reverse = (filter p l).reverse := by
  induction l with
  | nil => rfl
  | cons a l ih =>
    rw [reverse_cons, filter_append, ih]
    by_cases h : p a = true
    · rw [filter_cons_of_pos h, filter_cons_of_pos h, reverse_cons, filter_nil]
    · rw [filter_cons_of_neg h, filter_cons_of_neg h, filter_nil, append_nil]

/-! ## Flattening -/

/-- Flattening the empty list of lists gives the empty list. -/
@[simp] theorem flatten_nil : flatten ([] : List (List α)) = [] := rfl

/-- Flattening joins the first list with the flattened rest. -/
@[simp] theorem flatten_cons (l : List α) (L : List (List α)) :
    flatten (l :: L) = l ++ flatten L := rfl

/-- Flattening two joined lists of lists joins the flattened lists. -/
theorem flatten_append (L M : List (List α)) : flatten (L ++ M) = flatten L ++ flatten M := by
  induction L with
  | nil => rfl
  | cons l L ih => rw [cons_append, flatten_cons, ih, flatten_cons, append_assoc]

/-- An element is in the flattened list exactly when it is in one of the lists. -/
theorem mem_flatten : a ∈ flatten L ↔ ∃ l, l ∈ L ∧ a ∈ l := by
  induction L with
  | nil => exact ⟨fun h => absurd h (not_mem_nil a), fun ⟨l, h, _⟩ => absurd h (not_mem_nil l)⟩
  | cons l L ih => rw [flatten_cons, mem_append, ih, exists_mem_cons]

/-- Mapping over a flattened list is flattening the mapped lists. -/
theorem map_flatten (f : α → β) (L : List (List α)) :
    map f (flatten L) = flatten (map (map f) L) := by
  induction L with
  | nil => rfl
  | cons l L ih => rw [flatten_cons, map_append, ih]; rfl

end List
