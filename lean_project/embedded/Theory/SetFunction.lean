prelude
import Theory.SetImage
import Theory.Function
/-!
# Sets and injective or surjective functions; adding one element
-/
universe u v
variable {α : Type u} {β : Type v} {f : α → β} {s t : Set α} {a b : α}

namespace Set
open Function

/-- Under an injective function, the preimage of the image of a set is the set. -/
theorem preimage_image_eq (hf : Injective f) (s : Set α) : f ⁻¹' (f '' s) = s := by
  ext a
  constructor
  · rintro ⟨x, hx, e⟩
    rw [← hf e]
    exact hx
  · exact fun ha => mem_image_of_mem f ha

/-- Under a surjective function, the image of the preimage of a set is the set. -/
theorem image_preimage_eq (hf : Surjective f) (t : Set β) : f '' (f ⁻¹' t) = t := by
  ext b
  constructor
  · exact fun hb => image_preimage_subset f t hb
  · intro hb
    obtain ⟨a, rfl⟩ := hf b
    exact ⟨a, hb, rfl⟩

/-- An injective function carries intersections to intersections. -/
theorem image_inter (hf : Injective f) (s t : Set α) : f '' (s ∩ t) = f '' s ∩ f '' t := by
  ext b
  constructor
  · exact fun hb => image_inter_subset f s t hb
  · rintro ⟨⟨x, hx, rfl⟩, y, hy, e⟩
    have same := hf e
    subst same
    exact ⟨y, ⟨hx, hy⟩, rfl⟩

/-- Under an injective function, a value is in the image exactly when its argument is in the set. -/
theorem mem_image_iff_of_injective (hf : Injective f) : f a ∈ f '' s ↔ a ∈ s := by
  constructor
  · rintro ⟨x, hx, e⟩
    rw [← hf e]
    exact hx
  · exact fun ha => mem_image_of_mem f ha

/-- An injective function has an injective image operation on sets. -/
theorem image_injective (hf : Injective f) : Injective (image f) := by
  intro s t h
  rw [← preimage_image_eq hf s, h, preimage_image_eq hf]

/-- A function is surjective exactly when its range is the universal set. -/
theorem range_eq_univ : range f = univ ↔ Surjective f := eq_univ_iff_forall

/-! ## Adding one element -/

/-- The added element is a member. -/
theorem mem_insert (a : α) (s : Set α) : a ∈ insert a s := .inl rfl

/-- Members stay members when an element is added. -/
theorem mem_insert_of_mem (b : α) (h : a ∈ s) : a ∈ insert b s := .inr h

/-- A set is a subset of the set with one more element. -/
theorem subset_insert (a : α) (s : Set α) : s ⊆ insert a s := fun _ h => .inr h

/-- Adding an element is the union with its singleton. -/
theorem insert_eq (a : α) (s : Set α) : insert a s = {a} ∪ s := rfl

/-- Adding an element that is already there changes nothing. -/
theorem insert_eq_of_mem (h : a ∈ s) : insert a s = s := by
  ext x
  constructor
  · rintro (rfl | hx)
    · exact h
    · exact hx
  · exact .inr

/-- A set with an added element is a subset of `t` exactly when the element and the set are in
`t`. -/
theorem insert_subset_iff : insert a s ⊆ t ↔ a ∈ t ∧ s ⊆ t := by
  constructor
  · intro h
    exact ⟨h (mem_insert a s), fun x hx => h (mem_insert_of_mem a hx)⟩
  · rintro ⟨ha, hs⟩ x (rfl | hx)
    · exact ha
    · exact hs hx

/-- Two elements can be added in either order. -/
theorem insert_comm (a b : α) (s : Set α) : insert a (insert b s) = insert b (insert a s) := by
  rw [insert_eq, insert_eq, insert_eq, insert_eq, ← union_assoc, ← union_assoc, union_comm {a}]

end Set
