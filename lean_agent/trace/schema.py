"""Reading a record that another version of lean-agent may have written."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from lean_agent.errors import UserError

Record = TypeVar("Record", bound=BaseModel)

Migration = Callable[[dict[str, Any]], dict[str, Any]]

MIGRATIONS: dict[tuple[type[BaseModel], int], Migration] = {}
"""By a kind of record and a version: what makes the fields of the next version of them.

Fields that are new and have defaults need none: a version that differs in these alone is read as
it is, and only the older lean-agent must know that it cannot read the newer record.
"""

MEND_LINE = "mend or delete that line"


def parse(kind: type[Record], data: bytes, where: str, mend: str = MEND_LINE) -> Record:
    """A record from its JSON, migrated where it is of an older `schema_version`.

    Raises UserError, saying `where`, for one of a newer version and for a damaged one; `mend`
    says what to do about damage.
    """
    try:
        record = kind.model_validate_json(data)
    except ValidationError as error:
        return _other_version(kind, data, where, mend, error)
    if getattr(record, "schema_version", None) == _current(kind):
        return record
    return _other_version(kind, data, where, mend, None)


def _other_version(
    kind: type[Record], data: bytes, where: str, mend: str, error: ValidationError | None
) -> Record:
    try:
        fields = json.loads(data)
    except ValueError:
        fields = None
    current = _current(kind)
    version = fields.get("schema_version", 1) if isinstance(fields, dict) else None
    if not isinstance(version, int) or current is None:
        raise _damaged(error, where, mend) from error
    if version > current:
        raise UserError(
            f"{where} is of schema version {version}, and this lean-agent reads up to {current}: "
            "upgrade lean-agent"
        )
    if version == current:
        raise _damaged(error, where, mend) from error
    while version < current:
        if (kind, version) not in MIGRATIONS:
            raise UserError(
                f"{where} is of schema version {version}, which this lean-agent does not read any "
                f"more; it reads version {current}: use the lean-agent that wrote it"
            )
        fields = MIGRATIONS[kind, version](fields)
        version += 1
    try:
        return kind.model_validate_json(json.dumps({**fields, "schema_version": current}))
    except ValidationError as wrong:
        raise _damaged(wrong, where, mend) from wrong


def _current(kind: type[BaseModel]) -> int | None:
    field = kind.model_fields.get("schema_version")
    return None if field is None else field.default


def _damaged(error: ValidationError | None, where: str, mend: str) -> UserError:
    what = "no schema version"
    if error is not None:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        what = f"field `{field}`: {first['msg']}" if field else first["msg"]
    return UserError(f"{where} is damaged ({what}): {mend}")
