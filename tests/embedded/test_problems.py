"""The embedded problems: well formed, solvable, and not solved by one tactic."""

from __future__ import annotations

import asyncio
import hashlib
import re
from pathlib import Path

import pytest
from asking import Ask, asks_lean, errors

from lean_agent.decontamination import EvaluationSets
from lean_agent.lean.embedded import SOURCES
from lean_agent.lean.protocol import Answer
from lean_agent.lean.verifier import Verifier
from lean_agent.problem import Problem
from mathlib_index.declaration import Declaration

REFERENCE_PROOFS = Path(__file__).parents[1] / "reference_proofs"
SPLITS = ["test", "valid", "train"]
SINGLE_TACTICS = [
    *("rfl", "decide", "trivial", "assumption", "contradiction", "omega", "exact?"),
    *("simp", "simp_all", "intros; simp", "intros; simp_all", "intros; exact?"),
]


def reference_proofs() -> dict[str, str]:
    """Each theorem of the reference proofs, by name: from its line to the next `theorem`."""
    found: dict[str, str] = {}
    for path in sorted(REFERENCE_PROOFS.glob("*.lean")):
        for block in re.split(r"^(?=theorem )", path.read_text(encoding="utf-8"), flags=re.M)[1:]:
            name = block.split()[1]
            assert name not in found, f"{name} is proved twice"
            found[name] = block
    return found


def test_there_are_enough_problems_of_every_difficulty(problems: list[Problem]) -> None:
    by_split = {split: [p for p in problems if p.split == split] for split in SPLITS}
    assert {p.split for p in problems} == set(SPLITS)
    assert len(by_split["test"]) >= 50
    assert len(by_split["test"] + by_split["valid"]) >= 80
    assert len(by_split["train"]) >= 160
    for split in SPLITS:
        assert {p.difficulty for p in by_split[split]} == {1, 2, 3, 4, 5}


def test_problems_are_named_after_their_theorems_and_told_in_english(
    problems: list[Problem], declarations: list[Declaration]
) -> None:
    assert len({p.id for p in problems}) == len(problems)
    assert [p.id for p in problems] == [p.name for p in problems]
    assert not {p.id for p in problems} & {d.name for d in declarations}
    for p in problems:
        assert p.topic, p.id
        assert re.fullmatch(r".{20,}[.?]", p.informal), p.id


def test_what_is_evaluated_on_is_split_by_the_names_alone(problems: list[Problem]) -> None:
    evaluated = [p for p in problems if p.split != "train"]
    for difficulty in range(1, 6):
        level = [p for p in evaluated if p.difficulty == difficulty]
        level.sort(key=lambda p: hashlib.sha256(p.id.encode()).hexdigest())
        in_test = [p.split == "test" for p in level]
        assert in_test == sorted(in_test, reverse=True)
        assert sum(in_test) == pytest.approx(50 * len(level) / len(evaluated), abs=1)


def test_training_problems_are_new_and_different(problems: list[Problem]) -> None:
    everything = EvaluationSets({"embedded": problems})
    for p in problems:
        if p.split == "train":
            assert {found.problem_id for found in everything.overlaps(p)} == {p.id}


@asks_lean
async def test_every_statement_elaborates(ask: Ask, problems: list[Problem]) -> None:
    answer = await ask("\n".join(f"{p.header}{p.statement} := sorry" for p in problems))
    assert errors(answer) == []
    assert len(answer.sorries) == len(problems)


def test_every_problem_has_one_reference_proof(problems: list[Problem]) -> None:
    assert set(reference_proofs()) == {p.id for p in problems}


@asks_lean
async def test_every_reference_proof_is_accepted(
    verifier: Verifier, problems: list[Problem]
) -> None:
    proofs = reference_proofs()
    verdicts = await asyncio.gather(*(verifier.verify(p, proofs[p.id]) for p in problems))
    refused = {p.id: v.detail for p, v in zip(problems, verdicts, strict=True) if not v.accepted}
    assert refused == {}


def test_the_library_holds_no_problem_and_no_reference_proof(problems: list[Problem]) -> None:
    ids = {p.id for p in problems}
    for path in SOURCES.parent.rglob("*.lean"):
        assert not ids & set(re.findall(r"[\w.']+", path.read_text(encoding="utf-8"))), path


@pytest.mark.parametrize("split", ["test", "valid", pytest.param("train", marks=pytest.mark.slow)])
@asks_lean
async def test_a_single_tactic_closes_at_most_a_quarter(
    ask: Ask, problems: list[Problem], split: str
) -> None:
    part = [p for p in problems if p.split == split]
    # Lean stops reading after 100 errors: 8 problems with 12 attempts each stay below that.
    batches = [part[i : i + 8] for i in range(0, len(part), 8)]
    found = await asyncio.gather(*(_closed(ask, batch) for batch in batches))
    closed = [name for batch in found for name in batch]
    print(f"\na single tactic closes {len(closed)} of {len(part)}: {', '.join(closed)}")
    assert 0 < len(closed) <= len(part) / 4


async def _closed(ask: Ask, problems: list[Problem]) -> list[str]:
    """The ids of the problems that one of the tactics closes, each tried as an `example`."""
    lines: list[str] = []
    attempts: list[tuple[str, int]] = []
    for problem in problems:
        for tactic in SINGLE_TACTICS:
            attempts.append((problem.id, len(lines) + 1))
            goal = problem.statement[problem.declaration.end("name") :]
            lines += f"example{goal} := by {tactic}".splitlines()
    answer = await ask("\n".join([*lines, "#check True"]))
    assert answer.messages[-1].data == "True : Prop"  # Lean has read all of it
    failed = _lines_of_failures(answer)
    return list(dict.fromkeys(name for name, line in attempts if line not in failed))


def _lines_of_failures(answer: Answer) -> set[int]:
    return {m.pos.line for m in answer.messages if m.severity == "error"} | {
        s.pos.line for s in answer.sorries if s.pos is not None
    }
