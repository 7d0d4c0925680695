"""What a run is told of its model: presets, a TOML file and flags, put together and checked.

Each overrides the one before: the defaults, the preset, the TOML file, `--set KEY=VALUE`, the
plain flags. All write the same dotted keys, such as `sampling.top_k`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from lean_agent.chat import Frozen, Sampling
from lean_agent.dialects import DIALECTS
from lean_agent.episode import EpisodeSettings, Mode
from lean_agent.errors import UserError
from lean_agent.models.backends import FORMS, split_spec
from lean_agent.models.settings import BackendSettings
from lean_agent.presets import Preset, load_preset, preset_names
from lean_agent.prompts.catalogue import TEMPLATES, prompts_for, resolve_prompt
from lean_agent.setting_layers import (
    Layer,
    assigned,
    check_keys,
    checked,
    merged,
    nested,
    read_file,
)
from lean_agent.suggestion import did_you_mean
from lean_agent.trace.trace import Limits

FLAGS = {
    "model": "model",
    "preset": "preset",
    "temperature": "sampling.temperature",
    "max_tokens": "sampling.max_tokens",
    "seed": "sampling.seed",
    "turns": "limits.turns",
    "seconds": "limits.seconds",
    "check_seconds": "limits.check_seconds",
    "mode": "episode.mode",
    "prompt": "episode.prompt",
    "lenient": "episode.lenient",
}
"""The plain flags of the command line, and the keys they set."""


_OF_TIME = ("seconds", "check_seconds")
"""Limits that may be other ones in a replay."""


class Settings(Frozen):
    """A model, and how it is asked. `preset` names the one these settings began with, if any."""

    model: str = ""
    preset: str | None = None
    sampling: Sampling = Sampling()
    limits: Limits = Limits()
    episode: EpisodeSettings = EpisodeSettings()
    backend: BackendSettings = BackendSettings()


def read_settings(
    file: Path | None = None,
    assignments: Sequence[str] = (),
    flags: Mapping[str, object] | None = None,
) -> Settings:
    """The settings of a TOML file, of `KEY=VALUE` assignments, and of flags by their names in
    `FLAGS`, of which those that are None were not given.

    A replay has those of its record, with which all that is given must agree, but for the limits
    of time. Raises UserError, which names the place, the key and what is allowed, for the first
    thing that cannot be used, and where no model is named.
    """
    layers = [(str(file), read_file(file))] if file is not None else []
    layers += [(f"--set {text}", assigned(text)) for text in assignments]
    layers += [
        (f"--{name.replace('_', '-')}", nested(FLAGS[name], value))
        for name, value in (flags or {}).items()
        if value is not None
    ]
    given: Layer = {}
    settings = Settings()
    for place, layer in layers:
        check_keys(layer, Settings, place)
        given = merged(given, layer)
        settings = _settings(given, place)
    preset = load_preset(settings.preset) if settings.preset else None
    model = _whole_model(settings.model, preset)
    under: Layer = {}
    if preset is not None:
        under = _fitting(preset, settings, given)
        settings = _settings(merged(under, given), f"preset {preset.name}")
    backend, name = split_spec(model)
    if backend.name == "replay" and name:
        return _replayed(Path(name), under, given)
    if settings.episode.mode not in backend.modes:
        raise UserError(
            f"{model} plays no episodes in the mode {settings.episode.mode}: "
            f"take --mode {' or '.join(backend.modes)}, or another model"
        )
    resolve_prompt(settings.episode.prompt, settings.episode.mode)
    limits = _limits(settings, given)
    return settings.model_copy(update={"model": model, "limits": limits})


def episode_settings(settings: Settings, tools_in_prompt: bool = True) -> EpisodeSettings:
    """How episodes are played: with the prompt's full name, as traces have it.

    Raises UserError where the prompt does not go with the mode or with how the model gets its
    tools.
    """
    asked = settings.episode
    prompt = resolve_prompt(asked.prompt, asked.mode, tools_in_prompt)
    return asked.model_copy(update={"prompt": prompt})


def preset_settings(name: str) -> Settings:
    """All that a preset sets, whatever the backend. Raises UserError for an unknown name."""
    place = f"preset {name}"
    _check_name("preset", name, preset_names(), "lean-agent")
    layer = load_preset(name).settings | {"preset": name}
    check_keys(layer, Settings, place)
    return _settings(layer, place)


def _whole_model(spec: str, preset: Preset | None) -> str:
    """The model's name, with the preset's own model where only a backend is named."""
    if not spec:
        hint = ""
        if preset is not None:
            hint = f" (after `vllm:` or `openai:@URL` this preset fills in {preset.model})"
        raise UserError(f"say which model: --model with one of {FORMS}{hint}")
    backend, name = split_spec(spec)
    nameless = bool(backend.settings) and (not name or name.startswith("@"))
    return f"{backend.name}:{preset.model}{name}" if preset and nameless else spec


def _fitting(preset: Preset, asked: Settings, given: Layer) -> Layer:
    """What of a preset goes with the rest.

    A preset serves every backend, so what the chosen one has no use for is left out. Its prompt
    is for the modes that it was made for, and its turns, where it plays without tools, are too.
    """
    layer: Layer = {table: dict(values) for table, values in preset.settings.items()}
    backend, _ = split_spec(asked.model)
    own = layer.get("backend", {})
    layer["backend"] = {key: value for key, value in own.items() if key in backend.settings}
    if backend.name == "openai":
        # The server is asked with how much it runs; this is where it does not tell.
        published = layer["backend"].pop("context_tokens", None)
        layer["backend"]["published_context"] = published
        interface = asked.backend.interface or own.get("interface", "native")
        if interface == "native":
            layer["backend"].pop("dialect", None)  # it reads the calls, too
    episode = layer.get("episode", {})
    mode = asked.episode.mode if "mode" in given.get("episode", {}) else episode.get("mode")
    if episode.get("prompt") and episode["prompt"] not in prompts_for(Mode(mode)):
        del episode["prompt"]
        if mode == Mode.AGENT:
            layer.get("limits", {}).pop("turns", None)
    return layer


def _limits(settings: Settings, given: Layer) -> Limits:
    """The limits, of which those not given are made to go with the rest.

    An episode may use as many tokens as one answer may have, at least. Whole proofs are one
    answer each, whatever a preset has for other modes.
    """
    limits, own = settings.limits, given.get("limits", {})
    longest = settings.sampling.max_tokens
    if limits.tokens < longest:
        if "tokens" in own:
            raise UserError(
                f"`limits.tokens`, for a whole episode, is {limits.tokens}, and one answer may "
                f"have {longest} (`sampling.max_tokens`, --max-tokens): raise the one or lower "
                "the other"
            )
        limits = limits.model_copy(update={"tokens": longest})
    if settings.episode.mode is not Mode.WHOLE_PROOF:
        return limits
    if own.get("turns", 1) > 1:
        raise UserError(
            "in the mode whole-proof there is one answer: leave `limits.turns` out, or take the "
            "mode self-correction, in which Lean's errors come back"
        )
    return limits.model_copy(update={"turns": 1})


def _replayed(path: Path, under: Layer, given: Layer) -> Settings:
    """How the record in `path` was played, within the limits of time that are given.

    Raises UserError that names what else is given, or set by the preset `under` it, and differs.
    """
    from lean_agent.models.replay import read_record

    record = read_record(path)
    recorded = record.model_dump(mode="json", exclude={"seed"})
    recorded["sampling"]["seed"] = Settings().sampling.seed if record.seed is None else record.seed
    beside = merged(under, given)
    asked = checked(merged(recorded, beside), Settings, f"the record {path}")
    limits, episode = _limits(asked, given), asked.episode
    if episode.mode is record.episode.mode:
        prompt = resolve_prompt(episode.prompt, episode.mode)
        episode = episode.model_copy(update={"prompt": prompt})
    now: dict[str, Frozen] = {"sampling": asked.sampling, "limits": limits, "episode": episode}
    differing = [
        f"`{table}.{key}` is {recorded[table][key]} there and {value} here"
        for table, values in now.items()
        for key, value in values.model_dump(mode="json").items()
        if key in beside.get(table, {})
        and key not in _OF_TIME
        and value != recorded[table][key]
        and not (key == "seed" and record.seed is None)
    ]
    if differing:
        raise UserError(
            f"{path} is played back as it was played: {'; '.join(differing)}. "
            "Leave that out, for a replay takes its settings from the record"
        )
    time = {key: getattr(limits, key) for key in _OF_TIME}
    sampling = record.sampling.model_copy(update={"seed": asked.sampling.seed})
    return asked.model_copy(
        update={
            "sampling": sampling,
            "limits": record.limits.model_copy(update=time),
            "episode": record.episode,
        }
    )


_MOST = sys.float_info.max  # any number but infinity
_RANGES: dict[str, tuple[float, float, str]] = {
    "sampling.temperature": (0, _MOST, "at least 0"),
    "sampling.top_p": (sys.float_info.min, 1, "above 0 and at most 1"),
    "sampling.top_k": (1, _MOST, "at least 1"),
    "sampling.min_p": (0, 1, "from 0 to 1"),
    "sampling.max_tokens": (1, _MOST, "at least 1"),
    "sampling.seed": (-(2**63), 2**63 - 1, "a number of 64 bits"),
    "limits.turns": (1, _MOST, "at least 1"),
    "limits.tokens": (1, _MOST, "at least 1"),
    "limits.seconds": (0.1, _MOST, "at least 0.1"),
    "limits.check_seconds": (0.1, _MOST, "at least 0.1"),
}
"""The least and the greatest value of each number, and how that is said."""


def _settings(layer: Layer, place: str) -> Settings:
    """The layer, checked also for what its types do not say; `place` is blamed."""
    settings = checked(layer, Settings, place)
    for key, (low, high, must) in _RANGES.items():
        table, _, name = key.partition(".")
        value = getattr(getattr(settings, table), name)
        if value is not None and not low <= value <= high:
            raise UserError(f"{place}: `{key}` must be {must}, not {value!r}")
    if "" in settings.sampling.stop:
        raise UserError(f"{place}: `sampling.stop` has an empty string, which is in every answer")
    prompts = [name for one in TEMPLATES for name in (one.full_name, one.name)]
    _check_name("prompt", settings.episode.prompt, prompts, place)
    _check_name("dialect", settings.backend.dialect, DIALECTS, place)
    _check_name("preset", settings.preset, preset_names(), place)
    return settings


def _check_name(what: str, name: str | None, known: Iterable[str], place: str) -> None:
    names = list(known)
    if name and name not in names:
        raise UserError(
            f"{place}: unknown {what} {name!r}{did_you_mean(name, names)}; "
            f"there are {', '.join(names)}"
        )
