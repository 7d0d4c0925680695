"""Prompt variants: one problem set under several prompts, and a table of what came of it."""

from __future__ import annotations

import asyncio
import io
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from command import (
    AND_SWAP,
    AND_SWAP_PROOF,
    OR_SWAP,
    OR_SWAP_PROOF,
    lean_agent,
    write_problems,
)
from rich.console import Console
from scripted import ScriptedModel, call

from lean_agent import open_model
from lean_agent.benchmark_run import RunRequest
from lean_agent.chat import CallErrorKind, Message, Sampling
from lean_agent.episode import EpisodeSettings, Mode
from lean_agent.errors import UserError
from lean_agent.evaluation.compare import compare_runs
from lean_agent.evaluation.variants import Variants, compare_variants
from lean_agent.evaluation.variants_table import print_variants, write_variants
from lean_agent.lean.verdict import Level
from lean_agent.settings import Settings
from lean_agent.trace.store import RunFolder
from lean_agent.trace.trace import Limits
from lean_agent.variants import VariantRuns, named_variants, run_variants

PROBLEMS = ({"id": "and_swap", "statement": AND_SWAP}, {"id": "or_swap", "statement": OR_SWAP})


def follows_xml(messages: Sequence[Message], _: Sampling) -> str:
    """Proves where the tools are described as XML, and only talks where they are not."""
    task = next(message.content for message in messages if message.role == "user")
    proof = AND_SWAP_PROOF if "and_swap" in task else OR_SWAP_PROOF
    if "each as an XML element" in messages[0].content:
        return call("check_lean", code=proof)
    return "The theorem is obvious."


def request(folder: Path, mode: Mode = Mode.AGENT, samples: int = 2) -> RunRequest:
    path = write_problems(folder / "two.jsonl", *PROBLEMS)
    episode = EpisodeSettings(mode=mode)
    settings = Settings(model="openai:scripted", episode=episode, limits=Limits(turns=3))
    return RunRequest(str(path), settings, samples, folder / "variants", lean="embedded")


def opens(monkeypatch: pytest.MonkeyPatch, model: ScriptedModel) -> list[str]:
    """Let every model that is named be this one; the list has the names."""
    named: list[str] = []

    def resolve(spec: str, *_: object) -> ScriptedModel:
        named.append(spec)
        return model

    monkeypatch.setattr(open_model, "resolve", resolve)
    return named


async def ran(asked: RunRequest, names: str, said: io.StringIO | None = None) -> VariantRuns:
    return await run_variants(asked, names, Console(file=said or io.StringIO(), width=100))


def episode_ids(folder: Path) -> list[str]:
    return sorted(trace.episode_id for trace in RunFolder.open(folder).traces())


EVERY_EPISODE = ["and_swap#0", "and_swap#1", "or_swap#0", "or_swap#1"]


@pytest.mark.usefixtures("embedded_lean")
async def test_a_model_that_follows_one_variant_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = opens(monkeypatch, ScriptedModel(follows_xml, tokens_each=10))
    said = io.StringIO()
    found = (await ran(request(tmp_path), "json,xml,python", said)).variants
    assert opened == ["openai:scripted"], "one model for all variants"
    assert re.findall(r"Variant \d of \d: \S+", said.getvalue()) == [
        "Variant 1 of 3: json@1",
        "Variant 2 of 3: xml@1",
        "Variant 3 of 3: python@1",
    ]
    assert (found.first, found.problems, found.samples) == ("json@1", 2, 2)
    xml, json_, python = found.variants
    assert [one.prompt for one in found.variants] == ["xml@1", "json@1", "python@1"]
    assert [one.valid_call_rate for one in found.variants] == [1.0, 0.0, 0.0]
    assert [one.pass_at_1.value for one in found.variants] == [1.0, 0.0, 0.0]
    assert [one.solved for one in found.variants] == [2, 0, 0]
    assert [one.turns for one in found.variants] == [1.0, 2.0, 2.0]
    assert xml.errors == {}
    assert python.errors == json_.errors == {CallErrorKind.NO_CALL: 8}
    assert xml.against_first is not None
    assert xml.against_first.value == 1.0
    assert python.against_first is not None
    assert python.against_first.value == 0.0
    assert json_.against_first is None
    for prompt in ("json@1", "xml@1", "python@1"):
        assert episode_ids(tmp_path / "variants" / prompt) == EVERY_EPISODE
        trace = next(RunFolder.open(tmp_path / "variants" / prompt).traces())
        assert trace.settings.prompt == prompt


