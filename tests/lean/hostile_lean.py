"""Lean code that does harm while it is checked, for tests of what keeps it from doing any.

The embedded library declares no `IO`. But Lean finds native code by the name of a declaration
alone, so a text can bind Lean's own functions on files, variables and programs and run them
with `#eval`. The verifier forbids such texts; here they go to Lean all the same.
"""

from __future__ import annotations

import json

_BINDINGS = """
inductive Out (α : Type) where | ok (val : α) | error (e : Unit)
instance {α : Type} : Inhabited (Out α) := ⟨.error ()⟩
inductive Stdio where | piped | inherit | null
structure StdioConfig where
  stdin : Stdio
  stdout : Stdio
  stderr : Stdio
structure SpawnArgs where
  config : StdioConfig
  cmd : String
  args : Array String
  cwd : Option String
  env : Array (String × Option String)
  inheritEnv : Bool
  setsid : Bool
@[extern "x"] opaque IO.getEnv (name : @& String) (w : Unit) : Option String
@[extern "x"] opaque IO.FS.readFile (path : String) (w : Unit) : Out String
@[extern "x"] opaque IO.FS.writeFile (path text : String) (w : Unit) : Out Unit
@[extern "x"] opaque IO.Process.run (a : SpawnArgs) (input : Option String) (w : Unit) : Out String
def program (name : String) (args : List String) : SpawnArgs :=
  ⟨⟨.inherit, .inherit, .inherit⟩, name, List.toArray args, none, List.toArray [], true, false⟩
"""
FAILED = "it failed"


def read_variable(name: str) -> str:
    """Lean text that says what a variable of the environment is."""
    return (
        f'{_BINDINGS}#eval match IO.getEnv {_text(name)} () with | some s => s | none => "{FAILED}"'
    )


def read_file(path: object) -> str:
    """Lean text that says what is in a file."""
    return _said(f"IO.FS.readFile {_text(path)} ()", "s")


def write_file(path: object) -> str:
    """Lean text that writes into a file."""
    return _said(f'IO.FS.writeFile {_text(path)} "planted" ()', '"written"')


def run_program(*argv: object) -> str:
    """Lean text that runs a program and says what it wrote."""
    args = ", ".join(map(_text, argv[1:]))
    return _said(f"IO.Process.run (program {_text(argv[0])} [{args}]) none ()", "s")


def allocate(words: int) -> str:
    """Lean text that asks for 8 bytes of memory, so many times, at once."""
    return (
        '@[extern "x"] opaque Array.replicate {α : Type} (n : @& Nat) (v : α) : Array α\n'
        f"#eval Array.size (Array.replicate {words} true)"
    )


def _said(action: str, result: str) -> str:
    return f'{_BINDINGS}#eval match {action} with | .ok s => {result} | .error _ => "{FAILED}"'


def _text(value: object) -> str:
    """A string literal of Lean."""
    return json.dumps(str(value), ensure_ascii=False)
