prelude
import Theory.Relation
/-!
# Converse, composition and closures of relations
-/
universe u v w t
variable {α : Type u} {β : Type v} {γ : Type w} {δ : Type t}

namespace Relation

/-! ## Converse and composition -/

/-- The converse of a relation, with the two sides exchanged. -/
def converse (r : α → β → Prop) : β → α → Prop := fun b a => r a b

/-- The composition of two relations: `a` and `c` are related when some `b` lies between them. -/
def Comp (r : α → β → Prop) (s : β → γ → Prop) : α → γ → Prop := fun a c => ∃ b, r a b ∧ s b c

/-- The converse relates `b` to `a` exactly when the relation relates `a` to `b`. -/
theorem converse_apply (r : α → β → Prop) (a : α) (b : β) : converse r b a ↔ r a b := Iff.rfl

/-- The converse of the converse is the relation itself. -/
@[simp] theorem converse_converse (r : α → β → Prop) : converse (converse r) = r := rfl

/-- The converse of a reflexive relation is reflexive. -/
theorem converse_reflexive {r : α → α → Prop} (h : Reflexive r) : Reflexive (converse r) := h

/-- The converse of a symmetric relation is symmetric. -/
theorem converse_symmetric {r : α → α → Prop} (h : Symmetric r) : Symmetric (converse r) :=
  fun _ _ p => h p

/-- The converse of a transitive relation is transitive. -/
theorem converse_transitive {r : α → α → Prop} (h : Transitive r) : Transitive (converse r) :=
  fun _ _ _ p q => h q p

/-- The converse of an antisymmetric relation is antisymmetric. -/
theorem converse_antiSymmetric {r : α → α → Prop} (h : AntiSymmetric r) :
    AntiSymmetric (converse r) := fun _ _ p q => h q p

/-- The converse of a partial order is a partial order. -/
theorem converse_isPartialOrder {r : α → α → Prop} (h : IsPartialOrder r) :
    IsPartialOrder (converse r) :=
  ⟨converse_reflexive h.refl, converse_transitive h.trans, converse_antiSymmetric h.antisymm⟩

/-- A relation is symmetric exactly when it equals its converse. -/
theorem symmetric_iff_converse_eq {r : α → α → Prop} : Symmetric r ↔ converse r = r := by
  constructor
  · intro h
    funext x y
    exact propext ⟨fun p => h p, fun p => h p⟩
  · intro h x y p
    rw [← h]
    exact p

/-- Composition of relations is associative. -/
theorem comp_assoc (r : α → β → Prop) (s : β → γ → Prop) (q : γ → δ → Prop) :
    Comp (Comp r s) q = Comp r (Comp s q) := by
  funext a d
  apply propext
  constructor
  · rintro ⟨c, ⟨b, h₁, h₂⟩, h₃⟩
    exact ⟨b, h₁, c, h₂, h₃⟩
  · rintro ⟨b, h₁, c, h₂, h₃⟩
    exact ⟨c, ⟨b, h₁, h₂⟩, h₃⟩

/-- Composing a relation with equality on the right does not change it. -/
theorem comp_eq (r : α → β → Prop) : Comp r Eq = r := by
  funext a b
  exact propext ⟨fun ⟨_, h, e⟩ => e ▸ h, fun h => ⟨b, h, rfl⟩⟩

/-- Composing a relation with equality on the left does not change it. -/
theorem eq_comp (r : α → β → Prop) : Comp Eq r = r := by
  funext a b
  exact propext ⟨fun ⟨_, e, h⟩ => e ▸ h, fun h => ⟨a, rfl, h⟩⟩

/-- The converse of a composition is the composition of the converses in the other order. -/
theorem converse_comp (r : α → β → Prop) (s : β → γ → Prop) :
    converse (Comp r s) = Comp (converse s) (converse r) := by
  funext c a
  exact propext ⟨fun ⟨b, h, k⟩ => ⟨b, k, h⟩, fun ⟨b, k, h⟩ => ⟨b, h, k⟩⟩

