"""What Lean noted while it read a text: a tree of terms, tactics and commands (`infotree`)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from lean_agent.lean.protocol.wire import Position, Wire


class SyntaxRange(Wire):
    """Where a piece of syntax stands; `synthetic` if a macro made it."""

    start: Position
    finish: Position
    synthetic: bool = Field(strict=True)


class Syntax(Wire):
    """A piece of syntax: pretty-printed where Lean could, its kind and those of its parts."""

    pp: str | None = None
    range: SyntaxRange
    kind: str
    arg_kinds: tuple[str, ...]


class TacticInfo(Wire):
    """A tactic, with the goals before and after it."""

    name: str | None = None
    stx: Syntax
    goals_before: tuple[str, ...]
    goals_after: tuple[str, ...]


class TermInfo(Wire):
    """A term that was elaborated, and the type that was expected of it."""

    elaborator: str | None = None
    stx: Syntax
    expected_type: str | None = None
    expr: str
    is_binder: bool = Field(strict=True)


class CommandInfo(Wire):
    """A command, and what elaborated it."""

    elaborator: str | None = None
    stx: Syntax


class InfoNode(Wire):
    """A node: its `kind` ("TacticInfo", "OptionInfo", …), its content for the kinds above."""

    kind: str
    # In this order: what a term has includes what a command has.
    node: Annotated[
        TacticInfo | TermInfo | CommandInfo | None, Field(union_mode="left_to_right")
    ] = None
    children: tuple[InfoTree, ...]


class Hole(Wire):
    """A goal that was to be filled in later."""

    goal_state: str


InfoTree = InfoNode | Hole
InfoNode.model_rebuild()
