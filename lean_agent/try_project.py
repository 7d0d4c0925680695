"""Whether a Lake project that was just built checks as it should: one proof and one lie."""

from __future__ import annotations

from pathlib import Path

from lean_agent.errors import UserError
from lean_agent.lean.limits import ProcessLimits
from lean_agent.lean.pool import LeanPool
from lean_agent.lean.repl import ReplError
from lean_agent.lean.strict.find import find_strict
from lean_agent.lean.toolchain import find_toolchain
from lean_agent.lean.verdict import Level
from lean_agent.lean.verifier import Verifier
from lean_agent.problem import Problem


async def try_project(project: Path) -> str:
    """Have the project's Lean check a proof and a lie, strictly too; a sentence on what it said.

    Raises UserError where it does not tell them apart, or comes to no answer.
    """
    toolchain = find_toolchain(str(project))
    strict = find_strict(toolchain, ProcessLimits())
    stated = "theorem lean_agent_trial (a b : Prop) (h : a ∧ b) : b ∧ a"
    trial = Problem(id="trial", statement=stated, header=toolchain.default_header)
    async with LeanPool(toolchain, workers=1) as pool:
        verifier = Verifier(pool, strict)
        proof = await verifier.verify(trial, f"{stated} := ⟨h.2, h.1⟩", level=Level.STRICT)
        lie = await verifier.verify(trial, f"{stated} := sorry")
    if not proof.accepted or lie.accepted:
        said = proof.detail if not proof.accepted else "it accepts `sorry` as a proof"
        raise UserError(f"the Lean in {project} does not check as it should: {said}")
    if strict is None:
        return (
            "It tells them apart. There is no strict check: `lean-agent doctor` says how to get one"
        )
    try:
        confirmed = (await strict.confirm(trial, f"{stated} := sorry", 60.0)).confirmed
    except ReplError as error:
        raise UserError(f"{strict.name} fails in {project}: {error}") from error
    if confirmed:
        raise UserError(f"{strict.name} accepts `sorry` as a proof in {project}: do not use it")
    return f"It tells them apart, and so does the strict check: {strict.name}"
