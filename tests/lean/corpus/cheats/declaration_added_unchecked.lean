/-
reason = "forbidden"
needs = "metaprogramming"
statement = "theorem absurdity : False"
why = "A program can put anything into the environment without asking the kernel."
-/
open Lean

run_cmd
  let broken := .thmDecl
    { name := `absurdity, levelParams := [], type := mkConst ``False, value := mkConst ``True.intro }
  modifyEnv fun env => (env.addDeclCore 0 broken none (doCheck := false)).toOption.get!
