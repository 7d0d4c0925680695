"""`lean-agent setup`: build the Lake project that real Mathlib proofs are checked in.

Every step can be repeated: lake and the Mathlib cache go on where they stopped. Nothing is built
for the strict check: the pinned Lean brings `leanchecker`, as every Lean from 4.28 on
(https://github.com/leanprover/lean4checker says so). The last step is a trial: one proof and one
lie go the way that all others will go.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
from pathlib import Path

import httpx
from rich.console import Console

from lean_agent.errors import UserError
from lean_agent.lean import sandbox
from lean_agent.lean.lake import LakeProject, elan_bin, find_tool
from lean_agent.try_project import try_project

LAKE_PROJECT = Path(__file__).parent.parent / "lean_project"
ELAN_INSTALLER = "https://elan.lean-lang.org/elan-init.sh"

# (what it does, roughly what it takes, the command)
LAKE_STEPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("resolve Mathlib and REPL at the pinned release", "1 GB of git history", ("lake", "update")),
    ("fetch Mathlib's compiled files", "5 GB of disk", ("lake", "exe", "cache", "get")),
    ("build the project", "minutes with the cache, hours without", ("lake", "build")),
    ("build the REPL", "a minute", ("lake", "build", "REPL/repl")),
)


def setup_project(project: Path, console: Console) -> None:
    """Install elan if it is missing, then resolve, fetch and build `project`.

    Raises UserError naming the step that failed and how to do it by hand.
    """
    if not LakeProject(project).exists:
        raise UserError(f"{project} is no Lake project: it has no lakefile.toml or lakefile.lean")
    if find_tool("lake") is None:
        _install_elan(console)
    environment = {**os.environ, "PATH": f"{elan_bin()}{os.pathsep}{os.environ.get('PATH', '')}"}
    for number, (what, takes, command) in enumerate(LAKE_STEPS, start=1):
        line = " ".join(command)
        console.print(f"{number}/{len(LAKE_STEPS) + 1} {what} ({takes}): {line}", style="bold")
        if subprocess.run(command, cwd=project, env=environment).returncode != 0:
            raise UserError(
                f"`{line}` failed in {project} (its own words stand above); without a network "
                "to github.com it cannot work. Mend the cause and run `lean-agent setup` again: "
                "it goes on where it stopped. Meanwhile `--lean embedded` needs no set-up"
            )
    number = len(LAKE_STEPS) + 1
    console.print(f"{number}/{number} try it: check one proof and one lie", style="bold")
    console.print(asyncio.run(try_project(project)), markup=False, soft_wrap=True)
    found = sandbox.find()
    if found.kind != "bubblewrap":
        console.print(f"No sandbox: {found.detail}", style="yellow", markup=False, soft_wrap=True)
    console.print(
        f"Ready. Check against it with `--lean {project}` or LEAN_AGENT_PROJECT={project}; "
        f"index it with `mathlib-index build {project}/.lake/packages/mathlib/Mathlib --out INDEX`",
        markup=False,
        soft_wrap=True,
    )


def _install_elan(console: Console) -> None:
    console.print(f"0 install elan, Lean's version manager: {ELAN_INSTALLER}", style="bold")
    try:
        script = httpx.get(ELAN_INSTALLER, follow_redirects=True, timeout=30).raise_for_status()
    except httpx.HTTPError as error:
        raise UserError(
            f"no `lake` here, and the elan installer cannot be fetched from {ELAN_INSTALLER} "
            f"({error}). On a machine with a network run it, then `lean-agent setup` again; "
            "the embedded Lean (`--lean embedded`) needs none of this"
        ) from error
    done = subprocess.run(
        ("sh", "-s", "--", "-y", "--default-toolchain", "none"), input=script.content
    )
    if done.returncode != 0:
        raise UserError("the elan installer failed; its own words stand above")
