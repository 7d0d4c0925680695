"""Presets: how models were published to be used. One TOML file each, beside this one.

A file has the keys of a settings file and, besides, `about`, `source` (where each value was read)
and `model`, the model's name on the Hugging Face Hub.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from lean_agent.chat import Frozen

FOLDER = Path(__file__).parent


class Preset(Frozen):
    """One model's published way of use; `settings` has the tables of a settings file."""

    name: str
    about: str
    source: tuple[str, ...]
    model: str
    settings: dict[str, Any]


@cache
def preset_names() -> tuple[str, ...]:
    """All presets, in alphabetical order."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


@cache
def load_preset(name: str) -> Preset:
    """The preset of that name, which is one of `preset_names`."""
    table = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    about, source, model = (table.pop(key) for key in ("about", "source", "model"))
    return Preset(name=name, about=about, source=tuple(source), model=model, settings=table)
