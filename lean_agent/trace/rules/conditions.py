"""Under which conditions an episode was played: what must be the same for traces to be alike."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from lean_agent.trace.clockless import portable_model
from lean_agent.trace.trace import Trace

Conditions = Mapping[str, str]
"""Each setting by its name, such as `limits.turns`, as text."""


def conditions(trace: Trace) -> dict[str, str]:
    """Model, dialect, prompt, sampling without its seed, limits and versions."""
    fields: dict[str, Any] = {
        "model": portable_model(trace.model),
        "dialect": trace.dialect,
        "tools_in_prompt": trace.tools_in_prompt,
        **_named("episode", trace.settings.model_dump(mode="json")),
        **_named("sampling", trace.sampling.model_dump(mode="json", exclude={"seed"})),
        **_named("limits", trace.limits.model_dump(mode="json")),
        **_named("versions", trace.versions),
    }
    return {name: _text(value) for name, value in sorted(fields.items())}


def differences(several: Iterable[Conditions]) -> dict[str, list[str]]:
    """The settings that are not the same in all, each with its values."""
    found = list(several)
    names = sorted({name for one in found for name in one})
    values = {name: sorted({one.get(name, "none") for one in found}) for name in names}
    return {name: those for name, those in values.items() if len(those) > 1}


def _named(group: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    return {f"{group}.{name}": value for name, value in fields.items()}


def _text(value: Any) -> str:
    if value is None:
        return "none"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
