import Lean

/-!
Compares two compiled modules as data: is a theorem of the one stated in the other, and what does
it rest on? The modules are only loaded: nothing in them runs, and no syntax or macro of theirs
changes how this file is read.

    lean --run Judge.lean CHALLENGE SOLUTION THEOREM CANDIDATE

prints the lines

    statement: same | different | missing     the theorem's, in the solution and in the challenge
    imports: same | different     of the two modules, with all that comes with them
    candidate: theorem | definition | other | missing     what kind of thing it is in the solution
    proof: candidate | other     whether the theorem is proved by the candidate and nothing else
    axiom: NAME     for each axiom that the theorem rests on
-/

open Lean

/-- The names that a constant mentions, in its type and in what it is made of. -/
def mentioned (info : ConstantInfo) : Array Name :=
  let typed := info.type.getUsedConstants
  match info with
  | .thmInfo it => typed ++ it.value.getUsedConstants
  | .defnInfo it => typed ++ it.value.getUsedConstants
  | .opaqueInfo it => typed ++ it.value.getUsedConstants
  | .inductInfo it => typed ++ it.ctors.toArray
  | .ctorInfo it => typed.push it.induct
  | _ => typed

/-- The axioms below a constant. They are looked for one by one: what a module says about itself
is not asked. A constant that is not there counts as an axiom. -/
def axiomsBelow (env : Environment) (name : Name) : Array Name := Id.run do
  let mut waiting := #[name]
  let mut seen : NameSet := NameSet.empty.insert name
  let mut found : Array Name := #[]
  while !waiting.isEmpty do
    let next := waiting.back!
    waiting := waiting.pop
    match env.find? next with
    | none => found := found.push next
    | some info =>
      if let .axiomInfo _ := info then
        found := found.push next
      for other in mentioned info do
        if !seen.contains other then
          seen := seen.insert other
          waiting := waiting.push other
  return found

/-- Whether a proof is this constant, or says that the type of this constant is not empty. -/
def isJust (candidate : Name) (proof : Expr) : Bool :=
  match proof.consumeMData with
  | .app (.app (.const ``Nonempty.intro _) _) it => it.consumeMData.isConstOf candidate
  | it => it.isConstOf candidate

def kindOf : Option ConstantInfo → String
  | none => "missing"
  | some (.thmInfo _) => "theorem"
  | some (.defnInfo _) => "definition"
  | some _ => "other"

def main (args : List String) : IO UInt32 := do
  let [challenge, solution, judged, candidate] := args
    | throw <| IO.userError "usage: CHALLENGE SOLUTION THEOREM CANDIDATE"
  let name := judged.toName
  -- A candidate's name may have parts in «», with dots in them.
  let candidate := (Syntax.decodeNameLit ("`" ++ candidate)).getD candidate.toName
  initSearchPath (← findSysroot)
  let load (file : String) : IO Environment := importModules #[{ module := file.toName }] {}
  let stated ← load challenge
  let some asked := stated.find? name
    | throw <| IO.userError s!"{challenge} does not state {name}"
  let env ← load solution
  let below (env : Environment) (file : String) : Array Name :=
    env.allImportedModuleNames.filter (· != file.toName)
  match env.find? name with
  | none => IO.println "statement: missing"
  | some (.thmInfo given) =>
    let same := given.levelParams == asked.levelParams && given.type == asked.type
    IO.println s!"statement: {if same then "same" else "different"}"
    let sameImports := below stated challenge == below env solution
    IO.println s!"imports: {if sameImports then "same" else "different"}"
    IO.println s!"candidate: {kindOf (env.find? candidate)}"
    IO.println s!"proof: {if isJust candidate given.value then "candidate" else "other"}"
    for found in axiomsBelow env name do
      -- A name in «» may hold line ends, and would write lines of its own here.
      IO.println s!"axiom: {(toString found).replace "\n" " "}"
  | some _ => IO.println "statement: different"
  return 0