@pytest.mark.usefixtures("embedded_lean")
async def test_what_was_stopped_goes_on_and_nothing_is_done_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = request(tmp_path)
    in_second = asyncio.Event()

    def until_the_second(messages: Sequence[Message], sampling: Sampling) -> str:
        if "XML" not in messages[0].content:
            return follows_xml(messages, sampling)
        in_second.set()
        raise asyncio.CancelledError

    opens(monkeypatch, ScriptedModel(until_the_second))
    sitting = asyncio.create_task(ran(asked, "json,xml"))
    await in_second.wait()
    sitting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sitting
    assert episode_ids(asked.out / "json@1") == EVERY_EPISODE
    model = ScriptedModel(follows_xml)
    opens(monkeypatch, model)
    runs = await ran(asked, "json,xml")
    assert len(model.asked) == 4, "the first variant was done"
    assert [one.episodes for one in runs.variants.variants] == [4, 4]
    again = ScriptedModel(follows_xml)
    opens(monkeypatch, again)
    assert await ran(asked, "json,xml") == runs
    assert again.asked == []


@pytest.mark.usefixtures("embedded_lean")
async def test_variants_of_whole_proofs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def completes(messages: Sequence[Message], _: Sampling) -> str:
        task = messages[-1].content
        proof = AND_SWAP_PROOF if "and_swap" in task else OR_SWAP_PROOF
        asked = task.startswith("Complete the following Lean 4 code")
        return f"```lean4\n{proof}\n```" if asked else "I do not know this task."

    opens(monkeypatch, ScriptedModel(completes))
    asked = request(tmp_path, Mode.WHOLE_PROOF)
    found = (await ran(asked, "whole-proof,goedel-prover-v2")).variants
    goedel, own = found.variants
    assert goedel.prompt == "goedel-prover-v2@1"
    assert (goedel.pass_at_1.value, own.pass_at_1.value) == (1.0, 0.0)
    assert goedel.valid_call_rate is None
    assert set(own.errors) == {CallErrorKind.NO_PROOF}
    assert "Valid" not in printed(found)


def test_all_means_all_prompts_of_the_mode() -> None:
    assert named_variants("all", Mode.AGENT) == (
        "json@1",
        "json-fewshot@1",
        "xml@1",
        "xml-fewshot@1",
        "python@1",
        "python-fewshot@1",
    )
    assert named_variants("all", Mode.AGENT, tools_in_prompt=False) == ("json@1",)
    assert named_variants("all", Mode.SELF_CORRECTION)[0] == "self-correction@1"
    assert named_variants(" xml , json@1", Mode.AGENT) == ("xml@1", "json@1")


@pytest.mark.parametrize(
    ("names", "complaint"),
    [
        ("json,yaml", "unknown prompt 'yaml': for the mode agent there are json@1, "),
        ("json,json@1", "'json,json@1' names json@1 twice"),
        ("json,,xml", "has an empty name: write prompts with commas between them, such as json@1,"),
        ("", "has an empty name"),
        ("json,goedel-prover-v2", "made for the mode whole-proof and self-correction, not agent"),
    ],
)
async def test_bad_names_are_refused_before_anything_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: str, complaint: str
) -> None:
    opens(monkeypatch, ScriptedModel(follows_xml))
    asked = request(tmp_path)
    with pytest.raises(UserError) as refusal:
        await ran(asked, names)
    assert complaint in str(refusal.value)
    assert not asked.out.exists()


