"""The formats that are JSON Lines: what a line holds, and how it is read again."""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

from lean_agent.models.chat_wires import as_is, tool_wires
from lean_agent.trace.export.conversation import Conversation, Unfit
from lean_agent.trace.export.wires import Row, as_json, read_row
from lean_agent.trace.trace import Trace

BY_TRL = (
    "SFTConfig(assistant_only_loss=True, max_length=…), for by default it cuts off after 1,024 "
    "tokens"
)


class Format(ABC):
    """One way of writing episodes down for training."""

    name: ClassVar[str]
    use: ClassVar[str]
    """How its consumer is given the file: a line that is shown after the export."""

    @abstractmethod
    def row(self, trace: Trace, told: Conversation) -> Row:
        """One episode. Raises Unfit where it cannot be told."""

    def unheard(self, told: Conversation) -> int:  # noqa: ARG002
        """How many of its answers lose words in this format."""
        return 0

    @abstractmethod
    def write(self, rows: Iterable[Row], path: Path) -> None:
        """Write all of them to `path`, which is not there yet."""


class Lines(Format):
    """A row is a line of JSON."""

    def write(self, rows: Iterable[Row], path: Path) -> None:
        """UTF-8, with the same bytes on every machine."""
        with path.open("w", encoding="utf-8", newline="\n") as file:
            for row in rows:
                file.write(as_json(row) + "\n")


class Messages(Lines):
    """`messages` and `tools` as TRL's SFTTrainer takes them.

    Arguments are objects, for most chat templates write them with `tojson`, which would quote a
    text once more. `tools` is left out where there are none: some templates take an empty list
    for tools.
    """

    name = "messages"
    use = f'load_dataset("json", data_files=PATH), and {BY_TRL}'

    def row(self, trace: Trace, told: Conversation) -> Row:  # noqa: ARG002
        row: Row = {"messages": as_is(told.messages, text_arguments=False, own_ids=True)}
        return row | ({"tools": tool_wires(told.tools)} if told.tools else {})

    @staticmethod
    def read(row: Mapping[str, Any]) -> Conversation:
        """The conversation, whole."""
        return read_row(row)


class OpenAI(Lines):
    """OpenAI's format for supervised fine-tuning with tools.

    It is FineTuneChatRequestInput of their OpenAPI description. An example ends with an answer,
    so what follows the last one is left out. `weight` 0 lets spoilt answers be read and not be
    learnt; it is theirs, for answers in long conversations.
    """

    name = "openai"
    use = "upload it with the purpose fine-tune; OpenAI takes no file of less than 10 lines"
    _name = re.compile(r"[a-zA-Z0-9_-]{1,64}")
    _most_tools = 128

    def row(self, trace: Trace, told: Conversation) -> Row:  # noqa: ARG002
        told = told.up_to_last_answer()
        self._refuse(told)
        wires = as_is(told.messages, text_arguments=True, own_ids=True)
        answers = [wire for wire in wires if wire["role"] == "assistant"]
        for number, answer in enumerate(answers):
            if answer.get("tool_calls") and not answer["content"]:
                del answer["content"]
            if number in told.spoilt:
                answer["weight"] = 0
        if all(answer.get("weight") == 0 for answer in answers):
            raise Unfit("something is wrong in all of its answers, so none is to be learnt")
        for wire in wires:
            if wire["role"] == "tool":
                del wire["name"]
        row: Row = {"messages": wires}
        if told.tools:
            row |= {"tools": tool_wires(told.tools), "parallel_tool_calls": True}
        return row

    def _refuse(self, told: Conversation) -> None:
        calls = [call for message in told.messages for call in message.tool_calls]
        for name in [*(tool.name for tool in told.tools), *(call.name for call in calls)]:
            if not self._name.fullmatch(name):
                raise Unfit(f"OpenAI takes no tool with the name {name!r}")
        if len(told.tools) > self._most_tools:
            raise Unfit(f"OpenAI takes no more than {self._most_tools} tools")
        answered = {message.tool_call_id for message in told.messages}
        last = told.messages[-1].tool_calls
        if any(call.id not in answered for call in calls if call not in last):
            raise Unfit("a call in it has no answer")

    @staticmethod
    def read(row: Mapping[str, Any]) -> Conversation:
        """The conversation up to its last answer."""
        told = read_row(row)
        answers = (wire for wire in row["messages"] if wire["role"] == "assistant")
        spoilt = (n for n, answer in enumerate(answers) if answer.get("weight") == 0)
        return Conversation(told.messages, told.tools, frozenset(spoilt))


def jsonl_rows(path: Path) -> Iterator[Row]:
    """The rows of a file that Lines wrote."""
    with path.open(encoding="utf-8", newline="\n") as file:
        for line in file:
            yield json.loads(line)
