prelude
import Core.Bindings
/-!
# The monads in which user-written macros and notations run

`macro`, `notation`, `infix` and `syntax … => …` elaborate to small monadic programs. This file has
just the classes and instances that those programs mention.
-/
set_option genSizeOf false
set_option genInjectivity false
set_option genCtorIdx false
universe u v w

/-- Type constructors with a map: `f <$> x`. -/
class Functor (f : Type u → Type v) : Type (max (u + 1) v) where
  map : {α β : Type u} → (α → β) → f α → f β
  mapConst : {α β : Type u} → α → f β → f α := fun a x => map (fun _ => a) x

class Pure (f : Type u → Type v) where
  pure {α : Type u} : α → f α
class Seq (f : Type u → Type v) : Type (max (u + 1) v) where
  seq : {α β : Type u} → f (α → β) → (Unit → f α) → f β
class SeqLeft (f : Type u → Type v) : Type (max (u + 1) v) where
  seqLeft : {α β : Type u} → f α → (Unit → f β) → f α
class SeqRight (f : Type u → Type v) : Type (max (u + 1) v) where
  seqRight : {α β : Type u} → f α → (Unit → f β) → f β
class Bind (m : Type u → Type v) where
  bind : {α β : Type u} → m α → (α → m β) → m β
export Pure (pure)
export Bind (bind)

class Applicative (f : Type u → Type v) extends
    Functor f, Pure f, Seq f, SeqLeft f, SeqRight f where
  map := fun g x => seq (pure g) (fun _ => x)
  seqLeft := fun x y => seq (map (fun a _ => a) x) y
  seqRight := fun x y => seq (map (fun _ b => b) x) y

class Monad (m : Type u → Type v) : Type (max (u + 1) v) extends Applicative m, Bind m where
  map := fun f x => bind x (fun a => pure (f a))
  seq := fun f x => bind f (fun g => map g (x Unit.unit))
  seqLeft := fun x y => bind x (fun a => bind (y Unit.unit) (fun _ => pure a))
  seqRight := fun x y => bind x (fun _ => y Unit.unit)

class MonadExcept (ε : semiOutParam (Type u)) (m : Type v → Type w) where
  throw {α : Type v} : ε → m α
  tryCatch {α : Type v} (body : m α) (handler : ε → m α) : m α
export MonadExcept (throw tryCatch)

section
variable {ρ ε σ : Type u}

instance : Monad (ReaderT ρ (EStateM ε σ)) where
  pure a := fun _ s => .ok a s
  bind x f := fun r s => EStateM.Result.casesOn (motive := fun _ => EStateM.Result ε σ _) (x r s)
    (fun a s => f a r s) (fun e s => .error e s)

instance : MonadExcept ε (ReaderT ρ (EStateM ε σ)) where
  throw e := fun _ s => .error e s
  tryCatch x h := fun r s =>
    EStateM.Result.casesOn (motive := fun _ => EStateM.Result ε σ _) (x r s)
    (fun a s => .ok a s) (fun e s => h e r s)
end

namespace Lean

class MonadRef (m : Type → Type) where
  getRef : m Syntax
  withRef {α : Type} : Syntax → m α → m α
export MonadRef (getRef)

@[extern "x"] opaque replaceRef (ref : Syntax) (oldRef : Syntax) : Syntax

@[inline] def withRef {m : Type → Type} [Monad m] [MonadRef m] {α : Type} (ref : Syntax)
    (x : m α) : m α :=
  bind getRef fun oldRef => MonadRef.withRef (replaceRef ref oldRef) x

class MonadQuotation (m : Type → Type) extends MonadRef m where
  getCurrMacroScope : m MacroScope
  getContext : m Name
  withFreshMacroScope {α : Type} : m α → m α
export MonadQuotation (getCurrMacroScope getContext withFreshMacroScope)

