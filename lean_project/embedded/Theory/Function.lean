prelude
import Theory.Quantifiers
import Theory.Equality
/-!
# Functions

Composition, injective, surjective and bijective functions, one-sided inverses.
-/
universe u v w
namespace Function
section
variable {α : Sort u} {β : Sort v} {γ : Sort w}

/-! ## Composition -/

/-- Composing with the identity on the right changes nothing. -/
theorem comp_id (f : α → β) : f ∘ id = f := rfl

/-- Composing with the identity on the left changes nothing. -/
theorem id_comp (f : α → β) : id ∘ f = f := rfl

/-- Composition of functions is associative. -/
theorem comp_assoc {δ : Sort _} (h : γ → δ) (g : β → γ) (f : α → β) : (h ∘ g) ∘ f = h ∘ (g ∘ f) :=
  rfl

/-- Composing a constant function with another function after it gives a constant function. -/
theorem comp_const (g : β → γ) (b : β) : g ∘ const α b = const α (g b) := rfl

/-- A constant function after any function is the same constant function. -/
theorem const_comp (f : α → β) (c : γ) : const β c ∘ f = const α c := rfl

/-! ## Injective functions -/

/-- A function is injective (one-to-one) if equal values come only from equal arguments. -/
def Injective (f : α → β) : Prop := ∀ ⦃a b⦄, f a = f b → a = b

/-- The identity function is injective. -/
theorem injective_id : Injective (@id α) := fun _ _ h => h

/-- For an injective function, values are equal exactly when the arguments are. -/
theorem Injective.eq_iff {f : α → β} (hf : Injective f) {a b : α} : f a = f b ↔ a = b :=
  ⟨fun h => hf h, congrArg f⟩

/-- An injective function sends different arguments to different values. -/
theorem Injective.ne {f : α → β} (hf : Injective f) {a b : α} (h : a ≠ b) : f a ≠ f b :=
  fun e => h (hf e)

/-- For an injective function, values are different exactly when the arguments are. -/
theorem Injective.ne_iff {f : α → β} (hf : Injective f) {a b : α} : f a ≠ f b ↔ a ≠ b :=
  not_congr hf.eq_iff

/-- The composition of injective functions is injective. -/
theorem Injective.comp {g : β → γ} {f : α → β} (hg : Injective g) (hf : Injective f) :
    Injective (g ∘ f) := fun _ _ h => hf (hg h)

/-- If a composition is injective, so is the function applied first. -/
theorem Injective.of_comp {g : β → γ} {f : α → β} (h : Injective (g ∘ f)) : Injective f :=
  fun _ _ e => h (congrArg g e)

/-- A function is injective exactly when different arguments have different values. -/
theorem injective_iff_ne {f : α → β} : Injective f ↔ ∀ a b, a ≠ b → f a ≠ f b :=
  ⟨fun h _ _ => h.ne, fun h a b => not_imp_not.1 (h a b)⟩

/-- A function is not injective exactly when two different arguments have the same value. -/
theorem not_injective_iff {f : α → β} : ¬Injective f ↔ ∃ a b, f a = f b ∧ a ≠ b := by
  constructor
  · intro h
    by_contra hn
    exact h fun a b e => of_not_not fun ne => hn ⟨a, b, e, ne⟩
  · exact fun ⟨a, b, e, ne⟩ h => ne (h e)

/-- An injective function may be cancelled on the left of a composition. -/
theorem Injective.comp_left_cancel {g : β → γ} (hg : Injective g) {f₁ f₂ : α → β}
    (h : g ∘ f₁ = g ∘ f₂) : f₁ = f₂ := funext fun x => hg (congrFun h x)

/-! ## Surjective functions -/

/-- A function is surjective (onto) if every element is one of its values. -/
def Surjective (f : α → β) : Prop := ∀ b, ∃ a, f a = b

/-- The identity function is surjective. -/
theorem surjective_id : Surjective (@id α) := fun a => ⟨a, rfl⟩

/-- The composition of surjective functions is surjective. -/
theorem Surjective.comp {g : β → γ} {f : α → β} (hg : Surjective g) (hf : Surjective f) :
    Surjective (g ∘ f) := fun c =>
  match hg c with
  | ⟨b, hb⟩ => match hf b with
    | ⟨a, ha⟩ => ⟨a, (congrArg g ha).trans hb⟩

