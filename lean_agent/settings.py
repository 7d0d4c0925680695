"""What a run is told of its model: presets, a TOML file and flags, put together and checked.

Each overrides the one before: the defaults, the preset, the TOML file, `--set KEY=VALUE`, the
plain flags. All write the same dotted keys, such as `sampling.top_k`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from lean_agent.chat import Frozen, Sampling
from lean_agent.dialects import DIALECTS
from lean_agent.episode import EpisodeSettings, Mode
from lean_agent.errors import UserError
from lean_agent.models.backends import FORMS, split_spec
from lean_agent.models.base import Model
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

    Raises UserError, which names the place, the key and what is allowed, for the first thing
    that cannot be used, and where no model is named.
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
    if preset is not None:
        under = _fitting(preset, settings, given)
        settings = _settings(merged(under, given), f"preset {preset.name}")
    resolve_prompt(settings.episode.prompt, settings.episode.mode)
    limits = _limits(settings, given)
    return settings.model_copy(update={"model": model, "limits": limits})


def episode_settings(settings: Settings, model: Model) -> EpisodeSettings:
    """How episodes with this model are played: with the prompt's full name, as traces have it.

    Raises UserError where the prompt does not go with the mode or with the model.
    """
    asked = settings.episode
    prompt = resolve_prompt(asked.prompt, asked.mode, model.tools_in_prompt)
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
        layer["backend"].pop("context_tokens", None)  # the server is asked with how much it runs
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
    """The limits; whole proofs are one answer each, whatever a preset has for other modes."""
    if settings.episode.mode is not Mode.WHOLE_PROOF:
        return settings.limits
    if given.get("limits", {}).get("turns", 1) > 1:
        raise UserError(
            "in the mode whole-proof there is one answer: leave `limits.turns` out, or take the "
            "mode self-correction, in which Lean's errors come back"
        )
    return settings.limits.model_copy(update={"turns": 1})


_RANGES: dict[str, tuple[float, float]] = {
    "sampling.temperature": (0, math.inf),
    "sampling.top_p": (0, 1),
    "sampling.top_k": (1, math.inf),
    "sampling.min_p": (0, 1),
    "sampling.max_tokens": (1, math.inf),
    "limits.turns": (1, math.inf),
    "limits.tokens": (1, math.inf),
    "limits.seconds": (0.1, math.inf),
    "limits.check_seconds": (0.1, math.inf),
}


def _settings(layer: Layer, place: str) -> Settings:
    """The layer, checked also for what its types do not say; `place` is blamed."""
    settings = checked(layer, Settings, place)
    for key, (low, high) in _RANGES.items():
        table, _, name = key.partition(".")
        value = getattr(getattr(settings, table), name)
        if value is not None and not (low <= value <= high and value < math.inf):
            must = f"from {low:g} to {high:g}" if high < math.inf else f"at least {low:g}"
            raise UserError(f"{place}: `{key}` must be {must}, not {value!r}")
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
