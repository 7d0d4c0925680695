"""Episodes as training data: `export` writes them in a format, `read_conversations` reads back.

What each format keeps, and what becomes of an episode that does not fit it, is in README.md here.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any

from lean_agent.chat import Frozen
from lean_agent.errors import UserError
from lean_agent.trace.export.conversation import Conversation, Style, Unfit, conversation
from lean_agent.trace.export.formats import Format, Messages, OpenAI, jsonl_rows
from lean_agent.trace.export.sharegpt import ShareGPT
from lean_agent.trace.export.table import Arrow, Parquet, require_datasets
from lean_agent.trace.export.text import Text
from lean_agent.trace.export.wires import Row
from lean_agent.trace.trace import Trace

__all__ = [
    "Conversation",
    "Exported",
    "Format",
    "FormatName",
    "LeftOut",
    "Nothing",
    "Style",
    "Text",
    "Unfit",
    "conversation",
    "export",
    "format_named",
    "read_conversations",
]


class FormatName(StrEnum):
    """What `--to` takes."""

    MESSAGES = "messages"
    OPENAI = "openai"
    SHAREGPT = "sharegpt"
    ARROW = "arrow"
    PARQUET = "parquet"
    TEXT = "text"


_READABLE = {one.name: one for one in (Messages, OpenAI, ShareGPT, Arrow, Parquet)}


class LeftOut(Frozen):
    """An episode that was not written, and why."""

    episode: str
    why: str


class Exported(Frozen):
    """What came of an export. `spoilt` are the answers in which something is wrong that are in it,
    `unheard` those of which the format leaves out words or thinking (chat templates do), and
    `unproved` the episodes that were passed over since they have no accepted proof."""

    path: Path
    format: FormatName
    episodes: int
    answers: int
    spoilt: int
    unheard: int
    unproved: int
    left_out: tuple[LeftOut, ...]


class Nothing(UserError):
    """No episode is left to be written; the message says why."""


def format_named(name: FormatName, style: Style, template: str | None = None) -> Format:
    """The format of that name; `template` is for `text`, which needs one (see Text)."""
    if name is FormatName.TEXT:
        if template is None:
            raise UserError(
                "the format text needs --template: a model's folder or name on the Hugging Face "
                "Hub, or a Jinja file"
            )
        return Text(template, in_prompt=style.dialect is not None)
    if template is not None:
        raise UserError(f"--template is for the format text; {name} leaves that to the trainer")
    return _READABLE[name]()


def export(
    traces: Iterable[Trace], to: Format, style: Style, path: Path, *, unproved: bool = False
) -> Exported:
    """Write the proved episodes, and with `unproved` the others too, to `path`.

    It is there whole or not at all. Raises UserError where it is there already or cannot be
    written, and Nothing where no episode is left to be written.
    """
    episodes = answers = spoilt = unheard = passed = 0
    left_out: list[LeftOut] = []

    def rows() -> Iterator[Row]:
        nonlocal episodes, answers, spoilt, unheard, passed
        for trace in traces:
            if not (trace.proved or unproved):
                passed += 1
                continue
            try:
                told = conversation(trace, style)
                row = to.row(trace, told)
                unheard += to.unheard(told)
            except Unfit as unfit:
                left_out.append(LeftOut(episode=trace.episode_id, why=str(unfit)))
                continue
            episodes += 1
            answers += sum(message.role == "assistant" for message in told.messages)
            spoilt += len(told.spoilt)
            yield row

    with _whole(path) as half:
        to.write(rows(), half)
        if not episodes:
            raise Nothing(_nothing(passed, left_out))
    return Exported(
        path=path,
        format=FormatName(to.name),
        episodes=episodes,
        answers=answers,
        spoilt=spoilt,
        unheard=unheard,
        unproved=passed,
        left_out=tuple(left_out),
    )


def read_conversations(path: Path, name: FormatName) -> Iterator[Conversation]:
    """What an export of that format holds, in order: for `messages`, `arrow` and `parquet` the
    whole conversations, for `openai` and `sharegpt` up to the last answer.

    Raises UserError for what is none, and for `text`, from which there is no way back.
    """
    if name not in _READABLE:
        raise UserError(f"an export in the format {name} cannot be read back into messages")
    read = _READABLE[name].read
    try:
        for number, row in enumerate(_rows(path, name), start=1):
            try:
                yield read(row)
            except (KeyError, TypeError, ValueError, IndexError, Unfit) as error:
                raise UserError(f"{path}: row {number} is none of {name}: {error!r}") from error
    except (OSError, json.JSONDecodeError) as error:
        raise UserError(f"cannot read {path} as {name}: {error}") from error


def _rows(path: Path, name: FormatName) -> Iterator[Any]:
    if name is FormatName.ARROW:
        require_datasets()
        from datasets import load_from_disk

        for batch in load_from_disk(str(path)).data.to_batches():
            yield from batch.to_pylist()
    elif name is FormatName.PARQUET:
        require_datasets()
        from pyarrow import parquet

        with parquet.ParquetFile(path) as file:
            for batch in file.iter_batches():
                yield from batch.to_pylist()
    else:
        yield from jsonl_rows(path)


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """A place beside `path` to write to, which then becomes `path`, or is removed."""
    if path.exists() or path.is_symlink():
        raise UserError(f"{path} is there already: choose another --out, or remove it")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}-"))
    except OSError as error:
        raise _cannot_write(path, error) from error
    try:
        half = folder / path.name
        yield half
        if path.exists():
            raise UserError(f"{path} has come to be in the meantime: choose another --out")
        half.replace(path)
    except OSError as error:
        raise _cannot_write(path, error) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _cannot_write(path: Path, error: OSError) -> UserError:
    why = error.strerror or error
    return UserError(f"cannot write {path}: {why}. Mend that, or choose another --out")


def _nothing(unproved: int, left_out: list[LeftOut]) -> str:
    if left_out:
        first = left_out[0]
        return f"no episode can be written in this form. {first.episode}: {first.why}" + (
            f" (and {len(left_out) - 1} more)" if len(left_out) > 1 else ""
        )
    if unproved:
        return (
            f"none of the {unproved} episodes has an accepted proof, so there is nothing to learn "
            "from; --unproved writes them all the same"
        )
    return "there is no episode in it"
