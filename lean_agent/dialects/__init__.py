"""Tool-call dialects: one small file each."""

from __future__ import annotations

from lean_agent.dialects.base import Dialect
from lean_agent.dialects.hermes import Hermes
from lean_agent.errors import UserError

_DIALECTS: dict[str, Dialect] = {dialect.name: dialect for dialect in (Hermes(),)}


def dialect_named(name: str) -> Dialect:
    """The dialect of that name. Raises UserError where there is none."""
    if name not in _DIALECTS:
        raise UserError(f"unknown dialect {name!r}: the dialects are {', '.join(_DIALECTS)}")
    return _DIALECTS[name]
