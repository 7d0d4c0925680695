prelude
import Core.Equality
/-!
# Logic: the lemmas and instances that tactics call by name

Congruence lemmas and the lemmas about `True` and `False` for `simp`, decisions of compound
propositions for `decide` and `if`, classical reasoning for `by_cases`.
-/
set_option genSizeOf false
set_option genInjectivity false
universe u v w u₁ u₂ v₁ v₂

/-! ## Basic facts about the connectives -/

/-- `True` has a proof. -/
theorem trivial : True := True.intro

/-- Every proposition is equivalent to itself. -/
@[refl] protected theorem Iff.refl (a : Prop) : a ↔ a := ⟨id, id⟩

/-- Every proposition is equivalent to itself. -/
protected theorem Iff.rfl {a : Prop} : a ↔ a := Iff.refl a

/-- An equivalence can be turned around. -/
@[symm] theorem Iff.symm {a b : Prop} (h : a ↔ b) : b ↔ a := ⟨h.2, h.1⟩

/-- Two equivalences in a row make one. -/
theorem Iff.trans {a b c : Prop} (h₁ : a ↔ b) (h₂ : b ↔ c) : a ↔ c :=
  ⟨fun x => h₂.1 (h₁.1 x), fun x => h₁.2 (h₂.2 x)⟩

/-- Equal propositions are equivalent. -/
theorem Iff.of_eq {a b : Prop} (h : a = b) : a ↔ b := h.to_iff

/-- Equal propositions are equivalent. -/
theorem iff_of_eq {a b : Prop} (h : a = b) : a ↔ b := h.to_iff

/-- A conjunction can be turned around. -/
@[symm] theorem And.symm {a b : Prop} (h : a ∧ b) : b ∧ a := ⟨h.2, h.1⟩

/-- A disjunction can be turned around. -/
@[symm] theorem Or.symm {a b : Prop} (h : a ∨ b) : b ∨ a := h.elim Or.inr Or.inl

/-- From a conjunction, use both halves. -/
abbrev And.elim {a b : Prop} {α : Sort u} (f : a → b → α) (h : a ∧ b) : α := f h.1 h.2

/-- Use a witness of an existence statement. -/
theorem Exists.elim {α : Sort u} {p : α → Prop} {b : Prop} (h : ∃ x, p x) (f : ∀ x, p x → b) : b :=
  match h with
  | ⟨x, hx⟩ => f x hx

/-- A value is not different from itself. -/
theorem Ne.irrefl {α : Sort u} {a : α} (h : a ≠ a) : False := h rfl

/-- If `a = b` and `b ≠ c`, then `a ≠ c`. -/
theorem ne_of_eq_of_ne {α : Sort u} {a b c : α} (h₁ : a = b) (h₂ : b ≠ c) : a ≠ c := h₁ ▸ h₂
/-- If `a ≠ b` and `b = c`, then `a ≠ c`. -/
theorem ne_of_ne_of_eq {α : Sort u} {a b c : α} (h₁ : a ≠ b) (h₂ : b = c) : a ≠ c := h₂ ▸ h₁
/-- `a ≠ a` is a contradiction. -/
theorem false_of_ne {α : Sort u} {a : α} (h : a ≠ a) : False := h rfl
/-- A true proposition is not equal to `False`. -/
theorem ne_false_of_self {p : Prop} (h : p) : p ≠ False := fun e => e ▸ h
/-- A false proposition is not equal to `True`. -/
theorem ne_true_of_not {p : Prop} (h : ¬p) : p ≠ True := fun e => h (e ▸ trivial)
/-- `True` and `False` are different propositions. -/
theorem true_ne_false : ¬(True = False) := ne_false_of_self trivial
/-- `False` and `True` are different propositions. -/
theorem false_ne_true : False ≠ True := fun h => h.symm ▸ trivial

attribute [symm] Eq.symm Ne.symm HEq.symm

/-- A contradiction proves the negation. -/
theorem mt {a b : Prop} (h₁ : a → b) (h₂ : ¬b) : ¬a := fun x => h₂ (h₁ x)

/-- Not `False`. -/
theorem not_false : ¬False := id

/-- Two proofs of one proposition are equal. -/
theorem proof_irrel {a : Prop} (h₁ h₂ : a) : h₁ = h₂ := rfl

