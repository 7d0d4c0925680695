prelude
import Theory.Iterate
/-!
# Pairs

Components, exchange of the components, maps on both components, currying.
-/
universe u v w x
variable {α : Type u} {β : Type v} {γ : Type w} {δ : Type x}

namespace Prod

/-- A pair is made of its components. -/
theorem mk_eta (p : α × β) : (p.1, p.2) = p := rfl

/-- Pairs are equal exactly when their first components and their second components are. -/
theorem mk_inj {a a' : α} {b b' : β} : (a, b) = (a', b') ↔ a = a' ∧ b = b' :=
  ⟨fun h => ⟨congrArg Prod.fst h, congrArg Prod.snd h⟩, fun h => Prod.ext h.1 h.2⟩

/-- A property holds for all pairs exactly when it holds for all pairs `(a, b)` of components. -/
protected theorem «forall» {p : α × β → Prop} : (∀ q, p q) ↔ ∀ a b, p (a, b) :=
  ⟨fun h a b => h (a, b), fun h q => h q.1 q.2⟩

/-- Some pair has a property exactly when some `a` and `b` give a pair that has it. -/
protected theorem «exists» {p : α × β → Prop} : (∃ q, p q) ↔ ∃ a b, p (a, b) :=
  ⟨fun ⟨q, h⟩ => ⟨q.1, q.2, h⟩, fun ⟨a, b, h⟩ => ⟨(a, b), h⟩⟩

/-- With the second component fixed, forming pairs is injective in the first. -/
theorem mk_left_injective (b : β) : Function.Injective fun a : α => (a, b) :=
  fun _ _ h => congrArg Prod.fst h

/-- With the first component fixed, forming pairs is injective in the second. -/
theorem mk_right_injective (a : α) : Function.Injective fun b : β => (a, b) :=
  fun _ _ h => congrArg Prod.snd h

/-- Taking the first component is surjective, if the second type has an element. -/
theorem fst_surjective [i : Nonempty β] : Function.Surjective (@Prod.fst α β) :=
  fun a => match i with | ⟨b⟩ => ⟨(a, b), rfl⟩

/-- Taking the second component is surjective, if the first type has an element. -/
theorem snd_surjective [i : Nonempty α] : Function.Surjective (@Prod.snd α β) :=
  fun b => match i with | ⟨a⟩ => ⟨(a, b), rfl⟩

/-! ## Exchange of the components -/

/-- Exchange the components of a pair. -/
def swap (p : α × β) : β × α := (p.2, p.1)

/-- Exchanging the components of the pair `(a, b)` gives `(b, a)`. -/
theorem swap_mk (a : α) (b : β) : swap (a, b) = (b, a) := rfl

/-- The first component of an exchanged pair is the second component of the pair. -/
theorem fst_swap (p : α × β) : (swap p).1 = p.2 := rfl

/-- The second component of an exchanged pair is the first component of the pair. -/
theorem snd_swap (p : α × β) : (swap p).2 = p.1 := rfl

/-- Exchanging the components twice gives back the pair. -/
theorem swap_swap (p : α × β) : swap (swap p) = p := rfl

/-- Exchanging components is its own left inverse. -/
theorem swap_leftInverse : Function.LeftInverse (@swap α β) swap := swap_swap

/-- Exchanging components is injective. -/
theorem swap_injective : Function.Injective (@swap α β) := swap_leftInverse.injective

/-- Exchanging components is surjective. -/
theorem swap_surjective : Function.Surjective (@swap α β) := swap_leftInverse.surjective

/-- Exchanging components is bijective. -/
theorem swap_bijective : Function.Bijective (@swap α β) := ⟨swap_injective, swap_surjective⟩

/-- Pairs with exchanged components are equal exactly when the pairs are. -/
theorem swap_inj {p q : α × β} : swap p = swap q ↔ p = q := swap_injective.eq_iff