def test_a_model_whose_server_describes_the_tools_has_no_variants_of_it() -> None:
    with pytest.raises(UserError, match=r"xml@1 is about how the tools are written"):
        named_variants("json,xml", Mode.AGENT, tools_in_prompt=False)


async def test_a_replay_has_no_variants(tmp_path: Path) -> None:
    asked = request(tmp_path)
    replay = replace(asked, settings=asked.settings.model_copy(update={"model": "replay:run"}))
    with pytest.raises(UserError, match="the one prompt of its record: leave --variants out"):
        await ran(replay, "json")


async def test_the_folder_of_a_single_run_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opens(monkeypatch, ScriptedModel(follows_xml))
    asked = request(tmp_path)
    asked.out.mkdir()
    (asked.out / "run.json").write_text("{}")
    with pytest.raises(UserError, match="is the folder of a single run: choose another --out"):
        await ran(asked, "json")


async def test_a_folder_with_other_things_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = opens(monkeypatch, ScriptedModel(follows_xml))
    asked = request(tmp_path)
    asked.out.mkdir()
    (asked.out / "thesis.tex").touch()
    (asked.out / "variants.json").touch()
    with pytest.raises(UserError, match=r"holds other things than variants, thesis\.tex for one"):
        await ran(asked, "json")
    assert opened == []


@pytest.mark.usefixtures("embedded_lean")
async def test_a_folder_of_other_variants_is_refused_before_the_model_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opens(monkeypatch, ScriptedModel(follows_xml))
    await ran(request(tmp_path, samples=1), "xml")
    opened = opens(monkeypatch, ScriptedModel(follows_xml))
    with pytest.raises(UserError, match="samples is 1 there and 2 now"):
        await ran(request(tmp_path), "json,xml")
    assert opened == []


@pytest.mark.usefixtures("embedded_lean")
async def test_a_model_that_gets_its_tools_beside_the_prompt_has_one_variant_and_is_told_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Native(ScriptedModel):
        tools_in_prompt = False

    opens(monkeypatch, Native(follows_xml))
    said = io.StringIO()
    found = (await ran(request(tmp_path, samples=1), "all", said)).variants
    assert [one.prompt for one in found.variants] == ["json@1"]
    assert said.getvalue().startswith("1 of the 6 prompts of the mode agent: this model gets its ")


@pytest.mark.usefixtures("embedded_lean")
async def test_variants_take_the_place_of_a_presets_prompt_but_not_of_ones_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opens(monkeypatch, ScriptedModel(lambda *_: "I do not know."))
    asked = request(tmp_path, Mode.WHOLE_PROOF, samples=1)

    def with_prompt(prompt: str, preset: str | None) -> RunRequest:
        episode = EpisodeSettings(mode=Mode.WHOLE_PROOF, prompt=prompt)
        update = {"episode": episode, "preset": preset}
        return replace(asked, settings=asked.settings.model_copy(update=update))

    own = with_prompt("kimina-prover@1", "goedel-prover-v2-8b")
    with pytest.raises(UserError, match=r"leave kimina-prover@1 out \(--prompt, or `episode"):
        await ran(own, "whole-proof")
    said = io.StringIO()
    await ran(with_prompt("goedel-prover-v2@1", "goedel-prover-v2-8b"), "whole-proof", said)
    assert "The prompt of the preset, goedel-prover-v2@1, gives way" in said.getvalue()


# The command.


@pytest.mark.usefixtures("embedded_lean")
def test_the_command_prints_the_table_and_writes_it(tmp_path: Path) -> None:
    problems = write_problems(tmp_path / "two.jsonl", *PROBLEMS)
    out = tmp_path / "out"
    line = ["run", problems, "--model", "portfolio", "--samples", 1, "--out", out]
    done = lean_agent(*line, "--variants", "json,python-fewshot")
    assert done.returncode == 0, done.stderr
    assert "json@1" in done.stdout
    assert "python-fewshot@1" in done.stdout
    table = Variants.model_validate_json((out / "variants.json").read_bytes())
    assert [one.valid_call_rate for one in table.variants] == [1.0, 1.0]
    assert f"lean-agent report {out}/NAME" in done.stderr
    both = lean_agent(*line, "--variants", "json", "--prompt", "json")
    assert both.returncode == 2
    assert "leave json out (--prompt, or" in both.stderr


