prelude
import Core
/-!
# Propositional logic

Laws of `∧`, `∨`, `¬`, `→`, `↔`, first those that hold constructively, then the classical ones, and
general facts about equality and `if … then … else`.
-/
universe u v w
variable {a b c d : Prop}

/-! ## Conjunction -/

/-- Conjunction is commutative: `a and b` says the same as `b and a`. -/
theorem and_comm : a ∧ b ↔ b ∧ a := ⟨And.symm, And.symm⟩

/-- Conjunction is associative. -/
theorem and_assoc : (a ∧ b) ∧ c ↔ a ∧ (b ∧ c) :=
  ⟨fun ⟨⟨x, y⟩, z⟩ => ⟨x, y, z⟩, fun ⟨x, y, z⟩ => ⟨⟨x, y⟩, z⟩⟩

/-- In a conjunction of three propositions the first two may be exchanged. -/
theorem and_left_comm : a ∧ (b ∧ c) ↔ b ∧ (a ∧ c) :=
  ⟨fun ⟨x, y, z⟩ => ⟨y, x, z⟩, fun ⟨y, x, z⟩ => ⟨x, y, z⟩⟩

/-- In a conjunction of three propositions the last two may be exchanged. -/
theorem and_right_comm : (a ∧ b) ∧ c ↔ (a ∧ c) ∧ b :=
  ⟨fun ⟨⟨x, y⟩, z⟩ => ⟨⟨x, z⟩, y⟩, fun ⟨⟨x, z⟩, y⟩ => ⟨⟨x, y⟩, z⟩⟩

/-- A conjunction of two conjunctions may be regrouped: the inner two parts change places. -/
theorem and_and_and_comm : (a ∧ b) ∧ (c ∧ d) ↔ (a ∧ c) ∧ (b ∧ d) :=
  ⟨fun ⟨⟨x, y⟩, z, t⟩ => ⟨⟨x, z⟩, y, t⟩, fun ⟨⟨x, z⟩, y, t⟩ => ⟨⟨x, y⟩, z, t⟩⟩

/-- Conjunction is monotone: implications between the parts give one between the conjunctions. -/
theorem And.imp (f : a → c) (g : b → d) (h : a ∧ b) : c ∧ d := ⟨f h.1, g h.2⟩

/-- The left part of a conjunction may be weakened. -/
theorem And.imp_left (f : a → b) (h : a ∧ c) : b ∧ c := ⟨f h.1, h.2⟩

/-- The right part of a conjunction may be weakened. -/
theorem And.imp_right (f : a → b) (h : c ∧ a) : c ∧ b := ⟨h.1, f h.2⟩

/-- Conjunctions of equivalent propositions are equivalent. -/
theorem and_congr (h₁ : a ↔ c) (h₂ : b ↔ d) : a ∧ b ↔ c ∧ d :=
  ⟨And.imp h₁.1 h₂.1, And.imp h₁.2 h₂.2⟩

/-- Under a common left conjunct `a`, the right sides need only be equivalent when `a` holds. -/
theorem and_congr_right (h : a → (b ↔ c)) : a ∧ b ↔ a ∧ c :=
  ⟨fun ⟨x, y⟩ => ⟨x, (h x).1 y⟩, fun ⟨x, y⟩ => ⟨x, (h x).2 y⟩⟩

/-- Under a common right conjunct `c`, the left sides need only be equivalent when `c` holds. -/
theorem and_congr_left (h : c → (a ↔ b)) : a ∧ c ↔ b ∧ c :=
  ⟨fun ⟨x, y⟩ => ⟨(h y).1 x, y⟩, fun ⟨x, y⟩ => ⟨(h y).2 x, y⟩⟩

/-- A conjunct that follows from the other may be left out: `a ∧ b` is `a` when `a` implies `b`. -/
theorem and_iff_left_of_imp (h : a → b) : a ∧ b ↔ a := ⟨And.left, fun x => ⟨x, h x⟩⟩

/-- A conjunct that follows from the other may be left out: `a ∧ b` is `b` when `b` implies `a`. -/
theorem and_iff_right_of_imp (h : b → a) : a ∧ b ↔ b := ⟨And.right, fun y => ⟨h y, y⟩⟩

/-- A conjunction equals its left part exactly when the left part implies the right one. -/
theorem and_iff_left_iff_imp : (a ∧ b ↔ a) ↔ (a → b) :=
  ⟨fun h x => (h.2 x).2, and_iff_left_of_imp⟩

