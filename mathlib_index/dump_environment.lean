import Lean

/-!
# Declarations of a built Lake project, out of Lean's own environment

`lake env lean --run dump_environment.lean MODULE…`, in the project's folder, imports the modules
and writes one JSON object a line to standard output: `start`, then for each module that they
import `module` and its `declaration`s, then `end`. A constant that cannot be printed costs a
`failure`. `mathlib_index/lake.py` says what the fields mean and reads them.

Written for Lean 4.32; it imports nothing but Lean.
-/

open Lean Meta

namespace MathlibIndex

/-- A JSON object whose field `record` says what it is. -/
def record (kind : String) (fields : List (String × Json)) : Json :=
  Json.mkObj (("record", Json.str kind) :: fields)

/-- Line, counted from 1, and column, counted from 0. -/
def place (position : Position) : Json :=
  toJson #[position.line, position.column]

/-- Modules of the compiler and the build tool: nothing in them is for a proof to cite. -/
def isToolModule (module : Name) : Bool :=
  [`Lean, `Lake, `LakeMain, `Leanc].contains module.getRoot

/-- The structure of which this constant is a field, and the field's name. -/
def fieldOf? (env : Environment) (name : Name) : Option (Name × Name) :=
  match name with
  | .str parent last =>
    if isStructure env parent && (env.getProjectionFnInfo? name).isSome then
      some (parent, Name.mkSimple last)
    else
      none
  | _ => none

/-- Whether Lean made this constant for itself, or its type speaks of Lean's own machinery. -/
def isPlumbing (name : Name) (info : ConstantInfo) : MetaM Bool := do
  let env ← getEnv
  let written := privateToUserName name
  if written.isInternalDetail || written.hasMacroScopes || written.getRoot == `Lean then
    return true
  if info.isUnsafe || isAuxRecursor env name || isNoConfusion env name then
    return true
  if isReservedName env name then
    return true
  if ← isMatcher name then
    return true
  if let some (parent, field) := fieldOf? env name then
    -- The way from a structure to one that it extends.
    if (isSubobjectField? env parent field).isSome then
      return true
  return info.type.getUsedConstants.any fun used => used.getRoot == `Lean

/-- The kind as `mathlib_index` names it; `none` for what is left out. -/
def kindOf? (name : Name) (info : ConstantInfo) : MetaM (Option String) := do
  let env ← getEnv
  if (fieldOf? env name).isSome then
    return some "field"
  if (instanceExtension.getState env).instanceNames.contains name then
    return some "instance"
  match info with
  | .thmInfo _ => return some "theorem"
  | .axiomInfo _ => return some "axiom"
  | .defnInfo value => return some (if value.hints.isAbbrev then "abbrev" else "def")
  | .opaqueInfo _ =>
    if isExtern env name then
      return none
    -- A `partial def` is opaque to the kernel.
    let isPartial := (env.find? (Compiler.mkUnsafeRecName name)).isSome
    return some (if isPartial then "def" else "opaque")
  | .inductInfo _ =>
    if isClass env name then
      return some "class"
    return some (if isStructure env name then "structure" else "inductive")
  | .ctorInfo value =>
    -- A structure is built by its fields; a constructor without a name of its own adds nothing.
    let isUnnamed := isStructure env value.induct && name == Name.mkStr value.induct "mk"
    return if isUnnamed then none else some "constructor"
  | .recInfo _ => return none
  | .quotInfo _ => return none

/-- Name, binders and type, as `#check` prints them. -/
def signatureOf (name : Name) : MetaM String := do
  return (← PrettyPrinter.ppSignature name).fmt.pretty

/-- The value of a definition, or one signature for each constructor. -/
def bodyOf (kind : String) (info : ConstantInfo) : MetaM (List String) := do
  match info with
  | .defnInfo value =>
    if kind == "def" || kind == "abbrev" then
      lambdaTelescope value.value fun _ inner => do
        return [(← Meta.ppExpr inner).pretty]
    else
      return []
  | .inductInfo value => value.ctors.mapM signatureOf
  | _ => return []

/-- What is written out for one constant, if anything is. -/
def declarationRecord? (name : Name) (info : ConstantInfo) (module : Name) :
    MetaM (Option Json) := do
  -- What has no place in a source file, nobody wrote.
  let some ranges ← findDeclarationRanges? name | return none
  if ← isPlumbing name info then
    return none
  let some kind ← kindOf? name info | return none
  let env ← getEnv
  let docstring ← findSimpleDocString? env name
  return some <| record "declaration" [
    ("name", toJson (toString (privateToUserName name))),
    ("kind", toJson kind),
    ("docstring", toJson (docstring.getD "")),
    ("signature", toJson (← signatureOf name)),
    ("body", toJson (← bodyOf kind info)),
    ("module", toJson (toString module)),
    ("begin", place ranges.range.pos),
    ("end", place ranges.range.endPos),
    ("name_begin", place ranges.selectionRange.pos),
    ("deprecated", toJson (Linter.isDeprecated env name)),
    ("private", toJson (isPrivateName name))]

/-- The same outside of `MetaM`; an error becomes a record, too. -/
def constantRecord? (context : Core.Context) (env : Environment) (module name : Name)
    (info : ConstantInfo) : IO (Option Json) := do
  try
    let (found?, _) ← Meta.MetaM.toIO (declarationRecord? name info module) context { env }
    return found?
  catch error =>
    return some <| record "failure" [
      ("name", toJson (toString name)), ("reason", toJson (toString error))]

/-- Docstrings of a module with their lines. -/
def moduleRecord (env : Environment) (module : Name) : Json :=
  let docs := (getModuleDoc? env module).getD #[]
  let entries := docs.map fun doc =>
    Json.mkObj [("line", toJson doc.declarationRange.pos.line), ("text", toJson doc.doc)]
  record "module" [("module", toJson (toString module)), ("docs", toJson entries)]

/-- Write the records of all that `env` has imported. -/
def dump (env : Environment) : IO Unit := do
  let out ← IO.getStdout
  let write (json : Json) : IO Unit := out.putStrLn json.compress
  let modules := env.header.moduleNames
  let mut constants : Array (Array (Name × ConstantInfo)) := Array.replicate modules.size #[]
  for (name, info) in env.constants do
    if let some index := env.getModuleIdxFor? name then
      constants := constants.modify index.toNat (·.push (name, info))
  let context : Core.Context := {
    fileName := "<dump_environment>"
    fileMap := default
    maxHeartbeats := 100000000
    options := ({} : Options).setBool `pp.unicode.fun true |>.setBool `Elab.async false
  }
  let included := modules.filter fun module => !isToolModule module
  write <| record "start" [
    ("lean", toJson Lean.versionString), ("modules", toJson included.size)]
  for (module, own) in modules.zip constants do
    if isToolModule module then
      continue
    write (moduleRecord env module)
    for (name, info) in own do
      if let some found ← constantRecord? context env module name info then
        write found
  write <| record "end" []

end MathlibIndex

def main (arguments : List String) : IO UInt32 := do
  if arguments.isEmpty then
    IO.eprintln "usage: lake env lean --run dump_environment.lean MODULE…"
    return 2
  initSearchPath (← findSysroot)
  -- Mathlib's attributes and notations are set up by code that its modules run when imported.
  unsafe enableInitializersExecution
  let imports : Array Import := arguments.toArray.map fun name =>
    ({ module := name.toName } : Import)
  let env ← importModules imports {} (leakEnv := true) (loadExts := true)
  MathlibIndex.dump env
  return 0
