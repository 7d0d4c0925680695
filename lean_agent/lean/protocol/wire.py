"""What all objects of the protocol have in common: how they are read and written."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

# The number of an environment or of a proof state.
Index = Annotated[int, Field(strict=True, ge=0)]


class Wire(BaseModel):
    """A JSON object of the protocol; `end_pos` here is `endPos` there.

    Fields that these types do not know, of a newer REPL or of a fork, are kept and written back.
    """

    model_config = ConfigDict(
        frozen=True, extra="allow", populate_by_name=True, alias_generator=to_camel
    )

    def to_json(self) -> dict[str, Any]:
        """The JSON object: the fields that were given, `null` where it was given, and no others."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)


class Position(Wire):
    """A place in the command's text: `line` counts from 1, `column` from 0, in characters.

    Messages about a tactic that was run by itself are all at line 0.
    """

    line: int = Field(strict=True)
    column: int = Field(strict=True)
