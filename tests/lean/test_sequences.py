"""Nothing outlives a check: what one submission declares or sets, the next does not meet.

All checks here go through one process, one after another, in the environment of one header.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from lean_agent.lean.limits import ProcessLimits
from lean_agent.lean.pool import LeanPool
from lean_agent.lean.strict.find import find_strict
from lean_agent.lean.toolchain import Toolchain
from lean_agent.lean.verdict import Level, Verdict
from lean_agent.lean.verifier import Verifier
from lean_agent.problem import Problem

pytestmark = pytest.mark.asyncio(loop_scope="session")

FIRST = "theorem first_done : True"
SECOND = "theorem second_done (k : Nat) : k * k + k = k * (k + 1)"
PROOF = " := (Nat.mul_succ k k).symm"
# What the first submission holds beside a good proof, and the second one's proof. The second
# proof is good only if something of the first is still there.
NEEDS_THE_FIRST = {
    "a theorem": (
        "theorem rule (k : Nat) : k * k + k = k * (k + 1) := (Nat.mul_succ k k).symm",
        " := rule k",
    ),
    "a lemma for simp": (
        "@[simp] theorem rule (k : Nat) : k * k + k = k * (k + 1) := (Nat.mul_succ k k).symm",
        " := by simp",
    ),
    "an instance": (
        "instance (n : Nat) : OfNat Bool n := ⟨true⟩",
        " := by\n  have : Bool := 7\n  exact (Nat.mul_succ k k).symm",
    ),
    "an opened namespace": ("open Nat", " := (mul_succ k k).symm"),
    "a notation": (
        'notation "⊓⊓" => True',
        " := by\n  have : ⊓⊓ := trivial\n  exact (Nat.mul_succ k k).symm",
    ),
    "a tactic": (
        'macro "finish" : tactic => `(tactic| exact (Nat.mul_succ _ _).symm)',
        " := by finish",
    ),
    "itself": ("", " := second_done k"),
}
# What the first submission holds that would spoil the second one's good proof.
SPOILS_THE_SECOND = {
    "an option": "set_option maxRecDepth 1",
    "an instance taken away": "attribute [-instance] instHMul",
    "a lemma that sends simp in circles": (
        "@[simp] theorem round (n m : Nat) : n * m = m * n := Nat.mul_comm n m"
    ),
    "another meaning of the numerals": (
        "@[default_instance 10000] instance (n : Nat) : OfNat Bool n := ⟨true⟩"
    ),
    "another meaning of a name": "def Nat.mul_succ' := 0\nexport Nat (mul_succ')",
    "the theorem itself": f"{SECOND}{PROOF}",
    "a section left open": "section",
    "a comment left open": "/-",
    "a macro over theorem": "macro_rules | `(command| theorem $n:declId : $_ := $_) => `(#check 0)",
    "a notation over the statement": 'notation "Nat" => Bool',
}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def one_process(any_toolchain: Toolchain) -> AsyncIterator[Verifier]:
    async with LeanPool(any_toolchain, workers=1) as pool:
        yield Verifier(pool, find_strict(any_toolchain, ProcessLimits()))


async def second_verdict(
    verifier: Verifier, beside: str, proof: str, level: Level = Level.STRICT
) -> Verdict:
    """The verdict on the second theorem, after the first was checked with what stands beside it."""
    header = verifier.pool.toolchain.default_header
    first = Problem(id="first", statement=FIRST, header=header)
    second = Problem(id="second", statement=SECOND, header=header)
    await verifier.verify(first, f"{FIRST} := trivial\n{beside}", level=level)
    return await verifier.verify(second, SECOND + proof)


@pytest.mark.parametrize("kind", NEEDS_THE_FIRST)
async def test_the_second_cannot_use_what_the_first_left(one_process: Verifier, kind: str) -> None:
    beside, proof = NEEDS_THE_FIRST[kind]
    assert not (await second_verdict(one_process, beside, proof)).accepted


@pytest.mark.parametrize("kind", NEEDS_THE_FIRST)
async def test_the_second_could_use_it_in_one_text(one_process: Verifier, kind: str) -> None:
    beside, proof = NEEDS_THE_FIRST[kind]
    if kind == "itself":
        pytest.skip("a theorem is never there for its own proof")
    header = one_process.pool.toolchain.default_header
    both = Problem(id="both", statement=SECOND, header=header)
    code = f"{FIRST} := trivial\n{beside}\n{SECOND}{proof}"
    verdict = await one_process.verify(both, code, level=Level.STRICT)
    assert verdict.accepted, verdict


@pytest.mark.parametrize("kind", SPOILS_THE_SECOND)
async def test_the_first_does_not_spoil_the_second(one_process: Verifier, kind: str) -> None:
    verdict = await second_verdict(one_process, SPOILS_THE_SECOND[kind], PROOF)
    assert verdict.accepted, verdict
