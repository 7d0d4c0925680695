"""LakeProject: a Lake project on disk, what it is pinned to and where its built programs lie."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from lean_agent.errors import UserError

ENVIRONMENT_SECONDS = 120.0
LOCAL = "local"
"""The revision of a package that is a folder."""
_NEEDED = ("LEAN_PATH", "LEAN_SYSROOT")  # where modules are, and Lean's own programs
# elan names the folder of a toolchain after it, with `/` and `:` written as dashes.
_ELAN_NAME = str.maketrans({"/": "--", ":": "---"})
_LEAN_VERSION = re.compile(r"\d+\.\d+\.\d+(?:-[0-9A-Za-z.]+)?")
# What a Python that runs under `lake env` prints: the environment that Lake made for it.
_PRINT_ENVIRONMENT = "import json, os; print(json.dumps(dict(os.environ)))"


def elan_home() -> Path:
    """Where elan keeps toolchains and puts `lake` and `lean`."""
    return Path(os.environ.get("ELAN_HOME") or Path.home() / ".elan")


def elan_bin() -> Path:
    """Where elan puts `lake` and `lean`."""
    return elan_home() / "bin"


def find_tool(name: str) -> str | None:
    """Path of `elan`, `lake` or `lean`, on PATH or where elan installs it."""
    return shutil.which(name) or shutil.which(name, path=str(elan_bin()))


def is_elans(tool: str) -> bool:
    """Whether a program is elan's, which starts the pinned one and fetches it where it is not."""
    return Path(tool).with_name("elan").is_file()


@dataclass(frozen=True)
class LakeProject:
    """The folder of a Lake project. Looking at it runs nothing, but for `environment`."""

    folder: Path

    @property
    def exists(self) -> bool:
        """Whether the folder has a lakefile."""
        return any((self.folder / name).is_file() for name in ("lakefile.toml", "lakefile.lean"))

    @property
    def pin(self) -> str | None:
        """The Lean that the project asks for, for example `leanprover/lean4:v4.32.0`."""
        try:
            return (self.folder / "lean-toolchain").read_text(encoding="utf-8").strip() or None
        except (OSError, UnicodeDecodeError):
            return None

    @property
    def lean_version(self) -> str | None:
        """The version in the pin, for example `4.32.0`; None where it names none."""
        found = _LEAN_VERSION.search(self.pin or "")
        return found.group() if found else None

    @property
    def elan_toolchain(self) -> Path | None:
        """The folder of the pinned Lean, where elan has installed it."""
        folder = elan_home() / "toolchains" / (self.pin or "").translate(_ELAN_NAME)
        return folder if self.pin and (folder / "bin").is_dir() else None

    def sysroot(self) -> Path | None:
        """The folder of the Lean that the project runs with, as far as that is known unasked.

        It is the pinned one that elan has installed; without elan, the one that `lake` is of.
        """
        lake = find_tool("lake")
        if self.elan_toolchain or lake is None or is_elans(lake):
            return self.elan_toolchain
        return Path(lake).resolve().parents[1]

    def packages(self) -> dict[str, str]:
        """The revision that each package is pinned to, by its name; `local` for a folder.

        Raises UserError where there is no manifest, or one that cannot be read.
        """
        try:
            text = (self.folder / "lake-manifest.json").read_text(encoding="utf-8")
            return {p["name"]: p.get("rev") or LOCAL for p in json.loads(text)["packages"]}
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise UserError(
                f"cannot tell the versions of the Lake project {self.folder} ({error}); "
                "it needs lake-manifest.json (`lake update` writes it)"
            ) from None

    def executable(self, name: str) -> Path | None:
        """A program that Lake has built, as a part of the project or of a package."""
        built = Path(".lake/build/bin") / name
        packages = sorted((self.folder / ".lake" / "packages").glob(f"*/{built}"))
        return next((p for p in [self.folder / built, *packages] if p.is_file()), None)

    def compiled(self, module: str) -> Path | None:
        """The compiled form of a module, of the project itself or of a package."""
        built = Path(".lake/build/lib")
        file = Path(module.replace(".", "/") + ".olean")
        for root in (self.folder, *sorted((self.folder / ".lake" / "packages").glob("*"))):
            for place in (root / built / "lean" / file, root / built / file):
                if place.is_file():
                    return place
        return None

    def environment(self, lake: str) -> dict[str, str]:
        """The environment of `lake env`: LEAN_PATH, LEAN_SYSROOT, PATH and all others.

        It costs a start of Lake, and Lake may write below `.lake`; so it is asked once, and the
        programs are then started without Lake. Raises UserError where Lake fails or hangs.
        """
        command = (lake, "env", sys.executable, "-I", "-c", _PRINT_ENVIRONMENT)
        try:
            done = subprocess.run(
                command,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=ENVIRONMENT_SECONDS,
            )
        except OSError as error:
            raise UserError(f"cannot run {lake}: {error}") from error
        except subprocess.TimeoutExpired:
            raise UserError(
                f"`lake env` in {self.folder} was not done after {ENVIRONMENT_SECONDS:g} s: run "
                "`lean-agent setup` there, which shows what it waits for"
            ) from None
        said = done.stderr.decode("utf-8", "replace").strip()
        try:
            environment = json.loads(done.stdout.splitlines()[-1])
            if done.returncode == 0 and all(environment[name] for name in _NEEDED):
                return {str(name): str(value) for name, value in environment.items()}
        except (IndexError, ValueError, KeyError, TypeError):
            pass
        raise UserError(
            f"`lake env` failed in {self.folder} (exit code {done.returncode}): "
            f"{said or 'it did not name ' + ' and '.join(_NEEDED)}; "
            "`lean-agent setup` builds the project"
        )
