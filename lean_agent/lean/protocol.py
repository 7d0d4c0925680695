"""The JSON protocol of leanprover-community/repl, command mode.

A command is one JSON object and a blank line; the answer is one JSON object
and a blank line. Field names are those of https://github.com/leanprover-community/repl.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class _Wire(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class Position(_Wire):
    """A place in the command's text: `line` counts from 1, `column` from 0, in characters."""

    line: int
    column: int


class LeanMessage(_Wire):
    """What Lean says about a stretch of the text."""

    severity: Literal["error", "warning", "info", "trace"]
    pos: Position
    end_pos: Position | None = Field(default=None, alias="endPos")
    data: str


class Sorry(_Wire):
    """A `sorry` in the text and the goal it stands for."""

    pos: Position | None = None
    end_pos: Position | None = Field(default=None, alias="endPos")
    goal: str


class Command(_Wire):
    """Lean text to run, in environment `env` of an earlier answer or in a fresh one."""

    cmd: str
    env: int | None = None


class Answer(_Wire):
    """What running a command gave: the new environment and what Lean said on the way."""

    env: int
    messages: tuple[LeanMessage, ...] = ()
    sorries: tuple[Sorry, ...] = ()

    @property
    def errors(self) -> tuple[LeanMessage, ...]:
        """The messages that mean Lean did not accept the text."""
        return tuple(m for m in self.messages if m.severity == "error")


class Refusal(_Wire):
    """The REPL's own error, for example an unknown environment: `{"message": …}`."""

    message: str