@[inline] def MonadRef.mkInfoFromRefPos {m : Type → Type} [Monad m] [MonadRef m] : m SourceInfo :=
  bind getRef fun ref => pure (SourceInfo.fromRef ref)

@[extern "x"] opaque addMacroScope (quotContext : Name) (n : Name) (scp : MacroScope) : Name

namespace Macro
instance : MonadRef MacroM where
  getRef := fun ctx s => .ok ctx.ref s
  withRef ref x := fun ctx s => x ⟨ctx.methods, ctx.quotContext, ctx.currMacroScope,
    ctx.currRecDepth, ctx.maxRecDepth, ref⟩ s

instance : MonadQuotation MacroM where
  getCurrMacroScope := fun ctx s => .ok ctx.currMacroScope s
  getContext := fun ctx s => .ok ctx.quotContext s
  withFreshMacroScope x := fun ctx s => x
    ⟨ctx.methods, ctx.quotContext, s.macroScope, ctx.currRecDepth, ctx.maxRecDepth, ctx.ref⟩
    ⟨Nat.succ s.macroScope, s.expandedMacroDecls, s.traceMsgs⟩

/-- Give up on a macro: another one may expand the syntax. -/
def throwUnsupported {α : Type} : MacroM α := fun _ s => .error .unsupportedSyntax s
end Macro

namespace PrettyPrinter
instance : MonadRef UnexpandM where
  getRef := fun ref s => .ok ref s
  withRef ref x := fun _ s => x ref s

instance : MonadQuotation UnexpandM where
  getCurrMacroScope := fun _ s => .ok 0 s
  getContext := fun _ s => .ok (Name.mkStr1 "_fakeMod") s
  withFreshMacroScope x := x
end PrettyPrinter

/-! ## Syntax trees of known kinds -/

@[extern "x"] opaque mkIdent (val : Name) : Ident
@[extern "x"] opaque mkIdentFrom (src : Syntax) (val : Name) (canonical : Bool := false) : Ident
@[extern "x"] opaque mkSepArray (a : Array Syntax) (sep : Syntax) : Array Syntax
@[extern "x"] opaque _root_.Array.getSepElems {α : Type u} (a : Array α) : Array α
@[extern "x"] opaque expandExplicitBinders (combinator : Name) (binders body : Syntax) :
  MacroM Syntax
@[extern "x"] opaque mkAtom (val : String) : Syntax
@[extern "x"] opaque mkNullNode (args : Array Syntax := Array.mkArray0) : Syntax
@[extern "x"] opaque Syntax.mkNumLit (val : String) (info : SourceInfo := .none) : NumLit
@[extern "x"] opaque Syntax.mkStrLit (val : String) (info : SourceInfo := .none) : StrLit
end Lean

/-! ## Coercions -/

/-- `CoeT α a β`: the element `a` of `α` may be written where an element of `β` is expected. -/
class CoeT (α : Sort u) (_ : α) (β : Sort v) where
  coe : β

/-- Elements of `α` may be used as functions. -/
class CoeFun (α : Sort u) (γ : outParam (α → Sort v)) where
  coe : (f : α) → γ f

/-- Elements of `α` may be used as types. -/
class CoeSort (α : Sort u) (β : outParam (Sort v)) where
  coe : α → β

attribute [coe_decl] CoeT.coe CoeFun.coe CoeSort.coe

namespace Lean
instance {k : Name} : CoeT Name k SyntaxNodeKinds := ⟨.cons k .nil⟩
instance {ks : SyntaxNodeKinds} {stx : TSyntax ks} : CoeT (TSyntax ks) stx Syntax := ⟨stx.raw⟩
instance {stx : Ident} : CoeT Ident stx Term := ⟨⟨stx.raw⟩⟩
instance {stx : StrLit} : CoeT StrLit stx Term := ⟨⟨stx.raw⟩⟩
instance {stx : NumLit} : CoeT NumLit stx Term := ⟨⟨stx.raw⟩⟩
end Lean