/-- An exchanged pair equals `q` exactly when the pair equals the exchanged `q`. -/
theorem swap_eq_iff_eq_swap {p : α × β} {q : β × α} : swap p = q ↔ p = swap q :=
  ⟨fun h => h ▸ rfl, fun h => h ▸ rfl⟩

/-! ## Maps on both components -/

/-- Apply one function to the first and another to the second component of a pair. -/
def map (f : α → γ) (g : β → δ) (p : α × β) : γ × δ := (f p.1, g p.2)

/-- Mapping two functions over the pair `(a, b)`. -/
theorem map_apply (f : α → γ) (g : β → δ) (a : α) (b : β) : map f g (a, b) = (f a, g b) := rfl

/-- The first component of a mapped pair. -/
theorem map_fst (f : α → γ) (g : β → δ) (p : α × β) : (map f g p).1 = f p.1 := rfl

/-- The second component of a mapped pair. -/
theorem map_snd (f : α → γ) (g : β → δ) (p : α × β) : (map f g p).2 = g p.2 := rfl

/-- Mapping the identity over both components changes nothing. -/
theorem map_id : map (@id α) (@id β) = id := rfl

/-- Mapping twice over both components is mapping the compositions. -/
theorem map_comp_map {ε ζ : Type _} (f : α → γ) (g : β → δ) (f' : γ → ε) (g' : δ → ζ) :
    map f' g' ∘ map f g = map (f' ∘ f) (g' ∘ g) := rfl

/-- Exchanging the components of a mapped pair maps the exchanged functions. -/
theorem swap_map (f : α → γ) (g : β → δ) (p : α × β) : swap (map f g p) = map g f (swap p) := rfl

/-- Mapping injective functions over both components is injective. -/
theorem map_injective {f : α → γ} {g : β → δ} (hf : Function.Injective f)
    (hg : Function.Injective g) : Function.Injective (map f g) := fun _ _ h =>
  Prod.ext (hf (congrArg Prod.fst h)) (hg (congrArg Prod.snd h))

/-- Mapping surjective functions over both components is surjective. -/
theorem map_surjective {f : α → γ} {g : β → δ} (hf : Function.Surjective f)
    (hg : Function.Surjective g) : Function.Surjective (map f g) := by
  intro q
  obtain ⟨a, ha⟩ := hf q.1
  obtain ⟨b, hb⟩ := hg q.2
  exact ⟨(a, b), Prod.ext ha hb⟩

/-- Mapping bijective functions over both components is bijective. -/
theorem map_bijective {f : α → γ} {g : β → δ} (hf : Function.Bijective f)
    (hg : Function.Bijective g) : Function.Bijective (map f g) :=
  ⟨map_injective hf.1 hg.1, map_surjective hf.2 hg.2⟩
end Prod

/-! ## Currying -/

namespace Function

/-- Currying: a function of pairs as a function of two arguments. -/
def curry (f : α × β → γ) (a : α) (b : β) : γ := f (a, b)

/-- Uncurrying: a function of two arguments as a function of pairs. -/
def uncurry (f : α → β → γ) (p : α × β) : γ := f p.1 p.2

/-- Uncurrying undoes currying. -/
theorem uncurry_curry (f : α × β → γ) : uncurry (curry f) = f := rfl

/-- Currying undoes uncurrying. -/
theorem curry_uncurry (f : α → β → γ) : curry (uncurry f) = f := rfl

/-- The curried function at two arguments is the function at the pair. -/
theorem curry_apply (f : α × β → γ) (a : α) (b : β) : curry f a b = f (a, b) := rfl

/-- The uncurried function at a pair is the function at its components. -/
theorem uncurry_apply_pair (f : α → β → γ) (a : α) (b : β) : uncurry f (a, b) = f a b := rfl

/-- Currying functions of pairs is injective: equal curried functions come from equal functions. -/
theorem curry_injective : Injective (curry : (α × β → γ) → α → β → γ) :=
  LeftInverse.injective (g := uncurry) uncurry_curry
end Function