/-- Currying: an implication from a conjunction is an implication from one part and then the
other. -/
@[simp] theorem and_imp : (a ∧ b → c) ↔ (a → b → c) :=
  ⟨fun h x y => h ⟨x, y⟩, fun h ⟨x, y⟩ => h x y⟩

/-- An implication into a conjunction is two implications. -/
theorem imp_and : (a → b ∧ c) ↔ (a → b) ∧ (a → c) :=
  ⟨fun h => ⟨fun x => (h x).1, fun x => (h x).2⟩, fun h x => ⟨h.1 x, h.2 x⟩⟩

/-! ## Disjunction -/

/-- Disjunction is commutative: `a or b` says the same as `b or a`. -/
theorem or_comm : a ∨ b ↔ b ∨ a := ⟨Or.symm, Or.symm⟩

/-- Disjunction is monotone: implications between the parts give one between the disjunctions. -/
theorem Or.imp (f : a → c) (g : b → d) (h : a ∨ b) : c ∨ d :=
  h.elim (fun x => .inl (f x)) (fun y => .inr (g y))

/-- The left part of a disjunction may be weakened. -/
theorem Or.imp_left (f : a → b) (h : a ∨ c) : b ∨ c := h.imp f id

/-- The right part of a disjunction may be weakened. -/
theorem Or.imp_right (f : a → b) (h : c ∨ a) : c ∨ b := h.imp id f

/-- Disjunctions of equivalent propositions are equivalent. -/
theorem or_congr (h₁ : a ↔ c) (h₂ : b ↔ d) : a ∨ b ↔ c ∨ d :=
  ⟨Or.imp h₁.1 h₂.1, Or.imp h₁.2 h₂.2⟩

/-- Disjunction is associative. -/
theorem or_assoc : (a ∨ b) ∨ c ↔ a ∨ (b ∨ c) := by
  constructor
  · rintro ((x | y) | z)
    · exact .inl x
    · exact .inr (.inl y)
    · exact .inr (.inr z)
  · rintro (x | y | z)
    · exact .inl (.inl x)
    · exact .inl (.inr y)
    · exact .inr z

/-- In a disjunction of three propositions the first two may be exchanged. -/
theorem or_left_comm : a ∨ (b ∨ c) ↔ b ∨ (a ∨ c) :=
  or_assoc.symm.trans ((or_congr or_comm Iff.rfl).trans or_assoc)

/-- In a disjunction of three propositions the last two may be exchanged. -/
theorem or_right_comm : (a ∨ b) ∨ c ↔ (a ∨ c) ∨ b :=
  or_assoc.trans ((or_congr Iff.rfl or_comm).trans or_assoc.symm)

/-- Proof by cases: a disjunction implies `c` exactly when each of its parts does. -/
theorem or_imp : (a ∨ b → c) ↔ (a → c) ∧ (b → c) :=
  ⟨fun h => ⟨fun x => h (.inl x), fun y => h (.inr y)⟩, fun h o => o.elim h.1 h.2⟩

/-- A disjunct that implies the other may be left out: `a ∨ b` is `a` when `b` implies `a`. -/
theorem or_iff_left_of_imp (h : b → a) : a ∨ b ↔ a := ⟨fun o => o.elim id h, .inl⟩

/-- A disjunct that implies the other may be left out: `a ∨ b` is `b` when `a` implies `b`. -/
theorem or_iff_right_of_imp (h : a → b) : a ∨ b ↔ b := ⟨fun o => o.elim h id, .inr⟩

/-- Disjunctive syllogism: from `a or b` and `not a` follows `b`. -/
theorem Or.resolve_left (h : a ∨ b) (hn : ¬a) : b := h.elim (fun x => (hn x).elim) id

/-- Disjunctive syllogism: from `a or b` and `not b` follows `a`. -/
theorem Or.resolve_right (h : a ∨ b) (hn : ¬b) : a := h.elim id (fun y => (hn y).elim)

/-! ## Distributivity -/

/-- Conjunction distributes over a disjunction on its right. -/
theorem and_or_left : a ∧ (b ∨ c) ↔ (a ∧ b) ∨ (a ∧ c) :=
  ⟨fun ⟨x, h⟩ => h.imp (fun y => ⟨x, y⟩) (fun z => ⟨x, z⟩),
    fun h => h.elim (And.imp_right .inl) (And.imp_right .inr)⟩

/-- Conjunction distributes over a disjunction on its left. -/
theorem and_or_right : (a ∨ b) ∧ c ↔ (a ∧ c) ∨ (b ∧ c) :=
  and_comm.trans (and_or_left.trans (or_congr and_comm and_comm))

