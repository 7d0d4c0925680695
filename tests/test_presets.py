"""Presets: published settings of models, each with its source; and `lean-agent models`."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from chat_server import ChatServer
from command import lean_agent

from lean_agent.dialects import DIALECTS
from lean_agent.episode import Mode
from lean_agent.models import resolve
from lean_agent.models.backends import BACKENDS
from lean_agent.models.settings import BackendSettings
from lean_agent.presets import FOLDER, load_preset, preset_names
from lean_agent.prompts import prompts_for, resolve_prompt
from lean_agent.settings import Settings, preset_settings, read_settings

PROVERS = [name for name in preset_names() if "prover" in name]
HUB_NAME = re.compile(r"[\w-]+/[\w.-]+")

presets = pytest.mark.parametrize("name", preset_names())
provers = pytest.mark.parametrize("name", PROVERS)


def with_preset(name: str, model: str, *assignments: str, **flags: object) -> Settings:
    return read_settings(None, assignments, {"preset": name, "model": model, **flags})


def test_the_models_that_people_prove_with_have_presets() -> None:
    assert set(preset_names()) >= {
        "goedel-prover-v2-8b",
        "goedel-prover-v2-32b",
        "kimina-prover-distill-8b",
        "deepseek-prover-v2-7b",
        "qwen3-8b",
        "qwen3-32b",
        "qwen3-no-thinking",
    }


@presets
def test_a_preset_names_its_model_and_its_sources(name: str) -> None:
    preset = load_preset(name)
    assert HUB_NAME.fullmatch(preset.model)
    assert preset.about
    assert preset.source
    assert all(url.startswith("https://") and " " not in url for url in preset.source)


@presets
def test_a_source_on_github_is_pinned_to_a_commit(name: str) -> None:
    for url in load_preset(name).source:
        if "github.com" in url:
            assert re.search(r"/blob/[0-9a-f]{40}/", url), url


@presets
def test_what_a_preset_sets_fits_together(name: str) -> None:
    settings = preset_settings(name)
    tokens, context = settings.sampling.max_tokens, settings.backend.context_tokens
    assert context is not None
    assert tokens <= context
    assert tokens <= settings.limits.tokens
    assert settings.backend.dialect in DIALECTS
    episode = settings.episode
    assert resolve_prompt(episode.prompt, episode.mode) in prompts_for(episode.mode)


@provers
def test_a_prover_is_given_its_own_words_in_a_version_and_no_tools(name: str) -> None:
    episode = preset_settings(name).episode
    assert episode.mode is Mode.WHOLE_PROOF
    assert re.fullmatch(r"[\w-]+-prover(-v2)?@\d+", episode.prompt)
    assert name.startswith(episode.prompt.partition("@")[0])


def test_where_a_value_was_not_read_at_its_source_the_file_says_so() -> None:
    assert "not read from the model card" in (FOLDER / "kimina-prover-distill-8b.toml").read_text()
    deepseek = (FOLDER / "deepseek-prover-v2-7b.toml").read_text()
    assert "Neither README nor paper give a temperature" in deepseek
    assert "temperature" not in load_preset("deepseek-prover-v2-7b").settings["sampling"]


# One preset serves every backend


@presets
@pytest.mark.parametrize("backend", sorted(set(BACKENDS) - {"replay"}))
def test_a_preset_goes_with_every_backend(name: str, backend: str) -> None:
    """But a replay, which is played as its record was."""
    spec = BACKENDS[backend].form
    mode = {"mode": "agent"} if Mode.WHOLE_PROOF not in BACKENDS[backend].modes else {}
    found = with_preset(name, spec, **mode)
    default = BackendSettings()
    changed = {
        key
        for key in BackendSettings.model_fields
        if getattr(found.backend, key) != getattr(default, key)
    }
    assert changed <= set(BACKENDS[backend].settings)
    assert found.sampling == preset_settings(name).sampling
    assert found.model == spec


@pytest.mark.parametrize(
    ("spec", "whole"),
    [
        ("vllm:", "vllm:Qwen/Qwen3-8B"),
        ("transformers:", "transformers:Qwen/Qwen3-8B"),
        ("openai:", "openai:Qwen/Qwen3-8B"),
        ("openai:@http://127.0.0.1:8000/v1", "openai:Qwen/Qwen3-8B@http://127.0.0.1:8000/v1"),
        ("openai:mine@http://127.0.0.1:8000/v1", "openai:mine@http://127.0.0.1:8000/v1"),
        ("vllm:/models/mine", "vllm:/models/mine"),
        ("replay:", "replay:"),
    ],
)
def test_a_presets_own_model_is_used_where_none_is_named(spec: str, whole: str) -> None:
    assert with_preset("qwen3-8b", spec).model == whole


def test_a_server_that_parses_calls_needs_no_dialect_and_any_other_backend_does() -> None:
    assert with_preset("qwen3-8b", "openai:m").backend.dialect is None
    in_prompt = with_preset("qwen3-8b", "openai:m", "backend.interface=prompt")
    assert in_prompt.backend.dialect == "hermes"
    assert with_preset("qwen3-8b", "vllm:").backend.dialect == "hermes"


def test_a_server_is_asked_how_long_its_context_is_and_any_other_backend_is_told() -> None:
    """Whoever started the server may have given it less memory than the model can use."""
    asked = with_preset("qwen3-8b", "openai:m").backend
    assert (asked.context_tokens, asked.published_context) == (None, 40960)
    told = with_preset("qwen3-8b", "openai:m", "backend.context_tokens=8192")
    assert told.backend.context_tokens == 8192
    assert with_preset("qwen3-8b", "vllm:").backend.context_tokens == 40960


async def test_a_presets_context_is_that_of_a_server_which_does_not_tell_its_own() -> None:
    told = {"models": {"data": [{"id": "m", "max_model_len": 8192}]}}
    pages: list[tuple[dict[str, Any], int]] = [(told, 8192), ({}, 40960)]
    for page, context in pages:
        async with ChatServer(**page) as server:
            found = with_preset("qwen3-8b", f"openai:m@{server.url}")
            model = resolve(found.model, found.backend)
            await model.open()
            assert model.context_tokens == context
            await model.close()


def test_thinking_is_turned_off_by_the_argument_of_the_chat_template() -> None:
    found = with_preset("qwen3-no-thinking", "vllm:")
    assert found.backend.template_arguments == {"enable_thinking": False}


# One preset serves every mode


@provers
def test_a_prover_has_one_answer_unless_it_may_correct_itself(name: str) -> None:
    assert with_preset(name, "vllm:").limits.turns == 1
    own = preset_settings(name).limits.turns
    assert with_preset(name, "vllm:", mode="self-correction").limits.turns == own > 1


@provers
def test_a_prover_as_an_agent_has_the_agents_words_and_turns(name: str) -> None:
    found = with_preset(name, "vllm:", mode="agent")
    assert found.episode.prompt == ""
    assert found.limits.turns == Settings().limits.turns
    assert found.backend.interface == "prompt"


def test_a_prompt_that_was_not_made_for_the_mode_gives_way_to_the_modes_own() -> None:
    """DeepSeek published no words for self-correction; the others did."""
    prompts = {
        name: with_preset(name, "vllm:", mode="self-correction").episode.prompt for name in PROVERS
    }
    assert prompts == {
        "deepseek-prover-v2-7b": "",
        "goedel-prover-v2-8b": "goedel-prover-v2@1",
        "goedel-prover-v2-32b": "goedel-prover-v2@1",
        "kimina-prover-distill-8b": "kimina-prover@1",
    }


# The command


def test_the_models_command_lists_all_there_is() -> None:
    done = lean_agent("models", "--json")
    assert done.returncode == 0, done.stderr
    facts: dict[str, list[dict[str, Any]]] = json.loads(done.stdout)
    assert {one["name"] for one in facts["backends"]} == set(BACKENDS)
    assert {one["name"] for one in facts["presets"]} == set(preset_names())
    assert {one["name"] for one in facts["dialects"]} == set(DIALECTS)
    named = {one["name"] for one in facts["prompts"]}
    assert named == {name for mode in Mode for name in prompts_for(mode)}
    assert all("search_mathlib" in one["example"] for one in facts["dialects"])
    sources = {one["name"]: tuple(one["source"]) for one in facts["presets"]}
    assert sources == {name: load_preset(name).source for name in preset_names()}
    defaults = [mode for one in facts["prompts"] for mode in one["default_of"]]
    assert sorted(defaults) == sorted(Mode)


def test_the_models_command_says_where_settings_were_published_and_what_is_missing() -> None:
    done = lean_agent("models", env={"COLUMNS": "100"})
    assert done.returncode == 0, done.stderr
    text = re.sub(r"\s+", "", done.stdout)
    for name in preset_names():
        assert name in text
        assert all(url.rpartition("/")[2] in text for url in load_preset(name).source)
    for backend in BACKENDS.values():
        assert backend.form in text
        assert (re.sub(r"\s+", "", backend.install) in text) != backend.installed or (
            not backend.packages
        )
