"""Records: one problem of a JSONL file or a data set, in our own fields or in published ones."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from lean_agent.benchmarks.lean_file import split_statement
from lean_agent.errors import UserError
from lean_agent.problem import Problem

_SPLITS = {"validation": "valid"}


class Record(BaseModel):
    """One record. Of a field's names the first that is there counts; the first is our own."""

    model_config = ConfigDict(extra="ignore")

    id: str | None = Field(
        default=None, validation_alias=AliasChoices("id", "name", "problem_id", "problem_name")
    )
    statement: str | None = Field(
        default=None,
        validation_alias=AliasChoices("statement", "formal_statement", "lean4_statement"),
    )
    header: str = ""
    informal: str | None = Field(
        default=None,
        validation_alias=AliasChoices(
            "informal", "informal_prefix", "informal_statement", "nl_statement"
        ),
    )
    split: str | None = None
    topic: str = ""
    difficulty: int | None = None


def jsonl_problems(text: str, path: Path) -> Iterator[tuple[str, Problem]]:
    """The problems of a JSONL file, each with the place it stands at.

    Raises UserError, naming the line, for one that cannot be used.
    """
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            where = f"{path}, line {number}"
            yield where, record_problem(line, where)


def record_problem(record: str | Mapping[str, object], where: str, split: str = "test") -> Problem:
    """The problem in a record, given as JSON or as what JSON means.

    `split` is for one that names none. Raises UserError, naming `where`, for one that cannot be
    used.
    """
    try:
        if isinstance(record, str):
            read = Record.model_validate_json(record)
        else:
            read = Record.model_validate(record)
    except ValidationError as error:
        raise UserError(f"{where}: {_first_complaint(error)}") from error
    if read.statement is None:
        raise UserError(f"{where}: no field `statement` (or `formal_statement`)")
    if read.id is None:
        raise UserError(f"{where}: no field `id` (or `name`)")
    parts = split_statement(read.statement)
    split = read.split or split
    try:
        return Problem(
            id=read.id,
            statement=parts.statement,
            header=f"{read.header}{parts.header}",
            informal=_comment_text(read.informal or ""),
            split=_SPLITS.get(split, split),
            topic=read.topic,
            difficulty=read.difficulty,
        )
    except ValidationError as error:
        raise UserError(f"{where}: {_first_complaint(error)}") from error


def _comment_text(comment: str) -> str:
    return re.sub(r"\A/--?|-/\Z", "", comment.strip()).strip()


def _first_complaint(error: ValidationError) -> str:
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"])
    return f"field `{field}`: {first['msg']}" if field else f"not a JSON object: {first['msg']}"
