prelude
import Core.Printing
/-!
# Well-founded recursion

Accessible elements, well-founded relations, recursion along them, and the measures that Lean uses
for definitions whose recursion is not structural.
-/
universe u v w

/-- `Acc r x`: every chain of steps down along `r` that starts at `x` ends. -/
inductive Acc {α : Sort u} (r : α → α → Prop) : α → Prop where
  /-- An element is accessible if all elements below it are. -/
  | intro (x : α) (h : ∀ y, r y x → Acc r y) : Acc r x

/-- Elements below an accessible element are accessible. -/
theorem Acc.inv {α : Sort u} {r : α → α → Prop} {x y : α} (h : Acc r x) (hr : r y x) : Acc r y := by
  cases h with
  | intro _ below => exact below y hr

/-- A relation is well-founded if every element is accessible. -/
inductive WellFounded {α : Sort u} (r : α → α → Prop) : Prop where
  | intro (h : ∀ a, Acc r a) : WellFounded r

/-- A type with a chosen well-founded relation. -/
class WellFoundedRelation (α : Sort u) where
  rel : α → α → Prop
  wf : WellFounded rel

namespace WellFounded
variable {α : Sort u} {C : α → Sort v} {r : α → α → Prop}

/-- Every element is accessible along a well-founded relation. -/
theorem apply (wf : WellFounded r) (a : α) : Acc r a := by
  cases wf with
  | intro h => exact h a

/-- Induction along a well-founded relation. -/
theorem induction {motive : α → Prop} (wf : WellFounded r) (a : α)
    (step : ∀ x, (∀ y, r y x → motive y) → motive x) : motive a := by
  induction wf.apply a with
  | intro x _ ih => exact step x ih

/-- Recursion at an accessible element. -/
noncomputable def fixAt (F : (x : α) → ((y : α) → r y x → C y) → C x) (x : α) (h : Acc r x) : C x :=
  Acc.rec (motive := fun x _ => C x) (fun x _ values => F x values) h

theorem fixAt_eq (F : (x : α) → ((y : α) → r y x → C y) → C x) (x : α) (h : Acc r x) :
    fixAt F x h = F x (fun y hy => fixAt F y (h.inv hy)) := by
  cases h with
  | intro _ _ => rfl

end WellFounded

/-- Recursion along a well-founded relation. -/
noncomputable def WellFounded.fix {α : Sort u} {C : α → Sort v} {r : α → α → Prop}
    (hwf : WellFounded r) (F : (x : α) → ((y : α) → r y x → C y) → C x) (x : α) : C x :=
  WellFounded.fixAt F x (hwf.apply x)

/-- A function defined by well-founded recursion satisfies its equation. -/
theorem WellFounded.fix_eq {α : Sort u} {C : α → Sort v} {r : α → α → Prop} (hwf : WellFounded r)
    (F : (x : α) → ((y : α) → r y x → C y) → C x) (x : α) :
    hwf.fix F x = F x (fun y _ => hwf.fix F y) :=
  WellFounded.fixAt_eq F x (hwf.apply x)

/-- The relation `r` between the values of `f`. -/
@[reducible] def InvImage {α : Sort u} {β : Sort v} (r : β → β → Prop) (f : α → β) : α → α → Prop :=
  fun a b => r (f a) (f b)

/-- The elements of the inverse image of an accessible element are accessible. -/
theorem InvImage.accessible {α : Sort u} {β : Sort v} {r : β → β → Prop} {f : α → β} {b : β}
    (h : Acc r b) : ∀ a, f a = b → Acc (InvImage r f) a := by
  induction h with
  | intro b _ ih => exact fun a e => ⟨a, fun c hc => ih (f c) (e ▸ hc) c rfl⟩

/-- The inverse image of a well-founded relation is well-founded. -/
theorem InvImage.wf {α : Sort u} {β : Sort v} {r : β → β → Prop} (f : α → β) (h : WellFounded r) :
    WellFounded (InvImage r f) := ⟨fun a => InvImage.accessible (h.apply (f a)) a rfl⟩

@[reducible] def invImage {α : Sort u} {β : Sort v} (f : α → β) (h : WellFoundedRelation β) :
    WellFoundedRelation α := ⟨InvImage h.rel f, InvImage.wf f h.wf⟩

/-! ## The order of numbers -/

namespace Nat
/-- A number below `m + 1` is at most `m`. -/
theorem le_of_lt_succ {n m : Nat} (h : n < m + 1) : n ≤ m := le_of_succ_le_succ h
/-- If `n < m` and `m ≤ k`, then `n < k`. -/
theorem lt_of_lt_of_le {n m k : Nat} (h₁ : n < m) (h₂ : m ≤ k) : n < k := Nat.le_trans h₁ h₂
/-- Every number is below its successor. -/
@[simp] theorem lt_succ_self (n : Nat) : n < n + 1 := Nat.le.refl
/-- A number that is at most `m` is below `m + 1`. -/
theorem lt_succ_of_le {n m : Nat} (h : n ≤ m) : n < m + 1 := succ_le_succ h

/-- All numbers below `n` are accessible. -/
theorem acc_of_lt (n : Nat) : ∀ m, m < n → Acc (· < ·) m := by
  induction n with
  | zero => exact fun m h => absurd h (not_lt_zero m)
  | succ n ih => exact fun m h => ⟨m, fun k hk => ih k (lt_of_lt_of_le hk (le_of_lt_succ h))⟩

/-- The order of the natural numbers is well-founded. -/
theorem lt_wf : WellFounded (α := Nat) (· < ·) := ⟨fun n => acc_of_lt (n + 1) n (lt_succ_self n)⟩
end Nat