/-- Subtype elements with equal values are equal. -/
protected theorem Subtype.eq {α : Sort u} {p : α → Prop} :
    ∀ {a b : {x // p x}}, a.val = b.val → a = b
  | ⟨_, _⟩, ⟨_, _⟩, rfl => rfl

/-- Related elements are equal in the quotient: an induction rule for quotients. -/
protected theorem Quot.inductionOn {α : Sort u} {r : α → α → Prop} {motive : Quot r → Prop}
    (q : Quot r) (h : ∀ a, motive (Quot.mk r a)) : motive q := Quot.ind h q

/-- A function on representatives that respects the relation gives a function on the quotient. -/
protected abbrev Quot.liftOn {α : Sort u} {β : Sort v} {r : α → α → Prop} (q : Quot r) (f : α → β)
    (c : ∀ a b, r a b → f a = f b) : β := Quot.lift f c q

/-! ## `True`, `False` and truth values as the results of simplification -/

/-- A proposition that equals `True` holds. -/
theorem of_eq_true {p : Prop} (h : p = True) : p := h ▸ trivial
/-- A proposition that equals `False` does not hold. -/
theorem of_eq_false {p : Prop} (h : p = False) : ¬p := fun hp => h ▸ hp
/-- A proposition that holds equals `True`. -/
theorem eq_true {p : Prop} (h : p) : p = True := propext ⟨fun _ => trivial, fun _ => h⟩
/-- A proposition that does not hold equals `False`. -/
theorem eq_false {p : Prop} (h : ¬p) : p = False := propext ⟨h, False.elim⟩
/-- A proposition that implies `False` equals `False`. -/
theorem eq_false' {p : Prop} (h : p → False) : p = False := eq_false h
/-- `a = a` equals `True`. -/
theorem eq_self {α : Sort u} (a : α) : (a = a) = True := eq_true rfl
/-- A proposition that equals `False` does not hold. -/
theorem not_of_eq_false {p : Prop} (h : p = False) : ¬p := of_eq_false h
/-- If `a = b` equals `False`, then `a ≠ b`. -/
theorem ne_of_eq_false {α : Sort u} {a b : α} (h : (a = b) = False) : a ≠ b := of_eq_false h
/-- A proposition that is equivalent to `True` holds. -/
theorem of_iff_true {p : Prop} (h : p ↔ True) : p := h.2 trivial
/-- A proposition that holds is equivalent to `True`. -/
theorem iff_true_intro {p : Prop} (h : p) : p ↔ True := ⟨fun _ => trivial, fun _ => h⟩
/-- A proposition that does not hold is equivalent to `False`. -/
theorem iff_false_intro {p : Prop} (h : ¬p) : p ↔ False := ⟨h, False.elim⟩
/-- What holds is not false: `p` implies `¬¬p`. -/
theorem not_not_intro {p : Prop} (h : p) : ¬¬p := fun hn => hn h
/-- A proposition that is equivalent to `False` does not hold. -/
theorem not_of_iff_false {p : Prop} (h : p ↔ False) : ¬p := h.1
/-- A truth value that is not `true` is `false`. -/
theorem Bool.of_not_eq_true {b : Bool} (h : ¬(b = true)) : b = false := eq_false_of_ne_true h
/-- A truth value that is not `false` is `true`. -/
theorem Bool.of_not_eq_false {b : Bool} (h : ¬(b = false)) : b = true := eq_true_of_ne_false h

/-! ## Congruence -/

/-- Equal functions have equal values. -/
theorem congrFun' {α : Sort u} {β : Sort v} {f g : α → β} (h : f = g) (a : α) : f a = g a := h ▸ rfl
/-- Equal functions of two arguments have equal values. -/
theorem congrFun₂ {α : Sort u} {β : α → Sort v} {γ : (a : α) → β a → Sort w}
    {f g : (a : α) → (b : β a) → γ a b} (h : f = g) (a : α) (b : β a) : f a b = g a b := h ▸ rfl

/-- Equal premises and equal conclusions make equal implications. -/
theorem implies_congr {p₁ p₂ : Sort u} {q₁ q₂ : Sort v} (h₁ : p₁ = p₂) (h₂ : q₁ = q₂) :
    (p₁ → q₁) = (p₂ → q₂) := h₁ ▸ h₂ ▸ rfl

theorem implies_dep_congr_ctx {p₁ p₂ q₁ : Prop} (h₁ : p₁ = p₂) {q₂ : p₂ → Prop}
    (h₂ : (h : p₂) → q₁ = q₂ h) : (p₁ → q₁) = ((h : p₂) → q₂ h) :=
  propext ⟨fun f h => h₂ h ▸ f (h₁ ▸ h), fun f h => (h₂ (h₁ ▸ h)).symm ▸ f (h₁ ▸ h)⟩

/-- Implications are equal if their premises are equal and, under the premise, their conclusions. -/
theorem implies_congr_ctx {p₁ p₂ q₁ q₂ : Prop} (h₁ : p₁ = p₂) (h₂ : p₂ → q₁ = q₂) :
    (p₁ → q₁) = (p₂ → q₂) := implies_dep_congr_ctx h₁ h₂

/-- Universal statements about equal properties are equal. -/
theorem forall_congr {α : Sort u} {p q : α → Prop} (h : ∀ a, p a = q a) : (∀ a, p a) = ∀ a, q a :=
  propext ⟨fun f a => h a ▸ f a, fun f a => (h a).symm ▸ f a⟩

/-- Dependent function types with equal families are equal. -/
theorem pi_congr {α : Sort u} {β β' : α → Sort v} (h : ∀ a, β a = β' a) :
    ((a : α) → β a) = ((a : α) → β' a) := (funext h : β = β') ▸ rfl

theorem forall_prop_domain_congr {p₁ p₂ : Prop} {q : p₁ → Prop} (h : p₁ = p₂) :
    (∀ a : p₁, q a) = ∀ a : p₂, q (h.symm ▸ a) := by subst h; exact Eq.refl _

theorem forall_prop_congr_dom {p₁ p₂ : Prop} (h : p₁ = p₂) (q : p₁ → Prop) :
    (∀ a : p₁, q a) = ∀ a : p₂, q (h.symm ▸ a) := by subst h; exact Eq.refl _

/-- Existence statements about equal properties are equal. -/
theorem exists_congr_eq {α : Sort u} {p q : α → Prop} (h : ∀ a, p a = q a) :
    (∃ a, p a) = ∃ a, q a := (funext h : p = q) ▸ rfl

theorem let_congr {α : Sort u} {β : Sort v} {a a' : α} {b b' : α → β} (h₁ : a = a')
    (h₂ : ∀ x, b x = b' x) : (let x := a; b x) = (let x := a'; b' x) :=
  h₁ ▸ (funext h₂ : b = b') ▸ rfl
theorem let_val_congr {α : Sort u} {β : Sort v} {a a' : α} (b : α → β) (h : a = a') :
    (let x := a; b x) = (let x := a'; b x) := h ▸ rfl
theorem let_body_congr {α : Sort u} {β : α → Sort v} {b b' : (a : α) → β a} (a : α)
    (h : ∀ x, b x = b' x) : (let x := a; b x) = (let x := a; b' x) := h a
theorem letFun_unused {α : Sort u} {β : Sort v} (a : α) {b b' : β} (h : b = b') :
    @letFun α (fun _ => β) a (fun _ => b) = b' := h
theorem letFun_congr {α : Sort u} {β : Sort v} {a a' : α} {f f' : α → β} (h₁ : a = a')
    (h₂ : ∀ x, f x = f' x) : @letFun α (fun _ => β) a f = @letFun α (fun _ => β) a' f' :=
  h₁ ▸ (funext h₂ : f = f') ▸ rfl
theorem letFun_body_congr {α : Sort u} {β : Sort v} (a : α) {f f' : α → β}
    (h : ∀ x, f x = f' x) : @letFun α (fun _ => β) a f = @letFun α (fun _ => β) a f' := h a
theorem letFun_val_congr {α : Sort u} {β : Sort v} {a a' : α} {f : α → β} (h : a = a') :
    @letFun α (fun _ => β) a f = @letFun α (fun _ => β) a' f := h ▸ rfl
theorem have_unused' {α : Sort u} {β : Sort v} (a : α) {b b' : β} (h : b = b') :
    (have _ := a; b) = b' := h
theorem have_unused_dep' {α : Sort u} {β : Sort v} (a : α) {b : α → β} {b' : β}
    (h : ∀ x, b x = b') : (have x := a; b x) = b' := h a
theorem have_congr' {α : Sort u} {β : Sort v} {a a' : α} {f f' : α → β} (h₁ : a = a')
    (h₂ : ∀ x, f x = f' x) : (have x := a; f x) = (have x := a'; f' x) :=
  h₁ ▸ (funext h₂ : f = f') ▸ rfl
theorem have_body_congr' {α : Sort u} {β : Sort v} (a : α) {f f' : α → β}
    (h : ∀ x, f x = f' x) : (have x := a; f x) = (have x := a; f' x) := h a
theorem have_body_congr_dep' {α : Sort u} {β : α → Sort v} (a : α) {f f' : (x : α) → β x}
    (h : ∀ x, f x = f' x) : (have x := a; f x) = (have x := a; f' x) := h a
theorem have_val_congr' {α : Sort u} {β : Sort v} {a a' : α} {f : α → β} (h : a = a') :
    (have x := a; f x) = (have x := a'; f x) := h ▸ rfl

/-! ## Decisions of compound propositions -/

instance instDecidableTrue : Decidable True := isTrue trivial
instance instDecidableFalse : Decidable False := isFalse id

instance instDecidableAnd {p q : Prop} [dp : Decidable p] [dq : Decidable q] : Decidable (p ∧ q) :=
  match dp, dq with
  | isTrue hp, isTrue hq => isTrue ⟨hp, hq⟩
  | isTrue _, isFalse hq => isFalse fun h => hq h.2
  | isFalse hp, _ => isFalse fun h => hp h.1

instance instDecidableOr {p q : Prop} [dp : Decidable p] [dq : Decidable q] : Decidable (p ∨ q) :=
  match dp, dq with
  | isTrue hp, _ => isTrue (.inl hp)
  | isFalse _, isTrue hq => isTrue (.inr hq)
  | isFalse hp, isFalse hq => isFalse fun h => h.elim hp hq

instance instDecidableNot {p : Prop} [dp : Decidable p] : Decidable (¬p) :=
  match dp with
  | isTrue hp => isFalse fun h => h hp
  | isFalse hp => isTrue hp

instance instDecidableForall {p q : Prop} [dp : Decidable p] [dq : Decidable q] :
    Decidable (p → q) :=
  match dp, dq with
  | isTrue hp, isFalse hq => isFalse fun h => hq (h hp)
  | _, isTrue hq => isTrue fun _ => hq
  | isFalse hp, _ => isTrue fun h => absurd h hp

instance instDecidableIff {p q : Prop} [dp : Decidable p] [dq : Decidable q] : Decidable (p ↔ q) :=
  match dp, dq with
  | isTrue hp, isTrue hq => isTrue ⟨fun _ => hq, fun _ => hp⟩
  | isTrue hp, isFalse hq => isFalse fun h => hq (h.1 hp)
  | isFalse hp, isTrue hq => isFalse fun h => hp (h.2 hq)
  | isFalse hp, isFalse hq => isTrue ⟨fun h => absurd h hp, fun h => absurd h hq⟩

instance instDecidableNe {α : Sort u} [inst : DecidableEq α] (a b : α) : Decidable (a ≠ b) :=
  match inst a b with
  | isTrue h => isFalse fun h' => h' h
  | isFalse h => isTrue h

instance instDecidableIte {p q c : Prop} [dc : Decidable c] [dp : Decidable p] [dq : Decidable q] :
    Decidable (if c then p else q) :=
  match dc with
  | isTrue _ => dp
  | isFalse _ => dq

/-- The decision of an equivalent proposition. -/
@[inline] def decidable_of_iff {b : Prop} (a : Prop) (h : a ↔ b) [d : Decidable a] : Decidable b :=
  match d with
  | isTrue ha => isTrue (h.1 ha)
  | isFalse ha => isFalse fun hb => ha (h.2 hb)

/-- The decision of an equivalent proposition. -/
@[inline] def decidable_of_decidable_of_iff {p q : Prop} [Decidable p] (h : p ↔ q) : Decidable q :=
  decidable_of_iff p h

/-- The decision of an equal proposition. -/
@[inline] def decidable_of_decidable_of_eq {p q : Prop} [Decidable p] (h : p = q) : Decidable q :=
  decidable_of_iff p h.to_iff

/-- A true proposition has the truth value `true`. -/
theorem decide_eq_true {p : Prop} [inst : Decidable p] (h : p) : decide p = true :=
  match inst with
  | isTrue _ => rfl
  | isFalse hn => absurd h hn

/-- A false proposition has the truth value `false`. -/
theorem decide_eq_false {p : Prop} [inst : Decidable p] (h : ¬p) : decide p = false :=
  match inst with
  | isTrue hp => absurd hp h
  | isFalse _ => rfl

/-- A proposition with the truth value `true` is true. -/
theorem of_decide_eq_true {p : Prop} [inst : Decidable p] (h : decide p = true) : p :=
  match inst, h with
  | isTrue hp, _ => hp
  | isFalse _, h => absurd h (ne_true_of_eq_false rfl)

/-- A proposition with the truth value `false` is false. -/
theorem of_decide_eq_false {p : Prop} [inst : Decidable p] (h : decide p = false) : ¬p :=
  match inst, h with
  | isFalse hp, _ => hp
  | isTrue _, h => absurd h (ne_false_of_eq_true rfl)

theorem of_decide_eq_self_eq_true {α : Sort u} [inst : DecidableEq α] (a : α) :
    decide (a = a) = true := decide_eq_true rfl
/-- A proposition with the truth value `true` equals `True`. -/
theorem eq_true_of_decide {p : Prop} [Decidable p] (h : decide p = true) : p = True :=
  eq_true (of_decide_eq_true h)
/-- A proposition with the truth value `false` equals `False`. -/
theorem eq_false_of_decide {p : Prop} [Decidable p] (h : decide p = false) : p = False :=
  eq_false (of_decide_eq_false h)
/-- That the truth value of `p` is `true` is `p` itself. -/
theorem decide_eq_true_eq {p : Prop} [Decidable p] : (decide p = true) = p :=
  propext ⟨of_decide_eq_true, decide_eq_true⟩
/-- That the truth value of `p` is `false` is `¬p`. -/
theorem decide_eq_false_eq {p : Prop} [Decidable p] : (decide p = false) = ¬p :=
  propext ⟨of_decide_eq_false, decide_eq_false⟩

/-- Reasoning by cases on a decidable proposition. -/
theorem Decidable.em (p : Prop) [inst : Decidable p] : p ∨ ¬p :=
  match inst with
  | isTrue h => .inl h
  | isFalse h => .inr h

/-- Proof by contradiction for a decidable proposition. -/
theorem Decidable.byContradiction {p : Prop} [inst : Decidable p] (h : ¬p → False) : p :=
  match inst with
  | isTrue hp => hp
  | isFalse hn => (h hn).elim

/-- A double negation of a decidable proposition can be dropped. -/
theorem Decidable.of_not_not {p : Prop} [Decidable p] (h : ¬¬p) : p := Decidable.byContradiction h

/-- Choice by a decidable proposition. -/
@[macro_inline] def Decidable.byCases {q : Sort u} {p : Prop} [inst : Decidable p] (h₁ : p → q)
    (h₂ : ¬p → q) : q :=
  match inst with
  | isTrue h => h₁ h
  | isFalse h => h₂ h

/-- The decision of `a = b`. -/
@[inline] def decEq {α : Sort u} [inst : DecidableEq α] (a b : α) : Decidable (a = b) := inst a b

/-! ## Types with at most one element -/

/-- A type with at most one element. -/
class Subsingleton (α : Sort u) : Prop where
  intro ::
  /-- Any two elements are equal. -/
  allEq : ∀ a b : α, a = b

/-- Any two elements of a type with at most one element are equal. -/
protected theorem Subsingleton.elim {α : Sort u} [h : Subsingleton α] (a b : α) : a = b :=
  h.allEq a b

/-- Elements of equal types with at most one element are heterogeneously equal. -/
protected theorem Subsingleton.helim {α β : Sort u} [h₁ : Subsingleton α] (h₂ : α = β) (a : α)
    (b : β) : HEq a b := by
  subst h₂
  exact heq_of_eq (h₁.allEq a b)

instance (p : Prop) : Subsingleton p := ⟨fun _ _ => Eq.refl _⟩

instance (p : Prop) : Subsingleton (Decidable p) := ⟨fun
  | isTrue _, isTrue _ => Eq.refl _
  | isFalse _, isFalse _ => Eq.refl _
  | isTrue h, isFalse h' => absurd h h'
  | isFalse h, isTrue h' => absurd h' h⟩

instance : Subsingleton PUnit := ⟨fun _ _ => Eq.refl _⟩

/-! ## `if … then … else` -/

section
variable {α : Sort u} {c : Prop}

/-- The value of `if c then t else e` when `c` is true. -/
theorem if_pos [inst : Decidable c] (h : c) {t e : α} : ite c t e = t :=
  match inst with
  | isTrue _ => rfl
  | isFalse hn => absurd h hn

/-- The value of `if c then t else e` when `c` is false. -/
theorem if_neg [inst : Decidable c] (h : ¬c) {t e : α} : ite c t e = e :=
  match inst with
  | isTrue hp => absurd hp h
  | isFalse _ => rfl

/-- The value of `if h : c then t h else e h` when `c` is true. -/
theorem dif_pos [inst : Decidable c] (h : c) {t : c → α} {e : ¬c → α} : dite c t e = t h :=
  match inst with
  | isTrue _ => rfl
  | isFalse hn => absurd h hn

/-- The value of `if h : c then t h else e h` when `c` is false. -/
theorem dif_neg [inst : Decidable c] (h : ¬c) {t : c → α} {e : ¬c → α} : dite c t e = e h :=
  match inst with
  | isTrue hp => absurd hp h
  | isFalse _ => rfl

theorem ite_cond_eq_true [Decidable c] (t e : α) (h : c = True) : ite c t e = t :=
  if_pos (of_eq_true h)
theorem ite_cond_eq_false [Decidable c] (t e : α) (h : c = False) : ite c t e = e :=
  if_neg (of_eq_false h)
theorem dite_cond_eq_true [Decidable c] {t : c → α} {e : ¬c → α} (h : c = True) :
    dite c t e = t (of_eq_true h) := dif_pos (of_eq_true h)
theorem dite_cond_eq_false [Decidable c] {t : c → α} {e : ¬c → α} (h : c = False) :
    dite c t e = e (of_eq_false h) := dif_neg (of_eq_false h)
theorem ite_eq_left_of_eq_true [Decidable c] (t e : α) (h : c = True) : ite c t e = t :=
  if_pos (of_eq_true h)
theorem ite_eq_right_of_eq_false [Decidable c] (t e : α) (h : c = False) : ite c t e = e :=
  if_neg (of_eq_false h)
theorem dite_eq_left_of_eq_true [Decidable c] {t : c → α} {e : ¬c → α} (h : c = True) :
    dite c t e = t (of_eq_true h) := dif_pos (of_eq_true h)
theorem dite_eq_right_of_eq_false [Decidable c] {t : c → α} {e : ¬c → α} (h : c = False) :
    dite c t e = e (of_eq_false h) := dif_neg (of_eq_false h)

/-- Two `if`s are equal if their conditions are and, under the conditions, their branches. -/
theorem ite_congr {b c : Prop} {x y u v : α} {s : Decidable b} [Decidable c] (h₁ : b = c)
    (h₂ : c → x = u) (h₃ : ¬c → y = v) : ite b x y = ite c u v := by
  subst h₁
  exact (Decidable.em _).elim
    (fun h => (if_pos (inst := s) h).trans ((h₂ h).trans (if_pos h).symm))
    (fun h => (if_neg (inst := s) h).trans ((h₃ h).trans (if_neg h).symm))

/-- Two dependent `if`s are equal if their conditions are and, under them, their branches. -/
theorem dite_congr {b c : Prop} {s : Decidable b} [Decidable c] {x : b → α} {u : c → α}
    {y : ¬b → α} {v : ¬c → α} (h₁ : b = c) (h₂ : ∀ h : c, x (h₁.symm ▸ h) = u h)
    (h₃ : ∀ h : ¬c, y (h₁.symm ▸ h) = v h) : dite b x y = dite c u v := by
  subst h₁
  exact (Decidable.em _).elim
    (fun h => (dif_pos (inst := s) h).trans ((h₂ h).trans (dif_pos h).symm))
    (fun h => (dif_neg (inst := s) h).trans ((h₃ h).trans (dif_neg h).symm))

/-- `if True` takes the first branch. -/
@[simp] theorem ite_true (t e : α) : (if True then t else e) = t := rfl
/-- `if False` takes the second branch. -/
@[simp] theorem ite_false (t e : α) : (if False then t else e) = e := rfl
/-- `if True` takes the first branch, whatever the decision. -/
theorem if_true {_ : Decidable True} (t e : α) : ite True t e = t := if_pos trivial
/-- `if False` takes the second branch, whatever the decision. -/
theorem if_false {_ : Decidable False} (t e : α) : ite False t e = e := if_neg id
/-- `if h : True` takes the first branch. -/
@[simp] theorem dite_true {t : True → α} {e : ¬True → α} : dite True t e = t trivial := rfl
/-- `if h : False` takes the second branch. -/
@[simp] theorem dite_false {t : False → α} {e : ¬False → α} : dite False t e = e not_false := rfl
end

/-- Both branches of an `if` are the same value: so is the `if`. -/
@[simp] theorem ite_self {α : Sort u} {c : Prop} [d : Decidable c] (a : α) : ite c a a = a :=
  match d with
  | isTrue _ => rfl
  | isFalse _ => rfl
