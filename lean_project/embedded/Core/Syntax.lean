prelude
import Core.Prelude
/-!
# Lean's syntax trees, as Lean's own code sees them

The parser, the macros and the printers of Lean run as native code of the library. This file
declares the types of the data that they exchange; order and types of constructors and fields must
be those of the native code. Used only by the elaborator: no theorem is about these types.
-/
set_option genSizeOf false
set_option genInjectivity false
set_option genCtorIdx false
universe u v w

/-! ## Characters, strings, arrays -/

/-- A character, given by its code point. -/
structure Char where
  ofNat ::
  /-- The code point of a character. -/
  toNat : Nat

/-- A string, given by the list of its characters. -/
structure String where
  ofList ::
  /-- The characters of a string. -/
  toList : List Char

/-- An array, given by the list of its elements. -/
structure Array (α : Type u) where
  mk ::
  /-- The elements of an array. -/
  toList : List α

instance : Inhabited String := ⟨""⟩
instance {α : Type u} : Inhabited (Array α) := ⟨⟨.nil⟩⟩

@[extern "lean_mk_empty_array_with_capacity"]
def Array.mkEmpty {α : Type u} (_ : Nat) : Array α := ⟨.nil⟩
@[extern "x"] opaque Array.push {α : Type u} (a : Array α) (v : α) : Array α
@[extern "x"] opaque Array.append {α : Type u} (a b : Array α) : Array α
@[extern "x"] opaque Array.size {α : Type u} (a : Array α) : Nat
@[extern "x"] opaque List.toArray {α : Type u} (l : List α) : Array α
@[extern "x"] opaque Array.empty {α : Type u} : Array α
def Array.mkArray0 {α : Type u} : Array α := ⟨.nil⟩

namespace Substring
/-- A part of a string. -/
structure Raw where
  str : String
  startPos : Nat
  stopPos : Nat
end Substring

instance : Inhabited Substring.Raw := ⟨"", .zero, .zero⟩
@[extern "x"] opaque String.toRawSubstring (s : String) : Substring.Raw
@[extern "x"] opaque String.toRawSubstring' (s : String) : Substring.Raw
@[extern "lean_string_append"] opaque String.append (s t : String) : String

/-! ## Names and syntax trees -/

namespace Lean

inductive Name : Type where
  | anonymous : Name
  | str (pre : Name) (str : String)
  | num (pre : Name) (i : Nat)

instance : Inhabited Name := ⟨.anonymous⟩

@[extern "x"] opaque Name.str._override (p : Name) (s : String) : Name
@[extern "x"] opaque Name.num._override (p : Name) (n : Nat) : Name
-- The native constructors also store a hash: names are never built by the constructors above.
@[inline] def Name.mkStr (p : Name) (s : String) : Name := Name.str._override p s
@[inline] def Name.mkNum (p : Name) (n : Nat) : Name := Name.num._override p n
@[extern "x"] opaque Name.mkSimple (s : String) : Name
@[extern "x"] opaque Name.mkStr1 (s₁ : String) : Name
@[extern "x"] opaque Name.mkStr2 (s₁ s₂ : String) : Name
@[extern "x"] opaque Name.mkStr3 (s₁ s₂ s₃ : String) : Name
@[extern "x"] opaque Name.mkStr4 (s₁ s₂ s₃ s₄ : String) : Name
@[extern "x"] opaque Name.mkStr5 (s₁ s₂ s₃ s₄ s₅ : String) : Name
@[extern "x"] opaque Name.mkStr6 (s₁ s₂ s₃ s₄ s₅ s₆ : String) : Name
@[extern "x"] opaque Name.mkStr7 (s₁ s₂ s₃ s₄ s₅ s₆ s₇ : String) : Name
@[extern "x"] opaque Name.mkStr8 (s₁ s₂ s₃ s₄ s₅ s₆ s₇ s₈ : String) : Name

