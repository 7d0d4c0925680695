"""RunSettings: what a run was asked to do, as `run.json` keeps it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Set
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from lean_agent.chat import Frozen, Sampling
from lean_agent.episode import EpisodeSettings
from lean_agent.errors import UserError
from lean_agent.models.backends import without_address
from lean_agent.models.settings import AnswerSettings
from lean_agent.problem import Problem
from lean_agent.trace.schema import MIGRATIONS, parse
from lean_agent.trace.trace import Limits

SETTINGS_FILE = "run.json"
RUN_SCHEMA_VERSION = 2
"""Version 1 said no version; it had no `broken`, and its episodes were in one file."""


class RunSettings(Frozen):
    """Everything that must be the same for two sittings to be one run.

    `limit` is the number of problems asked for, None for all. `sampling.seed` is
    the run's seed, from which each episode's own is derived. `preset` names the
    published settings that these began with, if any. `model` is without the
    address of its server, which may be another one the next time; traces have it.
    `broken` are the problems that were left out because their statements do not elaborate; they
    count as unsolved.
    `model_facts` are those of the model (see Model.facts); of them only what is
    known both times must be the same. `toolchain` and `index_checksum` name the
    Lean and the search index that the tools use. `recorded` is the SHA-256 of the record whose
    verdicts were taken, for nothing was checked anew; None where Lean was asked.
    """

    schema_version: int = RUN_SCHEMA_VERSION
    benchmark: str
    benchmark_checksum: str
    split: str
    limit: int | None
    problem_ids: tuple[str, ...]
    broken: tuple[str, ...] = ()
    model: Annotated[str, AfterValidator(without_address)]
    preset: str | None = None
    samples: int
    sampling: Sampling
    limits: Limits
    episode: EpisodeSettings = EpisodeSettings()
    backend: AnswerSettings = AnswerSettings()
    model_facts: dict[str, str] = Field(default_factory=dict)
    toolchain: str
    index_checksum: str
    recorded: str | None = None
    lean_agent: str


# What is new in version 2 has a default.
MIGRATIONS[RunSettings, 1] = dict


def read_settings(path: Path) -> RunSettings:
    """Those of a run folder. Raises UserError where they cannot be read."""
    try:
        text = (path / SETTINGS_FILE).read_bytes()
    except OSError as error:
        raise UserError(f"cannot read {path / SETTINGS_FILE}: {error.strerror}") from error
    return parse(RunSettings, text, str(path / SETTINGS_FILE), "put a copy in its place")


def refuse_other_settings(path: Path, there: RunSettings, now: RunSettings) -> None:
    """Raise UserError where the run at `path` has other settings than those of now."""
    known = there.model_facts.keys() & now.model_facts.keys()
    old, new = _comparable(there, known), _comparable(now, known)
    differing = [
        f"{name} is {_short(old.get(name))} there and {_short(new.get(name))} now"
        for name in old | new  # the arguments of a chat template may be others
        if old.get(name) != new.get(name)
    ]
    if differing:
        raise UserError(
            f"{path} holds a run with other settings: {'; '.join(differing)}. "
            "Use the same settings to go on with it, or choose another --out"
        )


def _comparable(settings: RunSettings, known: Set[str]) -> dict[str, Any]:
    """The settings by name, with those facts of the model alone."""
    facts = {name: settings.model_facts[name] for name in known}
    return _flat({**settings.model_dump(), "model_facts": facts})


def _flat(fields: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in fields.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{name}.")
        else:
            flat[prefix + name] = value
    return flat


def _short(value: Any) -> str:
    if isinstance(value, tuple):
        head = ", ".join(map(str, value[:3]))
        return f"[{head}{', …' if len(value) > 3 else ''}] ({len(value)})"
    return "none" if value is None else str(value)


def problems_checksum(problems: Iterable[Problem]) -> str:
    """A SHA-256 over the problems as a run uses them."""
    digest = hashlib.sha256()
    for problem in problems:
        digest.update(problem.model_dump_json().encode() + b"\n")
    return digest.hexdigest()
