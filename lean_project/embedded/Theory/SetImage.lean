prelude
import Theory.SetCompl
/-!
# Images and preimages of sets
-/
universe u v w
variable {α : Type u} {β : Type v} {γ : Type w}

namespace Set

/-- The image `f '' s` of a set under a function: the values of `f` at the members of `s`. -/
def image (f : α → β) (s : Set α) : Set β := {b | ∃ a, a ∈ s ∧ f a = b}

/-- The preimage `f ⁻¹' t` of a set under a function: the elements whose value lies in `t`. -/
def preimage (f : α → β) (t : Set β) : Set α := {a | f a ∈ t}

/-- The range of a function: the set of all its values. -/
def range (f : α → β) : Set β := {b | ∃ a, f a = b}

infixl:80 " '' " => image
infixl:80 " ⁻¹' " => preimage

variable {f : α → β} {g : β → γ} {s s₁ s₂ : Set α} {t t₁ t₂ : Set β} {a : α} {b : β}

/-! ## Preimages -/

/-- An element is in the preimage of a set exactly when its value is in the set. -/
theorem mem_preimage : a ∈ f ⁻¹' t ↔ f a ∈ t := Iff.rfl

/-- The preimage of a union is the union of the preimages. -/
theorem preimage_union (f : α → β) (s t : Set β) : f ⁻¹' (s ∪ t) = f ⁻¹' s ∪ f ⁻¹' t := rfl

/-- The preimage of an intersection is the intersection of the preimages. -/
theorem preimage_inter (f : α → β) (s t : Set β) : f ⁻¹' (s ∩ t) = f ⁻¹' s ∩ f ⁻¹' t := rfl

/-- The preimage of a complement is the complement of the preimage. -/
theorem preimage_compl (f : α → β) (t : Set β) : f ⁻¹' tᶜ = (f ⁻¹' t)ᶜ := rfl

/-- The preimage of a difference is the difference of the preimages. -/
theorem preimage_diff (f : α → β) (s t : Set β) : f ⁻¹' (s \ t) = f ⁻¹' s \ f ⁻¹' t := rfl

/-- The preimage of the empty set is empty. -/
@[simp] theorem preimage_empty : f ⁻¹' ∅ = ∅ := rfl

/-- The preimage of the universal set is the universal set. -/
@[simp] theorem preimage_univ : f ⁻¹' univ = univ := rfl

/-- A larger set has a larger preimage. -/
theorem preimage_mono (h : t₁ ⊆ t₂) : f ⁻¹' t₁ ⊆ f ⁻¹' t₂ := fun _ k => h k

