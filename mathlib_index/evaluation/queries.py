"""Queries whose right answers are known, read from a file."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from mathlib_index.errors import MathlibIndexError

NO_STYLE = "plain"
"""Style of a query for which the file names none."""


class QueriesUnusable(MathlibIndexError):
    """The file of queries is missing, malformed, or asks for nothing that the index holds."""


class LabelledQuery(BaseModel):
    """A query and the declarations that answer it."""

    model_config = ConfigDict(frozen=True)

    text: str = Field(min_length=1)
    answers: tuple[str, ...] = Field(min_length=1)
    """Full names, each as good an answer as the others."""
    style: str = NO_STYLE
    """How it is asked, such as `q1c_natural`; scores are given by style too."""


class QuerySet(BaseModel):
    """The queries that an index can be judged by."""

    model_config = ConfigDict(frozen=True)

    queries: tuple[LabelledQuery, ...] = Field(min_length=1)
    missing: tuple[str, ...]
    """What the file asks for and the index lacks; these queries are not counted."""

    @property
    def declarations(self) -> int:
        """How many different answers are asked for; queries that share one are not independent."""
        return len({query.answers for query in self.queries})

    @property
    def styles(self) -> list[str]:
        """In the order of the file."""
        return list(dict.fromkeys(query.style for query in self.queries))


def read_queries(path: Path) -> list[LabelledQuery]:
    """Read a JSON list of objects, each in one of two forms.

    `{"full_name": NAME, "q1c_natural": TEXT, "q2_slogan": TEXT, …}`, the form of MathlibQR (arXiv
    2605.13137): every string field whose name begins with `q` is a query in the style that the
    field names, an empty one is none. Or `{"query": TEXT, "answer": NAME or [NAMES], "style": …}`
    with an optional style. Other fields are passed over.

    Raises `QueriesUnusable`, saying which entry is wrong, and where there is no query at all.
    """
    try:
        entries: Any = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise QueriesUnusable(f"cannot read {path}: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise QueriesUnusable(f"{path} is not JSON: {error}.") from error
    if not isinstance(entries, list):
        raise QueriesUnusable(f"{path} holds no list of queries. {_FORMS}")
    queries: list[LabelledQuery] = []
    for number, entry in enumerate(entries, start=1):
        try:
            queries.extend(_read_entry(entry))
        except ValueError as error:
            raise QueriesUnusable(f"{path}, entry {number}: {error}. {_FORMS}") from error
    if not queries:
        raise QueriesUnusable(f"{path} holds no queries. {_FORMS}")
    return queries


def select_queries(
    queries: Sequence[LabelledQuery], exists: Callable[[str], bool], limit: int | None = None
) -> QuerySet:
    """Those with an answer for which `exists` holds; with `limit`, of the first answers only.

    Raises `QueriesUnusable` if none is left.
    """
    asked = list(dict.fromkeys(query.answers for query in queries))[:limit]
    there = {answers for answers in asked if any(map(exists, answers))}
    counted = tuple(query for query in queries if query.answers in there)
    missing = tuple(name for answers in asked if answers not in there for name in answers)
    if not counted:
        raise QueriesUnusable(
            f"the index holds none of the {len(asked)} declarations that the queries ask for "
            f"({missing[0]} …). Is it an index of another library?"
        )
    return QuerySet(queries=counted, missing=missing)


_FORMS = (
    'Write [{"full_name": NAME, "q1c_natural": TEXT, …}, …] '
    'or [{"query": TEXT, "answer": NAME}, …].'
)


def _read_entry(entry: Any) -> list[LabelledQuery]:
    if not isinstance(entry, dict):
        raise ValueError("it is not an object")
    try:
        json.dumps(entry, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise ValueError("it holds half of a surrogate pair, which is no character") from None
    if "answer" in entry:
        text, style = entry.get("query"), entry.get("style", NO_STYLE)
        if not (isinstance(text, str) and text.strip()):
            raise ValueError("it has no `query`")
        if not (isinstance(style, str) and style):
            raise ValueError("its `style` is not a name")
        return [LabelledQuery(text=text, answers=_names(entry["answer"], "answer"), style=style)]
    if "full_name" not in entry:
        raise ValueError("it has neither `full_name` nor `answer`")
    answers = _names(entry["full_name"], "full_name")
    return [
        LabelledQuery(text=text, answers=answers, style=style)
        for style, text in entry.items()
        if style.startswith("q") and isinstance(text, str) and text.strip()
    ]


def _names(value: Any, field: str) -> tuple[str, ...]:
    names = value if isinstance(value, list) else [value]
    if not names or not all(isinstance(name, str) and name.strip() for name in names):
        raise ValueError(f"its `{field}` is not the name of a declaration")
    return tuple(name.strip() for name in names)
