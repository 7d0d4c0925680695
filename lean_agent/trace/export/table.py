"""Arrow and Parquet: a table with a row each episode, the same columns whatever was run.

A column of Arrow has one type, so arguments are JSON text, and so are tools and versions.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar

from lean_agent.errors import UserError
from lean_agent.models.chat_wires import as_is, tool_wires
from lean_agent.trace.export.conversation import Conversation
from lean_agent.trace.export.formats import Format
from lean_agent.trace.export.wires import Row, read_row
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
    "versions": "string",  # JSON
    "tools": "string",  # JSON, null where there are none; TRL reads it as it is
    "messages": "messages",
}
"""Each column and its Arrow type."""


class _Table(Format):
    def row(self, trace: Trace, told: Conversation) -> Row:
        """The columns of one episode."""
        counts = [turn.completion_tokens for turn in trace.turns]
        wires = as_is(told.messages, text_arguments=True, own_ids=True)
        tools = json.dumps(tool_wires(told.tools), ensure_ascii=False) if told.tools else None
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
            "tools": tools,
            "messages": [_same_fields(wire) for wire in wires],
        }

    @staticmethod
    def read(row: Mapping[str, Any]) -> Conversation:
        """The conversation, whole."""
        return read_row(row)


class Parquet(_Table):
    """One file, as `load_dataset("parquet")` and every data tool reads it."""

    name: ClassVar[str] = "parquet"
    use: ClassVar[str] = 'load_dataset("parquet", data_files=PATH)'

    def write(self, rows: Iterable[Row], path: Path) -> None:
        """Row group by row group. Raises UserError where pyarrow is missing."""
        require("pyarrow")
        from pyarrow import parquet

        with parquet.ParquetWriter(path, _schema(), compression="zstd") as writer:
            for batch in _batches(rows):
                writer.write_batch(batch)


class Arrow(_Table):
    """A folder, as `datasets.load_from_disk` reads it."""

    name: ClassVar[str] = "arrow"
    use: ClassVar[str] = "datasets.load_from_disk(PATH)"

    def write(self, rows: Iterable[Row], path: Path) -> None:
        """By way of a file beside it, so that memory holds a few rows only.

        Raises UserError where `datasets` is missing.
        """
        require("datasets")
        import pyarrow
        from datasets import Dataset
        from datasets.table import MemoryMappedTable

        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".arrow-") as folder:
            whole = Path(folder) / "rows.arrow"
            with whole.open("wb") as file, pyarrow.ipc.new_stream(file, _schema()) as writer:
                for batch in _batches(rows):
                    writer.write_batch(batch)
            # Its own would be made of the time of day.
            with whole.open("rb") as rows_file:
                fingerprint = hashlib.file_digest(rows_file, "sha256").hexdigest()[:16]
            table = MemoryMappedTable.from_file(str(whole))
            Dataset(table, fingerprint=fingerprint).save_to_disk(str(path))


def require(package: str) -> None:
    """Raise UserError, with the extra that has it, where the package is missing."""
    from importlib.util import find_spec

    if find_spec(package) is None:
        raise UserError(
            f"arrow and parquet need the package {package}: pip install 'lean-agent[datasets]'"
        )


def _same_fields(wire: Row) -> Row:
    """All fields in each message, null where it has none."""
    fields = ("role", "content", "tool_calls", "tool_call_id", "name")
    return {name: wire.get(name) for name in fields}


def _schema() -> Any:
    import pyarrow

    text = pyarrow.string()
    function = pyarrow.struct({"name": text, "arguments": text})
    call = pyarrow.struct({"id": text, "type": text, "function": function})
    message = {
        "role": text,
        "content": text,
        "tool_calls": pyarrow.list_(call),
        "tool_call_id": text,
        "name": text,
    }
    kinds = {"messages": pyarrow.list_(pyarrow.struct(message))}
    kinds |= {name: getattr(pyarrow, name)() for name in ("string", "int8", "int32", "int64")}
    return pyarrow.schema({name: kinds[kind] for name, kind in COLUMNS.items()})


def _batches(rows: Iterable[Row]) -> Iterator[Any]:
    import pyarrow

    rows = iter(rows)
    while some := list(islice(rows, ROWS_AT_ONCE)):
        yield pyarrow.RecordBatch.from_pylist(some, schema=_schema())
