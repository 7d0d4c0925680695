"""Models by name: one file a backend, imported only when asked for."""

from __future__ import annotations

from pathlib import Path

from lean_agent.errors import UserError
from lean_agent.models.backends import refuse_foreign_settings, split_address, split_spec
from lean_agent.models.base import Model
from lean_agent.models.settings import BackendSettings

DEFAULT = BackendSettings()


def check(spec: str, settings: BackendSettings = DEFAULT) -> None:
    """Raise UserError for what can be seen to be wrong without opening the model.

    That is a name that is not known or not whole, settings that its backend does not have, and
    packages that are missing.
    """
    backend, name = split_spec(spec)
    refuse_foreign_settings(backend, settings)
    if not backend.installed:
        raise UserError(f"{spec} needs {' and '.join(backend.packages)}: {backend.install}")
    if not name and backend.name != "portfolio":
        raise UserError(
            f"{spec!r} does not say which model: write {backend.form} "
            "(a preset fills in its own, see `lean-agent models`)"
        )
    if backend.name == "openai":
        split_address(name)


def resolve(spec: str, settings: BackendSettings = DEFAULT, lenient: bool = False) -> Model:
    """The model that `spec` names.

    `lenient` is how its answers are read. Raises UserError as `check` does, and where the backend
    cannot open it.
    """
    check(spec, settings)
    backend, name = split_spec(spec)
    match backend.name:
        case "openai":
            from lean_agent.models.openai import OpenAIModel

            return OpenAIModel(name, settings, lenient)
        case "vllm":
            from lean_agent.models.vllm import VllmModel

            return VllmModel(name, settings, lenient)
        case "transformers":
            from lean_agent.models.transformers import TransformersModel

            return TransformersModel(name, settings, lenient)
        case "replay":
            from lean_agent.models.replay import ReplayModel

            return ReplayModel(Path(name))
        case _:
            from lean_agent.models.portfolio import PortfolioModel

            return PortfolioModel()
