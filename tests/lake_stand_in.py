"""A stand-in for elan, Lake and a toolchain: programs that are called as the real ones are.

No Lean toolchain is needed. `Tools` makes a folder as elan's, with scripts for its programs. Each
call is written down, so that a test can say how a program was started; what a program answers is
given with it, in the format of the real one.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from lean_agent.lean import embedded_repl, native

PIN = "leanprover/lean4:v4.32.0"

# What a program of a toolchain needs in order to read compiled modules.
READS_MODULES = "sys.path.insert(0, SYSROOT)\nfrom compiled_theorem import *\n"
# The embedded Lean compiles; `Judge.lean`, which needs Lean's own library, is played.
_LEAN = f"""
if sys.argv[1] == "--run":
    sys.path.insert(0, SYSROOT)
    from compiled_theorem import *
    program, challenge, solution, theorem, candidate = sys.argv[2:]
    assert program.endswith("/Judge.lean"), sys.argv
    asked, _ = statement_and_axioms(challenge, theorem)
    given, axioms = statement_and_axioms(solution, theorem)
    print("statement:", "missing" if not given else "same" if given == asked else "different")
    if given:
        print("imports:", "same" if imports(challenge) == imports(solution) else "different")
        print("proof: {{}}\\ncandidate: {{}}".format(*proof_and_kind(solution, theorem, candidate)))
    for axiom in axioms:
        print("axiom:", axiom)
else:
    os.execv({sys.executable!r}, [{sys.executable!r}, "-m", {native.__name__!r}, *sys.argv[1:]])
"""
_REPL = f"os.execv({sys.executable!r}, [{sys.executable!r}, '-m', {embedded_repl.__name__!r}])"

# `lake env COMMAND` runs the command in Lake's environment; everything else is only noted.
_LAKE = """
if sys.argv[1:2] == ["--version"]:
    print("Lake version 5.0.0-src+f3a1b2c (Lean version 4.32.0)")
elif sys.argv[1:2] == ["env"]:
    project = os.getcwd()
    libraries = [project + "/.lake/packages/mathlib/.lake/build/lib/lean",
                 project + "/.lake/build/lib/lean"]
    os.environ["LEAN_PATH"] = ":".join(libraries + EXTRA_LEAN_PATH)
    os.environ["LEAN_SYSROOT"] = SYSROOT
    os.environ["PATH"] = SYSROOT + "/bin:" + os.environ["PATH"]
    os.execvp(sys.argv[2], sys.argv[2:])
"""


@dataclass
class Call:
    """One start of a program."""

    program: str
    arguments: list[str]
    folder: str
    lean_path: str


class Tools:
    """A folder with an elan, a pinned toolchain and a Lake project, all of them stand-ins."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.elan = root / "elan"
        self.sysroot = self.elan / "toolchains" / "leanprover--lean4---v4.32.0"
        self.project = root / "project"
        self.extra_lean_path: list[str] = []
        self._log = root / "calls.jsonl"
        for folder in (self.elan / "bin", self.sysroot / "bin", self.project):
            folder.mkdir(parents=True)
        (self.project / "lakefile.toml").write_text('name = "project"\n')
        (self.project / "lean-toolchain").write_text(f"{PIN}\n")
        self.manifest({"mathlib": "0123456789abcdef0123"})

    def manifest(self, packages: dict[str, str | None]) -> None:
        """Write the project's lake-manifest.json."""
        entries = [{"name": name, "rev": rev} for name, rev in packages.items()]
        (self.project / "lake-manifest.json").write_text(json.dumps({"packages": entries}))

    def lake(self, script: str = _LAKE) -> Path:
        """`lake`, where elan has it; by default with the commands `env` and `--version`."""
        return self.program(self.elan / "bin" / "lake", script)

    def repl(self, script: str = "", package: str = "REPL") -> Path:
        """The project's repl, built as a part of a package."""
        built = self.project / ".lake" / "packages" / package / ".lake" / "build" / "bin"
        return self.program(built / "repl", script)

    def bundled(self, name: str, script: str = "") -> Path:
        """A program of the toolchain itself."""
        return self.program(self.sysroot / "bin" / name, script)

    def built(self, name: str, package: str, script: str = "") -> Path:
        """A program that Lake has built as a part of a package."""
        built = self.project / ".lake" / "packages" / package / ".lake" / "build" / "bin"
        return self.program(built / name, script)

    def real_lean(self, library: str, first: str = "") -> None:
        """`lean` and the project's repl, both of them the embedded Lean with its library.

        `lean` runs the Python text `first` before it does what it is asked to.
        """
        self.extra_lean_path = [library]
        shutil.copy(Path(__file__).with_name("compiled_theorem.py"), self.sysroot)
        self.bundled("lean", first + _LEAN)
        self.repl(_REPL)

    def program(self, path: Path, script: str) -> Path:
        """A Python script as a program; it notes the call and then runs `script`."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            f"#!{sys.executable}\n"
            "import json, os, sys\n"
            f"SYSROOT = {str(self.sysroot)!r}\n"
            f"EXTRA_LEAN_PATH = {self.extra_lean_path!r}\n"
            "from contextlib import suppress\n"
            # In a sandbox it cannot write.
            f"with suppress(OSError), open({str(self._log)!r}, 'a') as log:\n"
            f"    print(json.dumps([{path.name!r}, sys.argv[1:], os.getcwd(), "
            "os.environ.get('LEAN_PATH', '')]), file=log)\n"
            f"{script}\n"
        )
        path.chmod(0o755)
        return path

    @property
    def calls(self) -> list[Call]:
        """Every start of a program until now, in order."""
        if not self._log.exists():
            return []
        return [Call(*json.loads(line)) for line in self._log.read_text().splitlines()]

    def called(self, program: str) -> list[list[str]]:
        """The arguments of each start of one program."""
        return [call.arguments for call in self.calls if call.program == program]

    @property
    def environment(self) -> dict[str, str]:
        """The variables that make a process find these programs and no others."""
        return {
            "ELAN_HOME": str(self.elan),
            "PATH": f"{self.elan / 'bin'}{os.pathsep}/usr/bin{os.pathsep}/bin",
            "LEAN_AGENT_PROJECT": str(self.project),
        }
