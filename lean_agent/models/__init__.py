"""Models by name: one file a backend, imported only when asked for."""

from __future__ import annotations

from pathlib import Path

from lean_agent.errors import UserError
from lean_agent.models.base import Model
from lean_agent.models.settings import BackendSettings

DEFAULT = BackendSettings()

KNOWN = "openai:MODEL or openai:MODEL@URL, portfolio, replay:RUN_OR_TRACE_FILE"


def resolve(
    spec: str,
    settings: BackendSettings = DEFAULT,  # noqa: ARG001
    lenient: bool = False,  # noqa: ARG001
) -> Model:
    """The model that `spec` names.

    `lenient` is how its answers are read. Raises UserError for a name that is not known or not
    whole, and for settings that its backend does not have.
    """
    kind, _, rest = spec.partition(":")
    match kind:
        case "openai" if rest:
            from lean_agent.models.openai import OpenAIModel

            return OpenAIModel(rest)
        case "replay" if rest:
            from lean_agent.models.replay import ReplayModel

            return ReplayModel(Path(rest))
        case "portfolio" if spec == "portfolio":
            from lean_agent.models.portfolio import PortfolioModel

            return PortfolioModel()
    raise UserError(f"unknown model {spec!r}: write one of {KNOWN}")