# The table.


@pytest.fixture
def table(tmp_path: Path) -> Variants:
    """Two made-up runs, one of them not yet whole."""
    from synthetic_runs import make_problem, make_run, make_trace

    problems = [make_problem("a|<b>"), make_problem("c")]
    ids = [problem.id for problem in problems]
    traces = [make_trace(p, s, "by simp", tokens=1000) for p in problems for s in range(2)]
    folders = {"json@1": tmp_path / "json@1", "xml@1": tmp_path / "xml@1"}
    make_run(folders["json@1"], ids, 2, traces[:3])
    make_run(folders["xml@1"], ids, 2, traces)
    for prompt, folder in folders.items():  # make_run makes runs of the default prompt
        settings = json.loads((folder / "run.json").read_text())
        settings["episode"]["prompt"] = prompt
        (folder / "run.json").write_text(json.dumps(settings))
    return compare_variants(folders, Level.STRICT)


def test_problems_that_do_not_elaborate_count_in_the_difference_as_in_the_rates(
    tmp_path: Path,
) -> None:
    from synthetic_runs import make_problem, make_run, make_trace

    problems = [make_problem("a"), make_problem("b")]
    broken = ("x", "y")
    for name, solved in (("json@1", 1), ("xml@1", 2)):
        traces = [
            make_trace(p, 0, "by simp" if i < solved else None) for i, p in enumerate(problems)
        ]
        make_run(tmp_path / name, ["a", "b", *broken], 1, traces, broken=broken)
    folders = {name: tmp_path / name for name in ("json@1", "xml@1")}
    xml, json_ = compare_variants(folders, Level.STRICT).variants
    assert (xml.pass_at_1.value, json_.pass_at_1.value) == (2 / 4, 1 / 4)
    assert xml.against_first is not None
    assert (xml.against_first.value, xml.against_first.problems) == (1 / 4, 4)
    (against,) = compare_runs(list(folders.values())).against_first
    assert against.differences["1"] == xml.against_first


def printed(variants: Variants, width: int = 80) -> str:
    said = io.StringIO()
    print_variants(variants, Console(file=said, width=width))
    return said.getvalue()


def test_a_run_that_is_not_whole_is_marked(table: Variants) -> None:
    (partial,) = (one for one in table.variants if one.prompt == "json@1")
    assert (partial.episodes, partial.expected_episodes, partial.pass_at_n) == (3, 4, None)
    note = "json@1: only 3 of 4 episodes are done"
    assert note in printed(table)


def test_the_table_fits_a_terminal_of_80_columns(table: Variants) -> None:
    said = printed(table)
    assert max(map(len, said.splitlines())) <= 80
    assert "…" not in said
    assert "json@1" in said


def test_the_files_hold_the_table(table: Variants, tmp_path: Path) -> None:
    written = write_variants(table, tmp_path)
    as_json, as_markdown, page = (path.read_text(encoding="utf-8") for path in written)
    assert Variants.model_validate_json(as_json) == table
    rows = [line for line in as_markdown.splitlines() if line.startswith("| ")]
    assert [row.split(" | ")[0] for row in rows[2:]] == [f"| {p.prompt}" for p in table.variants]
    assert {row.count("|") for row in rows} == {rows[0].count("|")}
    assert page.count('<rect class="proofs"') == 2
    assert "http" not in page.replace("http-equiv", ""), "nothing is fetched"


def test_a_table_that_cannot_be_written_is_told(table: Variants, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot write the table"):
        write_variants(table, tmp_path / "nowhere")