/-- The preimage under a composition is the preimage of the preimage. -/
theorem preimage_comp (f : α → β) (g : β → γ) (s : Set γ) : (g ∘ f) ⁻¹' s = f ⁻¹' (g ⁻¹' s) := rfl

/-- The preimage under the identity function is the set itself. -/
@[simp] theorem preimage_id (s : Set α) : id ⁻¹' s = s := rfl

/-! ## Images -/

/-- A value is in the image of a set exactly when some member of the set has that value. -/
theorem mem_image (f : α → β) (s : Set α) (b : β) : b ∈ f '' s ↔ ∃ a, a ∈ s ∧ f a = b := Iff.rfl

/-- The value of a member of the set is in the image. -/
theorem mem_image_of_mem (f : α → β) (h : a ∈ s) : f a ∈ f '' s := ⟨a, h, rfl⟩

/-- A larger set has a larger image. -/
theorem image_mono (h : s₁ ⊆ s₂) : f '' s₁ ⊆ f '' s₂ := by
  rintro b ⟨a, ha, rfl⟩
  exact ⟨a, h ha, rfl⟩

/-- The image of a union is the union of the images. -/
theorem image_union (f : α → β) (s t : Set α) : f '' (s ∪ t) = f '' s ∪ f '' t := by
  ext b
  constructor
  · rintro ⟨a, ha | ha, rfl⟩
    · exact .inl ⟨a, ha, rfl⟩
    · exact .inr ⟨a, ha, rfl⟩
  · rintro (⟨a, ha, rfl⟩ | ⟨a, ha, rfl⟩)
    · exact ⟨a, .inl ha, rfl⟩
    · exact ⟨a, .inr ha, rfl⟩

/-- The image of an intersection is a subset of the intersection of the images. -/
theorem image_inter_subset (f : α → β) (s t : Set α) : f '' (s ∩ t) ⊆ f '' s ∩ f '' t := by
  rintro b ⟨a, ha, rfl⟩
  exact ⟨⟨a, ha.1, rfl⟩, ⟨a, ha.2, rfl⟩⟩

/-- The image of the empty set is empty. -/
@[simp] theorem image_empty (f : α → β) : f '' ∅ = ∅ :=
  ext fun _ => ⟨fun ⟨_, h, _⟩ => h, False.elim⟩

/-- The image of a singleton is the singleton of the value. -/
theorem image_singleton (f : α → β) (a : α) : f '' {a} = {f a} := by
  ext b
  constructor
  · rintro ⟨x, rfl, rfl⟩
    rfl
  · rintro rfl
    exact ⟨a, rfl, rfl⟩

/-- The image under the identity function is the set itself. -/
@[simp] theorem image_id (s : Set α) : id '' s = s := by
  ext a
  constructor
  · rintro ⟨x, h, rfl⟩
    exact h
  · intro h
    exact ⟨a, h, rfl⟩

/-- The image under a composition is the image of the image. -/
theorem image_comp (g : β → γ) (f : α → β) (s : Set α) : (g ∘ f) '' s = g '' (f '' s) := by
  ext c
  constructor
  · rintro ⟨a, ha, rfl⟩
    exact ⟨f a, ⟨a, ha, rfl⟩, rfl⟩
  · rintro ⟨b, ⟨a, ha, rfl⟩, rfl⟩
    exact ⟨a, ha, rfl⟩

/-- The image of a set is nonempty when the set is. -/
theorem Nonempty.image (f : α → β) (h : s.Nonempty) : (f '' s).Nonempty := by
  obtain ⟨a, ha⟩ := h
  exact ⟨f a, a, ha, rfl⟩

/-! ## Images and preimages together -/

/-- Image and preimage are adjoint: `f '' s ⊆ t` exactly when `s ⊆ f ⁻¹' t`. -/
theorem image_subset_iff : f '' s ⊆ t ↔ s ⊆ f ⁻¹' t := by
  constructor
  · intro h a ha
    exact h ⟨a, ha, rfl⟩
  · rintro h b ⟨a, ha, rfl⟩
    exact h ha

/-- A set is a subset of the preimage of its image. -/
theorem subset_preimage_image (f : α → β) (s : Set α) : s ⊆ f ⁻¹' (f '' s) :=
  fun _ h => mem_image_of_mem f h

/-- The image of the preimage of a set is a subset of the set. -/
theorem image_preimage_subset (f : α → β) (t : Set β) : f '' (f ⁻¹' t) ⊆ t := by
  rintro b ⟨a, ha, rfl⟩
  exact ha

/-- The image of the preimage of a set is the set's intersection with the range. -/
theorem image_preimage_eq_inter_range (f : α → β) (t : Set β) : f '' (f ⁻¹' t) = t ∩ range f := by
  ext b
  constructor
  · rintro ⟨a, ha, rfl⟩
    exact ⟨ha, a, rfl⟩
  · rintro ⟨hb, a, rfl⟩
    exact ⟨a, hb, rfl⟩

/-! ## The range -/

/-- An element is in the range of a function exactly when it is one of its values. -/
theorem mem_range : b ∈ range f ↔ ∃ a, f a = b := Iff.rfl

/-- Every value of a function is in its range. -/
theorem mem_range_self (f : α → β) (a : α) : f a ∈ range f := ⟨a, rfl⟩

/-- The image of the universal set is the range. -/
theorem image_univ (f : α → β) : f '' univ = range f := by
  ext b
  constructor
  · rintro ⟨a, _, rfl⟩
    exact ⟨a, rfl⟩
  · rintro ⟨a, rfl⟩
    exact ⟨a, trivial, rfl⟩

/-- Every image is a subset of the range. -/
theorem image_subset_range (f : α → β) (s : Set α) : f '' s ⊆ range f := by
  rw [← image_univ]
  exact image_mono (subset_univ s)

/-- The range of a composition is the image of the range. -/
theorem range_comp (g : β → γ) (f : α → β) : range (g ∘ f) = g '' range f := by
  rw [← image_univ, ← image_univ, image_comp]

end Set