abbrev MacroScope := Nat
abbrev SyntaxNodeKind := Name
abbrev SyntaxNodeKinds := List SyntaxNodeKind

inductive SourceInfo where
  | original (leading : Substring.Raw) (pos : Nat) (trailing : Substring.Raw) (endPos : Nat)
  | synthetic (pos : Nat) (endPos : Nat) (canonical : Bool)
  | protected none

instance : Inhabited SourceInfo := ⟨.none⟩

namespace Syntax
inductive Preresolved where
  | namespace (ns : Name)
  | decl (n : Name) (fields : List String)
end Syntax

inductive Syntax where
  | missing : Syntax
  | node (info : SourceInfo) (kind : SyntaxNodeKind) (args : Array Syntax) : Syntax
  | atom (info : SourceInfo) (val : String) : Syntax
  | ident (info : SourceInfo) (rawVal : Substring.Raw) (val : Name)
      (preresolved : List Syntax.Preresolved) : Syntax

instance : Inhabited Syntax := ⟨.missing⟩

@[extern "x"] opaque Syntax.node1 (info : SourceInfo) (kind : SyntaxNodeKind) (a₁ : Syntax) : Syntax
@[extern "x"] opaque Syntax.node2 (info : SourceInfo) (kind : SyntaxNodeKind)
  (a₁ a₂ : Syntax) : Syntax
@[extern "x"] opaque Syntax.node3 (info : SourceInfo) (kind : SyntaxNodeKind)
  (a₁ a₂ a₃ : Syntax) : Syntax
@[extern "x"] opaque Syntax.node4 (info : SourceInfo) (kind : SyntaxNodeKind)
  (a₁ a₂ a₃ a₄ : Syntax) : Syntax
@[extern "x"] opaque Syntax.node5 (info : SourceInfo) (kind : SyntaxNodeKind)
  (a₁ a₂ a₃ a₄ a₅ : Syntax) : Syntax
@[extern "x"] opaque Syntax.node6 (info : SourceInfo) (kind : SyntaxNodeKind)
  (a₁ a₂ a₃ a₄ a₅ a₆ : Syntax) : Syntax
@[extern "x"] opaque Syntax.node7 (info : SourceInfo) (kind : SyntaxNodeKind)
  (a₁ a₂ a₃ a₄ a₅ a₆ a₇ : Syntax) : Syntax
@[extern "x"] opaque Syntax.node8 (info : SourceInfo) (kind : SyntaxNodeKind)
  (a₁ a₂ a₃ a₄ a₅ a₆ a₇ a₈ : Syntax) : Syntax
@[extern "x"] opaque Syntax.isOfKind (stx : Syntax) (k : SyntaxNodeKind) : Bool
@[extern "x"] opaque Syntax.getArg (stx : Syntax) (i : Nat) : Syntax
@[extern "x"] opaque Syntax.getArgs (stx : Syntax) : Array Syntax
@[extern "x"] opaque Syntax.getNumArgs (stx : Syntax) : Nat
@[extern "x"] opaque Syntax.getKind (stx : Syntax) : SyntaxNodeKind
@[extern "x"] opaque Syntax.matchesNull (stx : Syntax) (n : Nat) : Bool
@[extern "x"] opaque Syntax.matchesIdent (stx : Syntax) (id : Name) : Bool
@[extern "x"] opaque Syntax.matchesLit (stx : Syntax) (k : SyntaxNodeKind) (val : String) : Bool
@[extern "x"] opaque Syntax.getId (stx : Syntax) : Name
@[extern "x"] opaque Syntax.setKind (stx : Syntax) (k : SyntaxNodeKind) : Syntax
@[extern "x"] opaque SourceInfo.fromRef (ref : Syntax) (canonical : Bool := false) : SourceInfo

/-- A syntax tree of one of the kinds `ks`. -/
structure TSyntax (ks : SyntaxNodeKinds) where
  raw : Syntax

instance {ks : SyntaxNodeKinds} : Inhabited (TSyntax ks) := ⟨⟨.missing⟩⟩

