"""`lean-agent traces select`, from run folders to a dataset, with the embedded Lean."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import json
import os
import random
import shutil
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import typer
from huggingface_hub import DatasetCard
from played import LEMMAS, VERSIONS, Lemma, check, good_lines, play, played_run, search
from scripted import ScriptedModel
from synthetic_runs import make_run, make_trace
from typer.testing import CliRunner

from lean_agent.adaptation import adapt
from lean_agent.agent import run_episode
from lean_agent.benchmarks import load_benchmark
from lean_agent.chat import Sampling
from lean_agent.errors import UserError
from lean_agent.lean.library import Library
from lean_agent.problem import Problem
from lean_agent.select_command import select
from lean_agent.trace.rules.rule import Rule
from lean_agent.trace.rules.search_use import SearchKind
from lean_agent.trace.selection_record import Candidacy, SelectionRecord
from lean_agent.trace.sources import COMPARED, SourceFacts, told_of
from lean_agent.trace.store import problems_checksum, read_traces
from lean_agent.trace.trace import Limits, Trace
from lean_agent.workbench import open_verifier, open_workbench

FILES = ("traces.jsonl", "selection.jsonl", "selection.json", "README.md")
PROBLEMS = [one.problem.id for one in LEMMAS]

pytestmark = pytest.mark.usefixtures("embedded_lean")


@pytest.fixture
def evaluation(tmp_path: Path) -> Path:
    """An evaluation set that holds the problem on products, under another name."""
    path = tmp_path / "mine.jsonl"
    statement = "theorem exercise_1 (a b : ℕ) : a * b = b * a"
    path.write_text(json.dumps({"id": "exercise_1", "statement": statement}) + "\n")
    return path


app = typer.Typer()
app.command()(select)


def run_select(*arguments: object) -> int:
    """The command in this process; a UserError is raised."""
    result = CliRunner().invoke(app, [str(one) for one in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code


def contents(dataset: Path) -> dict[str, bytes]:
    return {name: (dataset / name).read_bytes() for name in FILES}


def candidacies(dataset: Path) -> list[Candidacy]:
    lines = (dataset / "selection.jsonl").read_text().splitlines()
    return [Candidacy.model_validate_json(line) for line in lines]


def record(dataset: Path) -> SelectionRecord:
    return SelectionRecord.model_validate_json((dataset / "selection.json").read_text())


def test_a_dataset_from_a_run(tmp_path: Path, evaluation: Path):
    played_run(tmp_path / "run")
    dataset = tmp_path / "data" / "set"
    code = run_select(tmp_path / "run", "--size", 4, "--against", evaluation, "--out", dataset)
    assert code == 0
    traces = list(read_traces(dataset))
    assert [t.problem.id for t in traces] == sorted({t.problem.id for t in traces})
    assert all(trace.started == "" and trace.seconds == 0 for trace in traces)

    made = record(dataset)
    assert (made.episodes, made.candidates, made.taken) == (12, 12, 4)
    assert made.recovering == 2
    assert made.traces_sha256 == hashlib.sha256((dataset / "traces.jsonl").read_bytes()).hexdigest()
    (against,) = made.evaluation_sets
    assert (against.name, against.splits) == ("mine.jsonl", {"test": 1})
    assert against.sha256 == hashlib.sha256(evaluation.read_bytes()).hexdigest()
    assert sum(made.left.values()) + made.taken == made.candidates
    assert made.left[Rule.CONTAMINATION] == 2
    for rows in made.balance.values():
        assert sum(row.taken for row in rows) == 4
    topics = {row.value: row.taken for row in made.balance["topic"]}
    assert topics["order"] == 1, "what there is little of is taken whole"

    lines = candidacies(dataset)
    assert len(lines) == 12
    assert {one.episode for one in lines if one.taken} == {t.episode_id for t in traces}
    assert all(one.search is not None for one in lines if one.taken)
    leaked = [one for one in lines if one.rule is Rule.CONTAMINATION]
    assert {one.episode for one in leaked} == {"my_Nat_mul_comm#0", "my_Nat_mul_comm#1"}
    assert "overlaps with exercise_1 of mine.jsonl" in leaked[0].why
    assert "a * b = b * a" in leaked[0].evidence
    assert stat.S_IMODE(dataset.stat().st_mode) == 0o755


def test_the_card_is_one_that_the_hub_reads(tmp_path: Path, evaluation: Path):
    played_run(tmp_path / "run")
    dataset = tmp_path / "set"
    run_select(
        *(tmp_path / "run", "--size", 4, "--against", evaluation),
        *("--license", "mit", "--seed", 3, "--out", dataset),
    )
    card = DatasetCard.load(dataset / "README.md")
    assert card.data.license == "mit"
    assert card.data.language == ["en"]
    assert card.data.size_categories == ["n<1K"]
    assert card.data.to_dict()["configs"][0]["data_files"][0]["path"] == "traces.jsonl"
    for said in (
        "4 traces",
        "| mine.jsonl | test 1 |",
        "It was **not** compared with embedded, proofnet, minif2f, putnambench.",
        "my_Nat_mul_comm#0: its problem overlaps with exercise_1 of mine.jsonl",
        "- model: `scripted`",
        "2 (50%; asked for: 50%)",
        "--seed 3",
    ):
        assert said in card.text, said
    assert str(tmp_path) not in card.text, "a card says nothing of the machine it was made on"


def test_a_dataset_opens_in_the_consumers_library(tmp_path: Path, evaluation: Path):
    datasets = pytest.importorskip("datasets")
    played_run(tmp_path / "run")
    run_select(*(tmp_path / "run", "--size", 4, "--against", evaluation, "--out", tmp_path / "set"))
    files = str(tmp_path / "set" / "traces.jsonl")
    cache = str(tmp_path / "cache")
    loaded = datasets.load_dataset("json", data_files=files, split="train", cache_dir=cache)
    assert len(loaded) == 4
    assert loaded[0]["messages"][0]["role"] == "system"


SELECT = "import typer; from lean_agent.select_command import select; typer.run(select)"


def test_two_machines_make_the_same_bytes(tmp_path: Path, evaluation: Path):
    """Other hash seed, folder, order of runs, of lines and of episodes, clock: the same bytes."""
    whole = list(played_run(tmp_path / "here" / "run", samples=3).traces())
    extra = [play(one, good_lines(one, errors=2), sample=9) for one in LEMMAS[:3]]
    (tmp_path / "here" / "more.jsonl").write_text(
        "".join(trace.model_dump_json() + "\n" for trace in extra)
    )
    luck = random.Random(1)
    later = [
        trace.model_copy(update={"started": "2030-05-05T05:05:05+00:00", "seconds": 7.0 + n})
        for n, trace in enumerate([*whole, *extra])
    ]
    run, more = later[: len(whole)], later[len(whole) :]
    luck.shuffle(run)
    luck.shuffle(more)
    there = tmp_path / "elsewhere" / "deep"
    make_run(there / "run", PROBLEMS, 3, run)
    (there / "more.jsonl").write_text("".join(t.model_dump_json() + "\n" for t in more))

    made = []
    for seed, folder, runs in (
        ("1", tmp_path / "here", ["run", "more.jsonl"]),
        ("2", there, ["more.jsonl", "run"]),
    ):
        shutil.copy(evaluation, folder / "mine.jsonl")
        arguments = [*runs, "--size", "4", "--against", "mine.jsonl", "--out", "dataset"]
        subprocess.run(
            [sys.executable, "-c", SELECT, *arguments],
            cwd=folder,
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        )
        made.append(contents(folder / "dataset"))
    assert made[0] == made[1]


def test_another_seed_chooses_others(tmp_path: Path, evaluation: Path):
    played_run(tmp_path / "run", samples=4)
    chosen = []
    for seed in range(2):
        out = tmp_path / f"set{seed}"
        run_select(
            tmp_path / "run", "--size", 3, "--seed", seed, "--against", evaluation, "--out", out
        )
        chosen.append((out / "traces.jsonl").read_bytes())
    assert chosen[0] != chosen[1]


def test_a_proof_that_lean_refuses_now_is_left_and_another_takes_its_place(
    tmp_path: Path, evaluation: Path
):
    # Played with a judge that accepts anything: Lean does not.
    forged = LEMMAS[0].proof.replace("Nat.add_comm n m", "Nat.add_comm n n")
    lie = [*good_lines(LEMMAS[0])[:1], check(forged)]
    traces = [play(LEMMAS[0], lie, sample=n) for n in range(3)]
    good = [play(one) for one in LEMMAS[2:5]]
    make_run(tmp_path / "run", PROBLEMS, 3, [*traces, *good])
    dataset = tmp_path / "set"
    code = run_select(
        *(tmp_path / "run", "--size", 3, "--recovery-share", 0),
        *("--against", evaluation, "--out", dataset),
    )
    assert code == 0
    assert {t.problem.id for t in read_traces(dataset)} == {one.problem.id for one in LEMMAS[2:5]}
    refuted = [one for one in candidacies(dataset) if one.rule is Rule.VERIFIED_AGAIN]
    assert refuted, "a sum in the rarest place would have been taken"
    assert "Lean does not accept the proof (errors)" in refuted[0].why


# What searches did.


def test_a_proof_that_holds_without_what_was_found_comes_after_those_that_need_it(
    tmp_path: Path, evaluation: Path
):
    def idle(number: int) -> Trace:
        one = LEMMAS[number]
        proof = f"{one.proof.replace('exact', 'first | exact')} | omega"
        return play(one, [good_lines(one)[0], check(proof)])

    idly = [idle(number) for number in (0, 2)]  # which `omega` proves as well
    make_run(tmp_path / "run", PROBLEMS, 1, [*idly, play(LEMMAS[3]), play(LEMMAS[5])])
    kinds = {}
    for size in (2, 3):
        dataset = tmp_path / f"set{size}"
        more = ("--recovery-share", 0, "--against", evaluation, "--out", dataset)
        assert run_select(tmp_path / "run", "--size", size, *more) == 0
        kinds[size] = record(dataset).searches
    assert kinds == {
        2: {SearchKind.NEEDED: 2},
        3: {SearchKind.NEEDED: 2, SearchKind.UNNEEDED: 1},
    }
    taken = {one.episode: one.search for one in candidacies(dataset) if one.taken and one.search}
    (unneeded,) = (one for one in taken.values() if one.kind is SearchKind.UNNEEDED)
    assert unneeded.seen_in == "the accepted proof, which Lean accepts without it"
    card = (dataset / "README.md").read_text()
    assert "Lean refuses the proof without it (`needed`) | 2 (67%) |" in card
    assert "the proof holds without it (`unneeded`) | 1 (33%) |" in card
    assert "In 1 of 3 traces the proof does not need what the searches brought" in card


# Replay.


async def really_played(one: Lemma) -> Trace:
    """An episode with the embedded Lean and its index."""
    wrong = check(f"{one.problem.statement} := by\n  exact {one.name}.nothing")
    async with open_workbench("embedded", None, workers=1) as bench:
        return await run_episode(
            one.problem,
            ScriptedModel([search(one.problem.informal + one.signature), wrong, check(one.proof)]),
            bench.toolbox(one.problem, Limits()),
            sample=0,
            sampling=Sampling(seed=7),
            limits=Limits(),
            versions=bench.versions,
        )


def test_what_is_taken_is_replayed_where_lean_and_the_index_are_those_of_the_run(
    tmp_path: Path, evaluation: Path
):
    traces = [asyncio.run(really_played(one)) for one in (LEMMAS[0], LEMMAS[5])]
    # A made-up result that has the form of one, and made-up words of Lean in a refused check.
    listing = next(message for message in traces[0].messages if message.role == "tool")
    messages = [*traces[0].messages]
    added = listing.content.replace("1. ", "1. Hint.by_omega : True — The reference proof.\n2. ", 1)
    lines = [line.partition(". ")[2] for line in added.split("\n")]
    told = "\n".join(f"{number}. {line}" for number, line in enumerate(lines, start=1))
    messages[messages.index(listing)] = listing.model_copy(update={"content": told})
    traces[0] = traces[0].model_copy(update={"messages": tuple(messages)})
    make_run(tmp_path / "run", PROBLEMS, 1, traces)
    dataset = tmp_path / "set"
    code = run_select(
        *(tmp_path / "run", "--size", 2, "--lean", "embedded"),
        *("--against", evaluation, "--out", dataset),
    )
    assert code == 1
    made = record(dataset)
    assert (made.taken, made.replayed, made.left[Rule.REPLAY]) == (1, 1, 1)
    (forged,) = (one for one in candidacies(dataset) if one.rule is Rule.REPLAY)
    assert forged.why == "turn 1: search_mathlib answers otherwise now"
    assert "-1. Hint.by_omega" in forged.evidence
    assert "Every trace here was replayed" in (dataset / "README.md").read_text()


def test_what_another_lean_was_asked_is_only_checked_again_and_that_is_said(
    tmp_path: Path, evaluation: Path
):
    played_run(tmp_path / "run", samples=1)  # with a judge and a shelf of its own
    arguments = [tmp_path / "run", "--size", 2, "--against", evaluation, "--out", tmp_path / "set"]
    result = CliRunner().invoke(app, [str(one) for one in arguments])
    assert result.exit_code == 0
    assert "their calls were not replayed" in result.stderr
    assert record(tmp_path / "set").replayed == 0
    card = (tmp_path / "set" / "README.md").read_text()
    assert "their searches and refused checks say was **not** tried again" in card
    assert "2 traces were not replayed" in card


# Problems.


def run_of(
    path: Path, benchmark: Path, traces: list[Trace], ready: list[Problem] | None = None
) -> None:
    """A run of that file, with the checksum of what it holds or, adapted, of `ready`."""
    problems = ready or load_benchmark(str(benchmark), "train")
    make_run(
        path,
        [one.id for one in problems],
        1,
        traces,
        benchmark=str(benchmark),
        split="train",
        benchmark_checksum=problems_checksum(problems),
    )


def test_problems_are_held_against_the_benchmark(tmp_path: Path, evaluation: Path):
    benchmark = tmp_path / "train.jsonl"
    lines = (one.problem.model_dump_json() + "\n" for one in LEMMAS[2:5])
    benchmark.write_text("".join(lines))
    hinted = LEMMAS[2].problem.model_copy(update={"informal": "TEACHER HINT: by omega"})
    forged = play(replace(LEMMAS[2], problem=hinted), good_lines(LEMMAS[2]))
    assert forged.proved
    run_of(tmp_path / "run", benchmark, [forged, play(LEMMAS[3]), play(LEMMAS[4])])
    dataset = tmp_path / "set"
    arguments = (tmp_path / "run", "--size", 2, "--against", evaluation, "--recovery-share", 0)
    run_select(*arguments, "--out", dataset)
    left = [one for one in candidacies(dataset) if one.rule is Rule.PROBLEM]
    assert [(one.episode, one.evidence) for one in left] == [
        (f"{hinted.id}#0", "TEACHER HINT: by omega")
    ]
    (source,) = record(dataset).sources
    assert source.problems == "compared with the benchmark's"

    benchmark.unlink()
    run_select(*arguments, "--out", tmp_path / "another")
    (source,) = record(tmp_path / "another").sources
    assert source.problems == "taken at their word: the benchmark's file is not here"
    card = (tmp_path / "another" / "README.md").read_text()
    assert "problems were taken at their word" in card


def test_a_benchmark_whose_headers_were_adapted_is_adapted_before_it_is_compared(
    tmp_path: Path, evaluation: Path
):
    published = [
        replace(one, problem=one.problem.model_copy(update={"header": "open Nat Nonesuch\n"}))
        for one in LEMMAS[3:5]
    ]
    benchmark = tmp_path / "train.jsonl"
    benchmark.write_text("".join(one.problem.model_dump_json() + "\n" for one in published))

    async def adapted() -> list[Problem]:
        async with open_verifier("embedded", workers=1) as verifier:
            problems = [one.problem for one in published]
            return [one.problem for one in await adapt(problems, verifier, Library("embedded"), 60)]

    ready = asyncio.run(adapted())
    assert "Nonesuch" not in ready[0].header
    played = [
        play(replace(one, problem=problem)) for one, problem in zip(published, ready, strict=True)
    ]
    run_of(tmp_path / "run", benchmark, played, ready)
    dataset = tmp_path / "set"
    run_select(tmp_path / "run", "--size", 2, "--against", evaluation, "--out", dataset)
    (source,) = record(dataset).sources
    assert source.problems == "compared with the benchmark's"


# Several sources.


def test_two_parts_of_one_run_are_one_row_whatever_their_order(tmp_path: Path, evaluation: Path):
    traces = [play(one, sample=sample) for one in LEMMAS for sample in range(2)]
    make_run(tmp_path / "a", PROBLEMS, 2, traces)
    make_run(tmp_path / "c", PROBLEMS, 2, [*traces[:5], play(LEMMAS[5], sample=1)])
    made = []
    for order in (("a", "c"), ("c", "a")):
        dataset = tmp_path / "-".join(order)
        runs = (tmp_path / name for name in order)
        run_select(*runs, "--size", 4, "--against", evaluation, "--out", dataset)
        made.append(contents(dataset))
    assert made[0] == made[1]
    (source,) = record(dataset).sources
    assert (source.folders, source.episodes, source.proved) == (2, 18, 18)
    assert "(2 folders) | embedded | test | 18 | 18 | 4 |" in made[0]["README.md"].decode()
    assert record(dataset).left[Rule.COPY] == 4  # and two more are of the evaluation set


def test_what_is_told_of_parts_does_not_hang_on_their_order():
    here = SourceFacts(
        name="mine-train-0",
        benchmark="mine.jsonl",
        split="train",
        episodes=3,
        proved=2,
        problems=COMPARED,
        reference_proofs="1 looked for",
    )
    gone = "not looked for: the benchmark's file is not here"
    away = here.model_copy(update={"episodes": 5, "reference_proofs": gone})
    (told,) = told_of([here, away])
    assert told_of([away, here]) == (told,)
    assert (told.folders, told.episodes, told.proved) == (2, 8, 4)
    assert told.reference_proofs == f"1 looked for; {gone}"


def test_a_run_that_is_given_twice_is_read_once(tmp_path: Path, evaluation: Path):
    played_run(tmp_path / "run", samples=1)
    again = tmp_path / "elsewhere" / ".." / "run"
    (tmp_path / "elsewhere").mkdir()
    dataset = tmp_path / "set"
    run_select(tmp_path / "run", again, "--size", 2, "--against", evaluation, "--out", dataset)
    assert record(dataset).episodes == 6
    assert Rule.COPY not in record(dataset).left


def test_too_few_good_ones_make_a_smaller_dataset_and_exit_code_1(tmp_path: Path, evaluation: Path):
    played_run(tmp_path / "run")
    dataset = tmp_path / "set"
    arguments = [str(tmp_path / "run"), "--against", str(evaluation), "--out", str(dataset)]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 1
    assert "Only 5 of the 100 asked for" in result.stderr
    assert len(list(read_traces(dataset))) == 5
    assert "**100 traces were asked for; 5 could be taken.**" in (dataset / "README.md").read_text()


def test_a_dataset_can_be_selected_from_again_and_a_copy_is_seen(tmp_path: Path, evaluation: Path):
    played_run(tmp_path / "run", samples=1)
    first, second = tmp_path / "first", tmp_path / "second"
    run_select(tmp_path / "run", "--size", 5, "--against", evaluation, "--out", first)
    run_select(tmp_path / "run", first, "--size", 5, "--against", evaluation, "--out", second)
    assert (second / "traces.jsonl").read_bytes() == (first / "traces.jsonl").read_bytes()
    assert record(second).left[Rule.COPY] == 5
    third = tmp_path / "third"
    run_select(first, tmp_path / "run", "--size", 5, "--against", evaluation, "--out", third)
    assert contents(third) == contents(second), "which of two copies is taken hangs on no order"


def test_a_run_with_its_own_reference_proofs_is_held_against_them(tmp_path: Path, evaluation: Path):
    one = LEMMAS[4]
    proof = "by rw [List.append_assoc as bs cs] ; exact Eq.refl (as ++ (bs ++ cs))"
    benchmark = tmp_path / "train.jsonl"
    line = {**one.problem.model_dump(), "proof": proof}
    benchmark.write_text(json.dumps(line) + "\n")
    telling = [f"I was told: {proof}. {good_lines(one)[0]}", good_lines(one)[1]]
    run = make_run(tmp_path / "run", [one.problem.id], 2, [play(one, telling), play(one, sample=1)])
    settings = run.settings.model_copy(update={"benchmark": str(benchmark), "split": "train"})
    (tmp_path / "run" / "run.json").write_text(settings.model_dump_json())
    dataset = tmp_path / "set"
    run_select(tmp_path / "run", "--size", 1, "--against", evaluation, "--out", dataset)
    left, taken = sorted(candidacies(dataset), key=lambda each: each.taken)
    assert (left.episode, left.rule) == (f"{one.problem.id}#0", Rule.REFERENCE)
    assert taken.taken
    (source,) = record(dataset).sources
    assert source.benchmark == "train.jsonl"
    assert source.reference_proofs == "1 looked for"


# Bad input.


def test_runs_of_different_conditions_are_refused_unless_that_is_asked_for(
    tmp_path: Path, evaluation: Path
):
    make_run(tmp_path / "a", PROBLEMS, 1, [play(one) for one in LEMMAS[:3]])
    other = {**VERSIONS, "lean": "4.36.0"}
    make_run(
        tmp_path / "b", PROBLEMS, 1, [play(one, turns=9, versions=other) for one in LEMMAS[3:]]
    )
    both = [tmp_path / "a", tmp_path / "b", "--against", evaluation, "--size", 5]
    with pytest.raises(UserError, match="different conditions") as refusal:
        run_select(*both, "--out", tmp_path / "set")
    assert "limits.turns: 12, 9; versions.lean: 4.35.0, 4.36.0" in str(refusal.value)
    assert "--mixed" in str(refusal.value)
    assert not (tmp_path / "set").exists()
    assert run_select(*both, "--mixed", "--out", tmp_path / "set") == 0
    assert "played under 2 different conditions" in (tmp_path / "set" / "README.md").read_text()


def test_when_nothing_passes_each_rule_says_how_many_it_left(tmp_path: Path, evaluation: Path):
    hidden = make_trace(LEMMAS[0].problem, 0, LEMMAS[0].proof)  # an opening that nobody released
    hurried = play(LEMMAS[1], good_lines(LEMMAS[1])[1:], sample=1)
    make_run(tmp_path / "run", PROBLEMS, 2, [hidden, hurried])
    with pytest.raises(UserError) as refusal:
        run_select(tmp_path / "run", "--against", evaluation, "--out", tmp_path / "set")
    said = str(refusal.value)
    assert said.startswith("none of the 2 accepted episodes can be taken. They were left: ")
    assert "1 by the rule multi-turn (It has at least two turns)" in said
    assert "1 by the rule prompt (" in said
    assert not (tmp_path / "set").exists()


def test_a_run_without_a_proof_is_said_to_be(tmp_path: Path, evaluation: Path):
    make_run(tmp_path / "run", PROBLEMS, 1, [make_trace(LEMMAS[0].problem, 0)])
    with pytest.raises(UserError, match="none of the 1 episodes holds an accepted proof"):
        run_select(tmp_path / "run", "--against", evaluation, "--out", tmp_path / "set")


def test_an_evaluation_set_that_is_not_to_be_had_is_an_error_with_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("LEAN_AGENT_DATA", str(tmp_path))
    played_run(tmp_path / "run", samples=1)
    with pytest.raises(UserError, match="the evaluation set minif2f is not to be had") as refusal:
        run_select(tmp_path / "run", "--out", tmp_path / "set")
    assert "LEAN_AGENT_DATA" in str(refusal.value)
    assert "--against NAME" in str(refusal.value)


@pytest.mark.parametrize("holds", ["a file", "a folder with something in it"])
def test_what_is_there_is_not_overwritten(tmp_path: Path, evaluation: Path, holds: str):
    there = tmp_path / "set"
    if holds == "a file":
        there.write_text("mine")
    else:
        there.mkdir()
        (there / "mine").touch()
    with pytest.raises(UserError, match="set exists: remove it, or choose another --out"):
        run_select(tmp_path / "run", "--against", evaluation, "--out", there)


def test_a_disk_that_fills_up_leaves_no_half_dataset(
    tmp_path: Path, evaluation: Path, monkeypatch: pytest.MonkeyPatch
):
    played_run(tmp_path / "run", samples=1)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("lean_agent.trace.dataset.os.fsync", full)
    with pytest.raises(UserError, match=r"cannot write the dataset .*No space left"):
        run_select(
            *(tmp_path / "run", "--size", 2),
            *("--against", evaluation, "--out", tmp_path / "sets" / "one"),
        )
    assert list((tmp_path / "sets").iterdir()) == []


def test_a_folder_that_cannot_be_made_is_told_of_before_anything_is_read(tmp_path: Path):
    with pytest.raises(UserError, match="cannot write the dataset /proc/zz"):
        run_select(tmp_path / "nowhere", "--out", "/proc/zz")


def test_a_run_that_is_not_there(tmp_path: Path, evaluation: Path):
    with pytest.raises(UserError, match="nowhere: no such run folder, dataset or trace file"):
        run_select(tmp_path / "nowhere", "--against", evaluation, "--out", tmp_path / "set")


def test_a_folder_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path, evaluation: Path):
    played_run(tmp_path / "run", samples=1)
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(UserError, match="cannot write the dataset"):
        run_select(tmp_path / "run", "--size", 2, "--against", evaluation, "--out", blocked / "set")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "mine.jsonl", "run"]