/-- Disjunction distributes over a conjunction on its right. -/
theorem or_and_left : a ∨ (b ∧ c) ↔ (a ∨ b) ∧ (a ∨ c) :=
  ⟨fun h => h.elim (fun x => ⟨.inl x, .inl x⟩) (And.imp .inr .inr),
    fun ⟨h₁, h₂⟩ => h₁.elim .inl fun y => h₂.elim .inl fun z => .inr ⟨y, z⟩⟩

/-- Disjunction distributes over a conjunction on its left. -/
theorem or_and_right : (a ∧ b) ∨ c ↔ (a ∨ c) ∧ (b ∨ c) :=
  or_comm.trans (or_and_left.trans (and_congr or_comm or_comm))

/-! ## Implication, negation, equivalence -/

/-- The order of two premises does not matter. -/
theorem imp_swap : (a → b → c) ↔ (b → a → c) := ⟨fun h y x => h x y, fun h x y => h y x⟩

/-- Implications between equivalent propositions are equivalent. -/
theorem imp_congr (h₁ : a ↔ c) (h₂ : b ↔ d) : (a → b) ↔ (c → d) :=
  ⟨fun f x => h₂.1 (f (h₁.2 x)), fun f x => h₂.2 (f (h₁.1 x))⟩

/-- Implying a falsehood is the same as being false. -/
theorem imp_false : (a → False) ↔ ¬a := Iff.rfl

/-- Negations of equivalent propositions are equivalent. -/
theorem not_congr (h : a ↔ b) : ¬a ↔ ¬b := ⟨mt h.2, mt h.1⟩

/-- The De Morgan law for a disjunction: `not (a or b)` is `not a and not b`. -/
@[simp] theorem not_or : ¬(a ∨ b) ↔ ¬a ∧ ¬b :=
  ⟨fun h => ⟨fun x => h (.inl x), fun y => h (.inr y)⟩, fun h o => o.elim h.1 h.2⟩

/-- A conjunction is false exactly when its left part implies that the right part is false. -/
@[simp] theorem not_and : ¬(a ∧ b) ↔ (a → ¬b) := and_imp

/-- One half of the De Morgan law for a conjunction: if a part is false, the conjunction is. -/
theorem not_and_of_not_or_not (h : ¬a ∨ ¬b) : ¬(a ∧ b) := fun ⟨x, y⟩ => h.elim (· x) (· y)

/-- A negation stays a negation after three negations: triple negation is negation. -/
theorem not_not_not : ¬¬¬a ↔ ¬a := ⟨fun h x => h (not_not_intro x), not_not_intro⟩

/-- Excluded middle can never be refuted, even constructively. -/
theorem not_not_em (a : Prop) : ¬¬(a ∨ ¬a) := fun h => h (.inr fun x => h (.inl x))

/-- No proposition is equivalent to its own negation. -/
theorem iff_not_self : ¬(a ↔ ¬a) := fun h =>
  have hn : ¬a := fun x => h.1 x x
  hn (h.2 hn)

/-- Equivalence is commutative. -/
theorem iff_comm : (a ↔ b) ↔ (b ↔ a) := ⟨Iff.symm, Iff.symm⟩

/-- An equivalence is a pair of implications, there and back. -/
theorem iff_iff_implies_and_implies : (a ↔ b) ↔ (a → b) ∧ (b → a) :=
  ⟨fun h => ⟨h.1, h.2⟩, fun h => ⟨h.1, h.2⟩⟩

/-- Equivalences between equivalent propositions are equivalent. -/
theorem iff_congr (h₁ : a ↔ c) (h₂ : b ↔ d) : (a ↔ b) ↔ (c ↔ d) :=
  ⟨fun h => h₁.symm.trans (h.trans h₂), fun h => h₁.trans (h.trans h₂.symm)⟩

/-- Two true propositions are equivalent. -/
theorem iff_of_true (ha : a) (hb : b) : a ↔ b := ⟨fun _ => hb, fun _ => ha⟩

/-- Two false propositions are equivalent. -/
theorem iff_of_false (ha : ¬a) (hb : ¬b) : a ↔ b := ⟨fun x => (ha x).elim, fun y => (hb y).elim⟩

/-- Propositions are equal exactly when they are equivalent. -/
theorem eq_iff_iff : (a = b) ↔ (a ↔ b) := ⟨iff_of_eq, propext⟩