namespace Syntax
abbrev Term := TSyntax (.cons (Name.mkStr1 "term") .nil)
abbrev Command := TSyntax (.cons (Name.mkStr1 "command") .nil)
abbrev Tactic := TSyntax (.cons (Name.mkStr1 "tactic") .nil)
abbrev Ident := TSyntax (.cons (Name.mkStr1 "ident") .nil)
abbrev StrLit := TSyntax (.cons (Name.mkStr1 "str") .nil)
abbrev NumLit := TSyntax (.cons (Name.mkStr1 "num") .nil)
structure SepArray (sep : String) where
  elemsAndSeps : Array Syntax
structure TSepArray (ks : SyntaxNodeKinds) (sep : String) where
  elemsAndSeps : Array Syntax
end Syntax

abbrev TSyntaxArray (ks : SyntaxNodeKinds) := Array (TSyntax ks)
export Syntax (Term Command Tactic Ident StrLit NumLit)

/-! ## Descriptions of parsers -/

inductive ParserDescr where
  | const (name : Name)
  | unary (name : Name) (p : ParserDescr)
  | binary (name : Name) (p₁ p₂ : ParserDescr)
  | node (kind : SyntaxNodeKind) (prec : Nat) (p : ParserDescr)
  | trailingNode (kind : SyntaxNodeKind) (prec lhsPrec : Nat) (p : ParserDescr)
  | symbol (val : String)
  | nonReservedSymbol (val : String) (includeIdent : Bool)
  | cat (catName : Name) (rbp : Nat)
  | parser (declName : Name)
  | nodeWithAntiquot (name : String) (kind : SyntaxNodeKind) (p : ParserDescr)
  | sepBy (p : ParserDescr) (sep : String) (psep : ParserDescr) (allowTrailingSep : Bool := false)
  | sepBy1 (p : ParserDescr) (sep : String) (psep : ParserDescr) (allowTrailingSep : Bool := false)
  | unicodeSymbol (val asciiVal : String) (preserveForPP : Bool)

instance : Inhabited ParserDescr := ⟨.symbol ""⟩
abbrev TrailingParserDescr := ParserDescr

namespace Parser
/-- The type of the names of syntax categories. -/
structure Category where
end Parser

/-! ## The monads of macros and of printers -/

end Lean

namespace EStateM
inductive Result (ε σ α : Type u) where
  | ok : α → σ → Result ε σ α
  | error : ε → σ → Result ε σ α
end EStateM

def EStateM (ε σ α : Type u) := σ → EStateM.Result ε σ α
def ReaderT (ρ : Type u) (m : Type u → Type v) (α : Type u) : Type (max u v) := ρ → m α

namespace Lean
namespace Macro
inductive Exception where
  | error : Syntax → String → Exception
  | unsupportedSyntax : Exception
structure State where
  macroScope : MacroScope
  expandedMacroDecls : List Name
  traceMsgs : List (Prod Name String)
structure Methods where
  unused : Unit
structure Context where
  methods : Methods
  quotContext : Name
  currMacroScope : MacroScope
  currRecDepth : Nat
  maxRecDepth : Nat
  ref : Syntax
end Macro

abbrev MacroM := ReaderT Macro.Context (EStateM Macro.Exception Macro.State)
abbrev Macro := Syntax → MacroM Syntax

namespace PrettyPrinter
abbrev UnexpandM := ReaderT Syntax (EStateM Unit Unit)
abbrev Unexpander := Syntax → UnexpandM Syntax
end PrettyPrinter

instance {α : Type} : Inhabited (MacroM α) := ⟨fun _ s => .error .unsupportedSyntax s⟩
instance : Inhabited Macro := ⟨fun _ _ s => .error .unsupportedSyntax s⟩
instance : Inhabited PrettyPrinter.Unexpander := ⟨fun _ _ s => .error .unit s⟩
end Lean