@[reducible] instance Nat.lt_wfRel : WellFoundedRelation Nat := ⟨(· < ·), Nat.lt_wf⟩

/-- The well-founded relation "the measure is smaller". -/
@[reducible] def measure {α : Sort u} (f : α → Nat) : WellFoundedRelation α :=
  invImage f Nat.lt_wfRel

@[reducible] def sizeOfWFRel {α : Sort u} [SizeOf α] : WellFoundedRelation α := measure sizeOf

instance (priority := low) instWellFoundedRelationOfSizeOf {α : Sort u} [SizeOf α] :
    WellFoundedRelation α := sizeOfWFRel

/-! ## Recursion on a measure in `Nat`, in a form that computes -/

namespace WellFounded.Nat
variable {α : Sort u} {motive : α → Sort v} (h : α → Nat)
  (F : (x : α) → ((y : α) → InvImage (· < ·) h y x → motive y) → motive x)

/-- Recursion on a measure, with a bound on the number of steps. -/
def fixSteps : (steps : Nat) → (x : α) → h x < steps → motive x
  | 0, _, lt => absurd lt (_root_.Nat.not_lt_zero _)
  | steps + 1, x, lt =>
    F x fun y hy => fixSteps steps y (_root_.Nat.lt_of_lt_of_le hy (_root_.Nat.le_of_lt_succ lt))

/-- Recursion on a measure. -/
def fix (x : α) : motive x := fixSteps h F (h x + 1) x (_root_.Nat.lt_succ_self _)

theorem fixSteps_eq : ∀ (s s' : Nat) (x : α) (lt : h x < s) (lt' : h x < s'),
    fixSteps h F s x lt = fixSteps h F s' x lt'
  | 0, _, _, lt, _ => absurd lt (_root_.Nat.not_lt_zero _)
  | _, 0, _, _, lt => absurd lt (_root_.Nat.not_lt_zero _)
  | s + 1, s' + 1, x, _, _ =>
    congrArg (F x) (funext fun y => funext fun _ => fixSteps_eq s s' y _ _)

/-- A function defined by recursion on a measure satisfies its equation. -/
theorem fix_eq (x : α) : fix h F x = F x (fun y _ => fix h F y) :=
  congrArg (F x) (funext fun _ => funext fun _ => fixSteps_eq h F _ _ _ _ _)
end WellFounded.Nat

/-! ## Lexicographic order -/

section
variable {α : Type u} {β : Type v}

/-- The lexicographic order of pairs: the first components decide, or else the second. -/
protected inductive Prod.Lex (ra : α → α → Prop) (rb : β → β → Prop) : α × β → α × β → Prop where
  | left {a₁ : α} (b₁ : β) {a₂ : α} (b₂ : β) (h : ra a₁ a₂) : Prod.Lex ra rb (a₁, b₁) (a₂, b₂)
  | right (a : α) {b₁ b₂ : β} (h : rb b₁ b₂) : Prod.Lex ra rb (a, b₁) (a, b₂)

theorem Prod.Lex.accessible {ra : α → α → Prop} {rb : β → β → Prop} (hb : WellFounded rb) {a : α}
    (ha : Acc ra a) : ∀ b, Acc (Prod.Lex ra rb) (a, b) := by
  induction ha with
  | intro a _ iha =>
    intro b
    induction hb.apply b with
    | intro b _ ihb =>
      refine ⟨_, fun q hq => ?_⟩
      cases hq with
      | left b₁ _ h => exact iha _ h b₁
      | right _ h => exact ihb _ h

@[reducible] def Prod.lex (ha : WellFoundedRelation α) (hb : WellFoundedRelation β) :
    WellFoundedRelation (α × β) where
  rel := Prod.Lex ha.rel hb.rel
  wf := ⟨fun ⟨a, b⟩ => Prod.Lex.accessible hb.wf (ha.wf.apply a) b⟩

instance Prod.instWellFoundedRelation [ha : WellFoundedRelation α] [hb : WellFoundedRelation β] :
    WellFoundedRelation (α × β) := Prod.lex ha hb

theorem Prod.Lex.right' {β : Type v} {rb : β → β → Prop} {a₁ a₂ : Nat} {b₁ b₂ : β} (h₁ : a₁ ≤ a₂)
    (h₂ : rb b₁ b₂) : Prod.Lex (· < ·) rb (a₁, b₁) (a₂, b₂) := by
  cases h₁ with
  | refl => exact .right _ h₂
  | step h => exact .left _ _ (Nat.lt_succ_of_le h)
end

section
variable {α : Sort u} {β : α → Sort v}

protected inductive PSigma.Lex (r : α → α → Prop) (s : (a : α) → β a → β a → Prop) :
    PSigma β → PSigma β → Prop where
  | left {a₁ : α} (b₁ : β a₁) {a₂ : α} (b₂ : β a₂) :
      r a₁ a₂ → PSigma.Lex r s ⟨a₁, b₁⟩ ⟨a₂, b₂⟩
  | right (a : α) {b₁ b₂ : β a} : s a b₁ b₂ → PSigma.Lex r s ⟨a, b₁⟩ ⟨a, b₂⟩
end

/-! ## Marks left by the compiler of recursive definitions -/

@[reducible] def wfParam {α : Sort u} (a : α) : α := a
def Lean.opaqueId {α : Sort u} (a : α) : α := a

/-- In termination proofs both branches of an `if` may use its condition. -/
@[wf_preprocess] theorem ite_eq_dite {c : Prop} [Decidable c] {α : Sort u} {t e : α} :
    ite c t e = dite c (fun _ => t) (fun _ => e) := rfl