/-- If a composition is surjective, so is the function applied last. -/
theorem Surjective.of_comp {g : β → γ} {f : α → β} (h : Surjective (g ∘ f)) : Surjective g :=
  fun c => (h c).elim fun a ha => ⟨f a, ha⟩

/-- For a surjective function, a property of all values is a property of all elements. -/
theorem Surjective.forall {f : α → β} (hf : Surjective f) {p : β → Prop} :
    (∀ b, p b) ↔ ∀ a, p (f a) :=
  ⟨fun h a => h (f a), fun h b => (hf b).elim fun a e => e ▸ h a⟩

/-- For a surjective function, some element has a property exactly when some value has. -/
theorem Surjective.exists {f : α → β} (hf : Surjective f) {p : β → Prop} :
    (∃ b, p b) ↔ ∃ a, p (f a) :=
  ⟨fun ⟨b, h⟩ => (hf b).elim fun a e => ⟨a, e.symm ▸ h⟩, fun ⟨a, h⟩ => ⟨f a, h⟩⟩

/-- A surjective function may be cancelled on the right of a composition. -/
theorem Surjective.comp_right_cancel {f : α → β} (hf : Surjective f) {g₁ g₂ : β → γ}
    (h : g₁ ∘ f = g₂ ∘ f) : g₁ = g₂ := funext (hf.forall.2 (congrFun h))

/-- If the composition `g ∘ f` is injective and `f` is surjective, then `g` is injective. -/
theorem Injective.of_comp_right {g : β → γ} {f : α → β} (h : Injective (g ∘ f))
    (hf : Surjective f) : Injective g := by
  intro b₁ b₂ e
  obtain ⟨a₁, rfl⟩ := hf b₁
  obtain ⟨a₂, rfl⟩ := hf b₂
  exact congrArg f (h e)

/-- If the composition `g ∘ f` is surjective and `g` is injective, then `f` is surjective. -/
theorem Surjective.of_comp_left {g : β → γ} {f : α → β} (h : Surjective (g ∘ f))
    (hg : Injective g) : Surjective f := fun b => (h (g b)).imp fun _ e => hg e

/-- Cantor's theorem: no function from a type to its properties (its subsets) is surjective. -/
theorem cantor_surjective (f : α → α → Prop) : ¬Surjective f := by
  intro h
  obtain ⟨a, ha⟩ := h fun x => ¬f x x
  exact iff_not_self (iff_of_eq (congrFun ha a))

/-! ## Bijective functions -/

/-- A function is bijective if it is both injective and surjective. -/
def Bijective (f : α → β) : Prop := Injective f ∧ Surjective f

/-- A bijective function is injective. -/
theorem Bijective.injective {f : α → β} (h : Bijective f) : Injective f := h.1

/-- A bijective function is surjective. -/
theorem Bijective.surjective {f : α → β} (h : Bijective f) : Surjective f := h.2

/-- The identity function is bijective. -/
theorem bijective_id : Bijective (@id α) := ⟨injective_id, surjective_id⟩

/-- The composition of bijective functions is bijective. -/
theorem Bijective.comp {g : β → γ} {f : α → β} (hg : Bijective g) (hf : Bijective f) :
    Bijective (g ∘ f) := ⟨hg.1.comp hf.1, hg.2.comp hf.2⟩

/-- A function is bijective exactly when every element is the value of exactly one argument. -/
theorem bijective_iff_existsUnique (f : α → β) : Bijective f ↔ ∀ b, ∃! a, f a = b := by
  constructor
  · intro h b
    exact existsUnique_of_exists_of_unique (h.2 b) fun x y hx hy => h.1 (hx.trans hy.symm)
  · intro h
    exact ⟨fun a b e => (h (f b)).unique e rfl, fun b => (h b).exists⟩

/-! ## One-sided inverses -/

/-- `g` is a left inverse of `f`: going there by `f` and back by `g` changes nothing. -/
def LeftInverse (g : β → α) (f : α → β) : Prop := ∀ x, g (f x) = x

/-- `g` is a right inverse of `f`: `f` undoes what `g` does. -/
def RightInverse (g : β → α) (f : α → β) : Prop := LeftInverse f g

/-- A function with a left inverse is injective. -/
theorem LeftInverse.injective {g : β → α} {f : α → β} (h : LeftInverse g f) : Injective f :=
  fun a b e => (h a).symm.trans ((congrArg g e).trans (h b))

