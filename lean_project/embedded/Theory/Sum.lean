prelude
import Theory.Function
/-!
# Disjoint sums

An element of `Sum α β` is an element of `α` or one of `β`, with a mark that says which.
-/
universe u v w x
namespace Sum
variable {α : Type u} {β : Type v} {γ : Type w} {δ : Type x}

/-- A function on a disjoint sum from a function on each side: reasoning by cases. -/
protected def elim (f : α → γ) (g : β → γ) : Sum α β → γ
  | inl a => f a
  | inr b => g b

/-- Apply one function to left elements and another to right elements of a disjoint sum. -/
def map (f : α → γ) (g : β → δ) : Sum α β → Sum γ δ
  | inl a => inl (f a)
  | inr b => inr (g b)

/-- Exchange the two sides of a disjoint sum. -/
def swap : Sum α β → Sum β α
  | inl a => inr a
  | inr b => inl b

/-- A left element of a disjoint sum is never a right element. -/
theorem inl_ne_inr (a : α) (b : β) : (inl a : Sum α β) ≠ inr b := fun h => nomatch h

/-- The inclusion of the left side into a disjoint sum is injective. -/
theorem inl_injective : Function.Injective (inl : α → Sum α β) := fun _ _ => Sum.inl.inj

/-- The inclusion of the right side into a disjoint sum is injective. -/
theorem inr_injective : Function.Injective (inr : β → Sum α β) := fun _ _ => Sum.inr.inj

/-- A property holds on a disjoint sum exactly when it holds on both sides. -/
protected theorem «forall» {p : Sum α β → Prop} : (∀ s, p s) ↔ (∀ a, p (inl a)) ∧ ∀ b, p (inr b) :=
  ⟨fun h => ⟨fun a => h (inl a), fun b => h (inr b)⟩,
    fun h s => match s with | inl a => h.1 a | inr b => h.2 b⟩

/-- Something in a disjoint sum has a property exactly when something on one of its sides has. -/
protected theorem «exists» {p : Sum α β → Prop} : (∃ s, p s) ↔ (∃ a, p (inl a)) ∨ ∃ b, p (inr b) :=
  ⟨fun ⟨s, h⟩ => match s, h with | inl a, h => .inl ⟨a, h⟩ | inr b, h => .inr ⟨b, h⟩,
    fun h => h.elim (fun ⟨a, h⟩ => ⟨inl a, h⟩) fun ⟨b, h⟩ => ⟨inr b, h⟩⟩

/-- Functions on a disjoint sum are equal if they agree on both sides. -/
theorem funext_sides {f g : Sum α β → γ} (h₁ : ∀ a, f (inl a) = g (inl a))
    (h₂ : ∀ b, f (inr b) = g (inr b)) : f = g := funext (Sum.forall.2 ⟨h₁, h₂⟩)

/-- A case distinction with the two inclusions is the identity on a disjoint sum. -/
theorem elim_inl_inr : Sum.elim (inl : α → Sum α β) inr = id :=
  funext_sides (fun _ => rfl) fun _ => rfl

/-- A function after a case distinction goes into both cases. -/
theorem comp_elim (h : γ → δ) (f : α → γ) (g : β → γ) :
    h ∘ Sum.elim f g = Sum.elim (h ∘ f) (h ∘ g) := funext_sides (fun _ => rfl) fun _ => rfl

/-- Exchanging the sides of a disjoint sum twice changes nothing. -/
theorem swap_swap (s : Sum α β) : swap (swap s) = s := by cases s <;> rfl

/-- Exchanging the sides of a disjoint sum is bijective. -/
theorem swap_bijective : Function.Bijective (@swap α β) :=
  Function.bijective_of_inverses (g := swap) swap_swap swap_swap

/-- Mapping the identity over both sides of a disjoint sum changes nothing. -/
theorem map_id (s : Sum α β) : map id id s = s := by cases s <;> rfl

/-- Mapping injective functions over both sides of a disjoint sum is injective. -/
theorem map_injective {f : α → γ} {g : β → δ} (hf : Function.Injective f)
    (hg : Function.Injective g) : Function.Injective (map f g) := by
  intro s t h
  cases s <;> cases t
  · exact congrArg inl (hf (Sum.inl.inj h))
  · exact nomatch h
  · exact nomatch h
  · exact congrArg inr (hg (Sum.inr.inj h))
end Sum
