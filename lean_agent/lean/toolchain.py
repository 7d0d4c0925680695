"""Which Lean to run, and how: the embedded one from PyPI or the `repl` of a Lake project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Toolchain:
    """How to start one REPL process.

    `kind` is "embedded" or "project"; `version` names the Lean (and library) that
    verdicts rest on, for traces; `default_header` is what a problem without a
    header of its own starts with.
    """

    kind: str
    argv: tuple[str, ...]
    version: str
    default_header: str = ""
    cwd: Path | None = None
    env: Mapping[str, str] = field(default_factory=dict)


def find_toolchain(spec: str = "auto") -> Toolchain:
    """The toolchain that `spec` names: "auto", "embedded" or the path of a Lake project."""
    raise NotImplementedError
