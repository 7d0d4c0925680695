"""Settings of a run: which of defaults, preset, file and flags is right, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from command import AND_SWAP, AND_SWAP_PROOF, ModelServer, lean_agent, write_problems

from lean_agent.chat import Sampling
from lean_agent.episode import Mode
from lean_agent.errors import UserError
from lean_agent.models import resolve
from lean_agent.models.backends import BACKENDS
from lean_agent.models.settings import AnswerSettings, BackendSettings
from lean_agent.settings import FLAGS, Settings, episode_settings, read_settings
from lean_agent.trace.store import RunFolder, RunSettings, read_traces
from lean_agent.trace.trace import Limits


def settings(*assignments: str, file: Path | None = None, **flags: object) -> Settings:
    return read_settings(file, assignments, {"model": "portfolio", **flags})


def complaint(*assignments: str, file: Path | None = None, **flags: object) -> str:
    with pytest.raises(UserError) as error:
        settings(*assignments, file=file, **flags)
    return str(error.value)


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


# Which is right


def test_without_more_than_a_model_everything_is_at_its_default() -> None:
    assert settings() == Settings(model="portfolio")


def test_defaults_then_preset_then_file_then_set_then_flags(tmp_path: Path) -> None:
    """`top_k` is set by the preset alone, and each layer that follows overrides one more."""
    file = write(
        tmp_path / "mine.toml",
        """
        model = "vllm:somewhere"
        preset = "qwen3-8b"

        [sampling]
        min_p = 0.1
        top_p = 0.2
        temperature = 0.3
        """,
    )
    found = read_settings(
        file, ["sampling.top_p=0.5", "sampling.temperature=0.6"], {"temperature": 0.9}
    )
    assert found.sampling == Sampling(
        temperature=0.9, top_p=0.5, min_p=0.1, top_k=20, max_tokens=32768
    )
    assert (found.model, found.preset) == ("vllm:somewhere", "qwen3-8b")
    assert found.limits.check_seconds == Limits().check_seconds


def test_the_last_of_two_assignments_is_right() -> None:
    assert settings("sampling.seed=1", "sampling.seed=2").sampling.seed == 2


def test_every_plain_flag_sets_its_key() -> None:
    flags: dict[str, Any] = {
        "model": "openai:m",
        "preset": "qwen3-8b",
        "temperature": 0.25,
        "max_tokens": 77,
        "seed": 5,
        "turns": 3,
        "seconds": 11.0,
        "check_seconds": 2.5,
        "mode": Mode.SELF_CORRECTION,
        "prompt": "self-correction@1",
        "lenient": True,
    }
    assert flags.keys() == FLAGS.keys()
    found: Any = read_settings(flags=flags)
    for name, key in FLAGS.items():
        value = found
        for part in key.split("."):
            value = getattr(value, part)
        assert value == flags[name], name


def test_a_flag_that_was_not_given_overrides_nothing() -> None:
    assert settings("sampling.seed=4", seed=None, lenient=None).sampling.seed == 4


@pytest.mark.parametrize(
    ("assignment", "table", "key", "value"),
    [
        ("sampling.top_k=20", "sampling", "top_k", 20),
        ("sampling.temperature=1", "sampling", "temperature", 1.0),
        ('sampling.stop=["</answer>"]', "sampling", "stop", ("</answer>",)),
        ("sampling.logprobs=true", "sampling", "logprobs", True),
        ("backend.dialect=hermes", "backend", "dialect", "hermes"),
        ('backend.dialect="hermes"', "backend", "dialect", "hermes"),
        ("backend.tokenizer=/models/a=b c", "backend", "tokenizer", "/models/a=b c"),
        ("backend.tokenizer=2026-01-01", "backend", "tokenizer", "2026-01-01"),
        ("episode.mode=self-correction", "episode", "mode", Mode.SELF_CORRECTION),
    ],
)
def test_a_value_is_read_as_toml_or_as_the_words_it_is(
    assignment: str, table: str, key: str, value: object
) -> None:
    model = "transformers:x" if table != "sampling" else "portfolio"
    found = settings(assignment, model=model)
    assert getattr(getattr(found, table), key) == value


def test_arguments_of_a_chat_template_are_free_and_add_up() -> None:
    found = settings(
        "backend.template_arguments.enable_thinking=true",
        "backend.template_arguments.style=brief",
        preset="qwen3-no-thinking",
        model="vllm:",
    )
    assert found.backend.template_arguments == {"enable_thinking": True, "style": "brief"}


def test_whole_proofs_are_one_answer_each() -> None:
    asked: dict[str, Any] = {"model": "openai:m", "mode": "whole-proof"}
    assert settings(**asked).limits.turns == 1
    assert settings(**asked, turns=1).limits.turns == 1
    assert "take the mode self-correction" in complaint(**asked, turns=2)


def test_an_episode_may_use_as_many_tokens_as_one_answer_may_have() -> None:
    assert settings(max_tokens=65536).limits.tokens == 65536
    assert settings(max_tokens=100).limits.tokens == Limits().tokens
    preset: dict[str, Any] = {"preset": "qwen3-8b", "model": "vllm:"}
    assert settings(**preset).limits.tokens == 131072
    assert settings(**preset, max_tokens=200000).limits.tokens == 200000
    assert settings("limits.tokens=4096").limits.tokens == 4096
    assert complaint("limits.tokens=4095") == (
        "`limits.tokens`, for a whole episode, is 4095, and one answer may have 4096 "
        "(`sampling.max_tokens`, --max-tokens): raise the one or lower the other"
    )


# What is refused


@pytest.mark.parametrize(
    ("assignment", "says"),
    [
        ("sampling.temprature=1", "unknown key `sampling.temprature` (did you mean sampling.temp"),
        ("top_k=20", "unknown key `top_k` (did you mean sampling.top_k?); the keys are model,"),
        ("backend.transport.retries=3", "`backend.transport` has connections, request_seconds,"),
        ("sampling=3", "`sampling` is a table with temperature, top_p,"),
        ("sampling.temperature=hot", "`sampling.temperature` must be a valid number, not 'hot'"),
        ("sampling.max_tokens=1.5", "`sampling.max_tokens` must be a valid integer, not 1.5"),
        ("sampling.seed=true", "`sampling.seed` must be a valid integer, not True"),
        ("sampling.temperature=-1", "`sampling.temperature` must be at least 0, not -1.0"),
        ("sampling.temperature=nan", "`sampling.temperature` must be at least 0, not nan"),
        ("sampling.top_p=2", "`sampling.top_p` must be above 0 and at most 1, not 2.0"),
        ("sampling.top_p=0", "`sampling.top_p` must be above 0 and at most 1, not 0.0"),
        ("sampling.min_p=1.5", "`sampling.min_p` must be from 0 to 1, not 1.5"),
        ("sampling.seed=9223372036854775808", "`sampling.seed` must be a number of 64 bits, not"),
        ('sampling.stop=["x", ""]', "`sampling.stop` has an empty string"),
        ("limits.turns=0", "`limits.turns` must be at least 1, not 0"),
        ("limits.seconds=inf", "`limits.seconds` must be at least 0.1, not inf"),
        ("backend.context_tokens=8", "must be greater than or equal to 256, not 8"),
        (
            "episode.mode=whole_proof",
            "`episode.mode` must be 'agent', 'whole-proof' or 'self-correction', "
            "not 'whole_proof' (did you mean whole-proof?)",
        ),
        ("episode.lenient=yes", "`episode.lenient` must be a valid boolean, not 'yes'"),
        ("backend.interface=prompts", "not 'prompts' (did you mean prompt?)"),
        ("backend.dialect=hermez", "unknown dialect 'hermez' (did you mean hermes?); there are"),
        ("episode.prompt=jsn@1", "unknown prompt 'jsn@1' (did you mean json@1?); there are json@1"),
        ("preset=qwen3-8", "unknown preset 'qwen3-8' (did you mean qwen3-8b?); there are"),
        ("preset=kimina", "unknown preset 'kimina' (did you mean kimina-prover-distill-8b?)"),
        ("sampling.seed", "write KEY=VALUE, such as sampling.top_k=20"),
        ("=3", "write KEY=VALUE, such as sampling.top_k=20"),
        ("sampling.seed=1\nsampling.top_k=2", "`sampling.seed` must be a valid integer, not '1\\n"),
    ],
)
def test_an_assignment_that_cannot_be_used(assignment: str, says: str) -> None:
    text = complaint(assignment)
    assert text.startswith(f"--set {assignment}: ")
    assert says in text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[sampling", "is not TOML: "),
        ("[sampling]\ntop_k = 'many'", "`sampling.top_k` must be a valid integer, not 'many'"),
        ("[smapling]\ntop_k = 1", "unknown key `smapling`"),
        ("limits = 3", "`limits` is a table with turns, tokens, seconds, check_seconds, not 3"),
        ("[limits]\nseconds = 2026-01-01", "`limits.seconds` must be a valid number"),
        ("[sampling]\nstop = 'x'", "`sampling.stop` must be a valid array, not 'x'"),
    ],
)
def test_a_file_that_cannot_be_used(text: str, says: str, tmp_path: Path) -> None:
    file = write(tmp_path / "mine.toml", text)
    words = complaint(file=file)
    assert words.startswith(str(file))
    assert says in words


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    assert "cannot read the settings" in complaint(file=tmp_path / "none.toml")
    assert "cannot read the settings" in complaint(file=tmp_path)
    (tmp_path / "latin.toml").write_bytes(b'model = "\xff"')
    assert "is not TOML" in complaint(file=tmp_path / "latin.toml")


def test_the_last_layer_that_is_wrong_is_blamed(tmp_path: Path) -> None:
    file = write(tmp_path / "good.toml", "[sampling]\ntop_p = 0.9")
    assert complaint("sampling.top_p=9", file=file).startswith("--set sampling.top_p=9: ")
    assert complaint(file=file, preset="none").startswith("--preset: unknown preset 'none'")


def test_the_seed_may_be_any_number_of_64_bits() -> None:
    assert settings(seed=2**63 - 1).sampling.seed == 2**63 - 1
    assert settings(seed=-(2**63)).sampling.seed == -(2**63)


def test_a_mode_in_which_a_model_does_not_play() -> None:
    """The portfolio proves by calling tools, and has no answer where it is offered none."""
    assert complaint(mode="whole-proof", prompt="goedel-prover-v2") == (
        "portfolio plays no episodes in the mode whole-proof: take --mode agent, or another model"
    )
    assert "portfolio plays no episodes" in complaint(preset="goedel-prover-v2-8b")


def test_a_prompt_of_another_mode() -> None:
    assert "is made for the mode whole-proof" in complaint(prompt="deepseek-prover-v2")


@pytest.mark.parametrize("flags", [{}, {"preset": "qwen3-8b"}])
def test_no_model_at_all(flags: dict[str, object]) -> None:
    with pytest.raises(UserError, match="say which model: --model with one of openai:MODEL@URL"):
        read_settings(flags=flags)


# Backends


@pytest.mark.parametrize("spec", ["gpt", "openai", "portfolio:x", "vlm:x", ":", ""])
def test_an_unknown_backend(spec: str) -> None:
    with pytest.raises(UserError, match=r"unknown model .*: write one of openai:MODEL@URL, vllm:"):
        resolve(spec)


@pytest.mark.parametrize("spec", ["openai:", "replay:"])
def test_a_backend_without_a_model(spec: str) -> None:
    with pytest.raises(UserError, match="does not say which model"):
        resolve(spec)


def test_a_setting_that_a_backend_does_not_have_is_refused() -> None:
    with pytest.raises(UserError) as error:
        resolve("openai:m@http://127.0.0.1:1/v1", BackendSettings(tensor_parallel=2))
    assert str(error.value) == (
        "`tensor_parallel` is a setting of vllm; openai has: interface, dialect, tokenizer, "
        "chat_template, template_arguments, context_tokens, published_context, transport"
    )
    with pytest.raises(UserError, match="of vllm and transformers; portfolio has: none"):
        resolve("portfolio", BackendSettings(dtype="float16"))


def test_every_setting_belongs_to_a_backend_and_every_backend_has_only_settings_there_are() -> None:
    named = {name for backend in BACKENDS.values() for name in backend.settings}
    assert named == set(BackendSettings.model_fields)


def test_a_backend_whose_packages_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    without = BACKENDS["vllm"].model_copy(update={"packages": ("no_such_package_7",)})
    monkeypatch.setitem(BACKENDS, "vllm", without)
    with pytest.raises(UserError, match=r"vllm:x needs no_such_package_7: pip install"):
        resolve("vllm:x")


def test_an_episode_is_recorded_with_the_full_name_of_its_prompt() -> None:
    assert episode_settings(settings()).prompt == "json@1"
    assert episode_settings(settings(prompt="json")).prompt == "json@1"


# What a run records


def recorded(**changes: object) -> RunSettings:
    facts: dict[str, Any] = {
        "benchmark": "embedded",
        "benchmark_checksum": "c",
        "split": "test",
        "limit": None,
        "problem_ids": (),
        "model": "openai:m",
        "samples": 1,
        "sampling": Sampling(),
        "limits": Limits(),
        "toolchain": "t",
        "index_checksum": "i",
        "lean_agent": "0",
    }
    return RunSettings(**{**facts, **changes})


def test_a_run_records_what_decides_answers_and_not_where_the_model_runs() -> None:
    there = BackendSettings(dialect="hermes", device="cuda:1", tensor_parallel=4)
    here = BackendSettings(dialect="hermes", gpu_memory=0.5)
    assert there.deciding_answers() == here.deciding_answers() == AnswerSettings(dialect="hermes")


def test_a_run_that_was_recorded_before_there_were_backend_settings_opens(tmp_path: Path) -> None:
    record = recorded().model_dump(mode="json", exclude={"backend", "preset", "episode"})
    write(tmp_path / "run.json", json.dumps(record))
    found = RunFolder.open(tmp_path).settings
    assert (found.backend, found.preset) == (AnswerSettings(), None)


def test_a_run_is_not_gone_on_with_by_a_model_spoken_to_in_another_way(tmp_path: Path) -> None:
    thinking = AnswerSettings(template_arguments={"enable_thinking": True})
    with RunFolder.create_or_resume(tmp_path / "run", recorded(backend=thinking)):
        pass
    with pytest.raises(UserError) as error:
        RunFolder.create_or_resume(tmp_path / "run", recorded(preset="qwen3-8b"))
    assert "preset is none there and qwen3-8b now" in str(error.value)
    assert "backend.template_arguments.enable_thinking is True there and none now" in str(
        error.value
    )


# From the command line


@pytest.mark.usefixtures("embedded_lean")
def test_a_run_by_a_preset_whose_model_a_server_has(tmp_path: Path) -> None:
    problems = write_problems(tmp_path / "one.jsonl", {"id": "swap", "statement": AND_SWAP})
    mine = write(tmp_path / "mine.toml", "[sampling]\ntop_k = 7\n[limits]\nturns = 3")
    with ModelServer(lambda _: AND_SWAP_PROOF) as server:
        done = lean_agent(
            *("run", problems, "--samples", 1, "--out", tmp_path / "run"),
            *("--preset", "qwen3-8b", "--model", f"openai:@{server.url}"),
            *("--settings", mine, "--set", "sampling.min_p=0.25", "--temperature", 0.75),
        )
    assert done.returncode == 0, done.stderr
    found = RunFolder.open(tmp_path / "run").settings
    assert found.model == "openai:Qwen/Qwen3-8B"
    [trace] = read_traces(tmp_path / "run")
    assert trace.model == f"openai:Qwen/Qwen3-8B@{server.url}"
    assert found.preset == "qwen3-8b"
    assert found.sampling == Sampling(
        temperature=0.75, top_p=0.95, top_k=7, min_p=0.25, max_tokens=32768
    )
    assert found.limits.turns == 3
    assert found.backend == AnswerSettings()  # the server reads the calls
    assert found.episode.prompt == "json@1"


@pytest.mark.usefixtures("embedded_lean")
def test_a_server_that_goes_away_is_waited_for_as_long_as_the_settings_say() -> None:
    answers = iter([f"{AND_SWAP} := h"])  # and after this wrong proof it hangs up
    with ModelServer(lambda _: next(answers)) as server:
        done = lean_agent(
            *("prove", "--statement", AND_SWAP, "--model", server.spec),
            *("--set", "backend.transport.patience_seconds=0.1"),
        )
    assert done.returncode == 2, done.stderr
    assert "asked " in done.stderr.splitlines()[-1]


@pytest.mark.usefixtures("embedded_lean")
def test_a_server_that_says_how_long_its_context_is_is_believed() -> None:
    with ModelServer(lambda _: AND_SWAP_PROOF, context=256) as server:
        done = lean_agent("prove", "--statement", AND_SWAP, "--model", server.spec)
        assert server.asked == 0
    assert done.returncode == 1, done.stderr
    assert "context_limit" in done.stderr
    assert "the model's context is 256" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--set", "sampling.temprature=1"], "(did you mean sampling.temperature?)"),
        (["--settings", "/no/such.toml"], "cannot read the settings /no/such.toml"),
        (["--preset", "qwen"], "--preset: unknown preset 'qwen'"),
        (["--set", "backend.dtype=float16"], "`dtype` is a setting of vllm and transformers"),
        (["--prompt", "goedel-prover-v2"], "made for the mode whole-proof and self-correction"),
    ],
)
def test_bad_settings_are_one_line_and_exit_code_2(arguments: list[str], says: str) -> None:
    done = lean_agent("prove", "--statement", AND_SWAP, "--model", "portfolio", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    [line] = done.stderr.splitlines()
    assert line.startswith("lean-agent: ")
    assert says in line