/-- Composition of relations is monotone in both arguments. -/
theorem Comp.mono {r r' : α → β → Prop} {s s' : β → γ → Prop} (h : ∀ a b, r a b → r' a b)
    (k : ∀ b c, s b c → s' b c) {a : α} {c : γ} (p : Comp r s a c) : Comp r' s' a c := by
  obtain ⟨b, p₁, p₂⟩ := p
  exact ⟨b, h a b p₁, k b c p₂⟩

/-- A relation is transitive exactly when its composition with itself is contained in it. -/
theorem transitive_iff_comp {r : α → α → Prop} :
    Transitive r ↔ ∀ x z, Comp r r x z → r x z :=
  ⟨fun h _ _ ⟨_, p, q⟩ => h p q, fun h x y z p q => h x z ⟨y, p, q⟩⟩

/-! ## The reflexive-transitive closure -/

/-- The reflexive-transitive closure: `b` can be reached from `a` by zero or more steps of `r`. -/
inductive ReflTransGen (r : α → α → Prop) (a : α) : α → Prop where
  /-- Every element reaches itself by zero steps. -/
  | refl : ReflTransGen r a a
  /-- A path can be made longer by one step at its end. -/
  | tail {b c : α} : ReflTransGen r a b → r b c → ReflTransGen r a c

/-- The transitive closure: `b` can be reached from `a` by one or more steps of `r`. -/
inductive TransGen (r : α → α → Prop) (a : α) : α → Prop where
  /-- A single step. -/
  | single {b : α} : r a b → TransGen r a b
  /-- A path of at least one step can be made longer by one step at its end. -/
  | tail {b c : α} : TransGen r a b → r b c → TransGen r a c

variable {r s : α → α → Prop} {a b c : α}

namespace ReflTransGen

/-- One step is a path of the reflexive-transitive closure. -/
theorem single (h : r a b) : ReflTransGen r a b := refl.tail h

/-- Paths can be joined: the reflexive-transitive closure is transitive. -/
theorem trans (h : ReflTransGen r a b) (k : ReflTransGen r b c) : ReflTransGen r a c := by
  induction k with
  | refl => exact h
  | tail _ step ih => exact ih.tail step

/-- A path can be made longer by one step at its beginning. -/
theorem head (h : r a b) (k : ReflTransGen r b c) : ReflTransGen r a c := (single h).trans k

/-- The reflexive-transitive closure is a reflexive relation. -/
theorem reflexive : Reflexive (ReflTransGen r) := fun _ => refl

/-- The reflexive-transitive closure is a transitive relation. -/
theorem transitive : Transitive (ReflTransGen r) := fun _ _ _ h k => h.trans k

/-- The reflexive-transitive closure is a preorder. -/
theorem isPreorder : IsPreorder (ReflTransGen r) := ⟨reflexive, transitive⟩

/-- The reflexive-transitive closure of a symmetric relation is symmetric. -/
theorem symmetric (h : Symmetric r) : Symmetric (ReflTransGen r) := by
  intro x y p
  induction p with
  | refl => exact refl
  | tail _ step ih => exact ih.head (h step)

/-- The reflexive-transitive closure of a symmetric relation is an equivalence relation. -/
theorem equivalence (h : Symmetric r) : Equivalence (ReflTransGen r) :=
  ⟨reflexive, symmetric h, transitive⟩

/-- A larger relation has a larger reflexive-transitive closure. -/
theorem mono (h : ∀ x y, r x y → s x y) (p : ReflTransGen r a b) : ReflTransGen s a b := by
  induction p with
  | refl => exact refl
  | tail _ step ih => exact ih.tail (h _ _ step)

/-- The reflexive-transitive closure is the least preorder that contains the relation. -/
theorem least (h : IsPreorder s) (k : ∀ x y, r x y → s x y) (p : ReflTransGen r a b) : s a b := by
  induction p with
  | refl => exact h.refl a
  | tail _ step ih => exact h.trans ih (k _ _ step)

/-- Taking the reflexive-transitive closure twice gives nothing new. -/
theorem idem (p : ReflTransGen (ReflTransGen r) a b) : ReflTransGen r a b :=
  least isPreorder (fun _ _ h => h) p

/-- A property that every step keeps (an invariant) is kept by every path. -/
theorem invariant {p : α → Prop} (h : ∀ x y, r x y → p x → p y) (k : ReflTransGen r a b)
    (pa : p a) : p b := by
  induction k with
  | refl => exact pa
  | tail _ step ih => exact h _ _ step ih

/-- A path has no steps, or it has a last step. -/
theorem cases_tail (h : ReflTransGen r a b) : b = a ∨ ∃ c, ReflTransGen r a c ∧ r c b := by
  cases h with
  | refl => exact .inl rfl
  | tail p step => exact .inr ⟨_, p, step⟩

/-- A path has no steps, or it has a first step. -/
theorem cases_head (h : ReflTransGen r a b) : a = b ∨ ∃ c, r a c ∧ ReflTransGen r c b := by
  induction h with
  | refl => exact .inl rfl
  | tail _ step ih =>
    right
    rcases ih with e | ⟨c, first, rest⟩
    · exact ⟨_, e ▸ step, refl⟩
    · exact ⟨c, first, rest.tail step⟩

/-- A function that respects the relation carries paths to paths. -/
theorem lift {r : α → α → Prop} {s : β → β → Prop} (f : α → β) (h : ∀ x y, r x y → s (f x) (f y))
    {a b : α} (p : ReflTransGen r a b) : ReflTransGen s (f a) (f b) := by
  induction p with
  | refl => exact refl
  | tail _ step ih => exact ih.tail (h _ _ step)

/-- The reflexive-transitive closure of the converse is the converse of the closure. -/
theorem converse (p : ReflTransGen (converse r) a b) : ReflTransGen r b a := by
  induction p with
  | refl => exact refl
  | tail _ step ih => exact ih.head step

end ReflTransGen

/-! ## The transitive closure -/

namespace TransGen

/-- A path of one or more steps is a path of zero or more steps. -/
theorem to_reflTransGen (h : TransGen r a b) : ReflTransGen r a b := by
  induction h with
  | single step => exact .single step
  | tail _ step ih => exact ih.tail step

/-- Paths of one or more steps can be joined: the transitive closure is transitive. -/
theorem trans (h : TransGen r a b) (k : TransGen r b c) : TransGen r a c := by
  induction k with
  | single step => exact h.tail step
  | tail _ step ih => exact ih.tail step

/-- A path of one or more steps can be made longer by one step at its beginning. -/
theorem head (h : r a b) (k : TransGen r b c) : TransGen r a c := (single h).trans k

/-- A path of zero or more steps and then one step make a path of one or more steps. -/
theorem tail' (h : ReflTransGen r a b) (k : r b c) : TransGen r a c := by
  induction h generalizing c with
  | refl => exact .single k
  | tail _ step ih => exact (ih step).tail k

/-- A path of zero or more steps has no steps, or it is a path of one or more steps. -/
theorem of_reflTransGen (h : ReflTransGen r a b) : a = b ∨ TransGen r a b := by
  cases h with
  | refl => exact .inl rfl
  | tail p step => exact .inr (tail' p step)

/-- The transitive closure lies inside every transitive relation that contains the relation. -/
theorem least (h : Transitive s) (k : ∀ x y, r x y → s x y) (p : TransGen r a b) : s a b := by
  induction p with
  | single step => exact k _ _ step
  | tail _ step ih => exact h ih (k _ _ step)

/-- A larger relation has a larger transitive closure. -/
theorem mono (h : ∀ x y, r x y → s x y) (p : TransGen r a b) : TransGen s a b := by
  induction p with
  | single step => exact .single (h _ _ step)
  | tail _ step ih => exact ih.tail (h _ _ step)

/-- A transitive relation is its own transitive closure. -/
theorem of_transitive (h : Transitive r) (p : TransGen r a b) : r a b := least h (fun _ _ k => k) p

end TransGen
end Relation