/-- A left inverse is surjective. -/
theorem LeftInverse.surjective {g : β → α} {f : α → β} (h : LeftInverse g f) : Surjective g :=
  fun a => ⟨f a, h a⟩

/-- A function with a right inverse is surjective. -/
theorem RightInverse.surjective {g : β → α} {f : α → β} (h : RightInverse g f) : Surjective f :=
  LeftInverse.surjective h

/-- A right inverse is injective. -/
theorem RightInverse.injective {g : β → α} {f : α → β} (h : RightInverse g f) : Injective g :=
  LeftInverse.injective h

/-- A left inverse composed with the function is the identity. -/
theorem LeftInverse.comp_eq_id {g : β → α} {f : α → β} (h : LeftInverse g f) : g ∘ f = id :=
  funext h

/-- Being a left inverse says that the composition is the identity function. -/
theorem leftInverse_iff_comp {g : β → α} {f : α → β} : LeftInverse g f ↔ g ∘ f = id :=
  ⟨LeftInverse.comp_eq_id, congrFun⟩

/-- Left inverses compose in the opposite order. -/
theorem LeftInverse.comp {f : α → β} {g : β → α} {h : β → γ} {k : γ → β} (hf : LeftInverse g f)
    (hh : LeftInverse k h) : LeftInverse (g ∘ k) (h ∘ f) :=
  fun a => (congrArg g (hh (f a))).trans (hf a)

/-- A left inverse and a right inverse of the same function are equal. -/
theorem LeftInverse.eq_rightInverse {f : α → β} {g₁ g₂ : β → α} (h₁ : LeftInverse g₁ f)
    (h₂ : RightInverse g₂ f) : g₁ = g₂ :=
  funext fun b => (congrArg g₁ (h₂ b)).symm.trans (h₁ (g₂ b))

/-- A left inverse of a surjective function is also a right inverse of it. -/
theorem LeftInverse.rightInverse_of_surjective {f : α → β} {g : β → α} (h : LeftInverse g f)
    (hf : Surjective f) : RightInverse g f := hf.forall.2 fun a => congrArg f (h a)

/-- A right inverse of an injective function is also a left inverse of it. -/
theorem RightInverse.leftInverse_of_injective {f : α → β} {g : β → α} (h : RightInverse g f)
    (hf : Injective f) : LeftInverse g f := fun a => hf (h (f a))

/-- A function with a left inverse and a right inverse is bijective. -/
theorem bijective_of_inverses {f : α → β} {g : β → α} (h₁ : LeftInverse g f)
    (h₂ : RightInverse g f) : Bijective f := ⟨h₁.injective, h₂.surjective⟩

/-- A surjective function has a right inverse (axiom of choice). -/
theorem Surjective.hasRightInverse {f : α → β} (hf : Surjective f) : ∃ g, RightInverse g f :=
  Classical.skolem.1 hf

/-- A function is surjective exactly when it has a right inverse. -/
theorem surjective_iff_hasRightInverse {f : α → β} : Surjective f ↔ ∃ g, RightInverse g f :=
  ⟨Surjective.hasRightInverse, fun ⟨_, h⟩ => h.surjective⟩

/-- A function is bijective exactly when it has a two-sided inverse. -/
theorem bijective_iff_has_inverse {f : α → β} :
    Bijective f ↔ ∃ g, LeftInverse g f ∧ RightInverse g f := by
  constructor
  · intro h
    obtain ⟨g, hg⟩ := h.2.hasRightInverse
    exact ⟨g, hg.leftInverse_of_injective h.1, hg⟩
  · exact fun ⟨_, h₁, h₂⟩ => bijective_of_inverses h₁ h₂

/-- An injective function on a nonempty type has a left inverse. -/
theorem Injective.hasLeftInverse [i : Nonempty α] {f : α → β} (hf : Injective f) :
    ∃ g, LeftInverse g f := by
  have choice : ∀ b, ∃ a, (∃ x, f x = b) → f a = b := fun b =>
    exists_imp_left.2 fun h => h
  obtain ⟨g, hg⟩ := Classical.skolem.1 choice
  exact ⟨g, fun a => hf (hg (f a) ⟨a, rfl⟩)⟩
end
end Function
