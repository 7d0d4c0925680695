"""Arrow and Parquet: a table with a row each episode, the same columns whatever was run.

A column of Arrow has one type, and arguments are of any, so messages, tools and versions are JSON
there, marked as such: `datasets` gives objects back, and other readers the text.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar

from lean_agent.errors import UserError
from lean_agent.models.chat_wires import as_is, tool_wires
from lean_agent.trace.export.conversation import Conversation
from lean_agent.trace.export.formats import BY_TRL, Format
from lean_agent.trace.export.wires import Row, as_json, read_row
from lean_agent.trace.trace import Trace

ROWS_AT_ONCE = 256

COLUMNS: dict[str, str] = {
    "episode": "string",  # problem_id#sample
    "problem_id": "string",
    "statement": "string",
    "header": "string",
    "informal": "string",
    "split": "string",
    "topic": "string",
    "difficulty": "int8",  # 1 to 5, null where it is not known
    "sample": "int32",
    "seed": "int64",  # the episode's own
    "model": "string",
    "mode": "string",
    "template": "string",  # of the prompts, with its version; TRL takes a column `prompt` for text
    "dialect": "string",  # null where a server read the calls
    "outcome": "string",
    "level": "string",  # fast or strict, null without a proof
    "proof": "string",  # null without one
    "turns": "int32",  # answers of the model
    "calls": "int32",
    "spoilt": "int32",  # answers with something wrong, and no accepted proof
    "completion_tokens": "int64",  # null where the backend counts none
    "versions": "json",
    "tools": "list of json",  # null where there are none beside the messages
    "messages": "list of json",
}
"""Each column and its type."""
_TOLD = ("messages", "tools")


class _Table(Format):
    def row(self, trace: Trace, told: Conversation) -> Row:
        """The columns of one episode."""
        counts = [turn.completion_tokens for turn in trace.turns]
        wires = as_is(told.messages, text_arguments=False, own_ids=True)
        problem = trace.problem.model_dump(exclude={"id"})
        return {
            **problem,
            "episode": trace.episode_id,
            "problem_id": trace.problem.id,
            "sample": trace.sample,
            "seed": trace.sampling.seed,
            "model": trace.model,
            "mode": trace.settings.mode.value,
            "template": trace.settings.prompt,
            "dialect": trace.dialect,
            "outcome": trace.outcome.value,
            "level": trace.level.value if trace.level else None,
            "proof": trace.proof,
            "turns": len(trace.turns),
            "calls": sum(len(message.tool_calls) for message in trace.messages),
            "spoilt": len(told.spoilt),
            "completion_tokens": None if None in counts else sum(filter(None, counts)),
            "versions": json.dumps(trace.versions, ensure_ascii=False, sort_keys=True),
            "tools": [as_json(tool) for tool in tool_wires(told.tools)] or None,
            "messages": [as_json(wire) for wire in wires],
        }

    @staticmethod
    def read(row: Mapping[str, Any]) -> Conversation:
        """The conversation, whole; of a row in which JSON is text."""
        told = {name: [json.loads(one) for one in row[name] or ()] for name in _TOLD}
        return read_row(told)


class Parquet(_Table):
    """One file, as `load_dataset("parquet")` and every data tool reads it."""

    name: ClassVar[str] = "parquet"
    use: ClassVar[str] = f'load_dataset("parquet", data_files=PATH), and {BY_TRL}'

    def write(self, rows: Iterable[Row], path: Path) -> None:
        """Row group by row group. Raises UserError where `datasets` is missing."""
        require_datasets()
        from pyarrow import parquet

        features = _features()
        with parquet.ParquetWriter(path, features.arrow_schema, compression="zstd") as writer:
            for table in _tables(rows, features):
                writer.write_table(table)


class Arrow(_Table):
    """A folder, as `datasets.load_from_disk` reads it."""

    name: ClassVar[str] = "arrow"
    use: ClassVar[str] = f"datasets.load_from_disk(PATH), and {BY_TRL}"

    def write(self, rows: Iterable[Row], path: Path) -> None:
        """By way of a file beside it, so that memory holds a few rows only.

        Raises UserError where `datasets` is missing.
        """
        require_datasets()
        import pyarrow
        from datasets import Dataset
        from datasets.table import MemoryMappedTable

        features = _features()
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".arrow-") as folder:
            whole = Path(folder) / "rows.arrow"
            schema = features.arrow_schema
            with whole.open("wb") as file, pyarrow.ipc.new_stream(file, schema) as writer:
                for part in _tables(rows, features):
                    writer.write_table(part)
            # Its own would be made of the time of day.
            with whole.open("rb") as rows_file:
                fingerprint = hashlib.file_digest(rows_file, "sha256").hexdigest()[:16]
            table = MemoryMappedTable.from_file(str(whole))
            with _no_bars():
                Dataset(table, fingerprint=fingerprint).save_to_disk(str(path))


def require_datasets() -> None:
    """Raise UserError, with the extra that has it, where `datasets` is missing."""
    from importlib.util import find_spec

    if find_spec("datasets") is None:
        raise UserError(
            "arrow and parquet need the package datasets: pip install 'lean-agent[datasets]'"
        )


@contextmanager
def _no_bars() -> Iterator[None]:
    """Without the progress bars of `datasets`, which it shows also where there is no terminal."""
    from datasets import are_progress_bars_disabled, disable_progress_bars, enable_progress_bars

    were_shown = not are_progress_bars_disabled()
    disable_progress_bars()
    try:
        yield
    finally:
        if were_shown:
            enable_progress_bars()


def _features() -> Any:
    from datasets import Features, Json, List, Value

    kinds = {"json": Json(), "list of json": List(Json())}
    return Features({name: kinds.get(kind) or Value(kind) for name, kind in COLUMNS.items()})


def _tables(rows: Iterable[Row], features: Any) -> Iterator[Any]:
    import pyarrow
    from datasets.table import table_cast

    kinds = {"json": pyarrow.string(), "list of json": pyarrow.list_(pyarrow.string())}
    kinds |= {name: getattr(pyarrow, name)() for name in ("string", "int8", "int32", "int64")}
    as_text = pyarrow.schema({name: kinds[kind] for name, kind in COLUMNS.items()})
    rows = iter(rows)
    while some := list(islice(rows, ROWS_AT_ONCE)):
        # pyarrow makes no nested JSON of Python's values.
        yield table_cast(pyarrow.Table.from_pylist(some, schema=as_text), features.arrow_schema)
