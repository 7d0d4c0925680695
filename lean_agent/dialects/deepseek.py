"""DeepSeek's dialects, which mark calls with tokens of their own (with the bars `｜` and `▁`).

The formats are those of vLLM's parsers `deepseek_v3` and `deepseek_v31` and of its templates
`tool_chat_template_deepseekv3.jinja` and `tool_chat_template_deepseekv31.jinja`
(https://github.com/vllm-project/vllm). DeepSeek-V3-0324 and R1-0528 write the former, in which
the arguments stand in a code fence; DeepSeek-V3.1 the latter, without one.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import ClassVar

from lean_agent.chat import CallError, CallErrorKind, Message, Repair, ToolCall
from lean_agent.dialects.base import Piece
from lean_agent.dialects.json_call import Flaw, read_arguments, write_json
from lean_agent.dialects.reader import Marks, Region, RegionDialect

CALLS, END_CALLS = "<｜tool▁calls▁begin｜>", "<｜tool▁calls▁end｜>"
CALL, END_CALL = "<｜tool▁call▁begin｜>", "<｜tool▁call▁end｜>"
SEP = "<｜tool▁sep｜>"
RESULTS, END_RESULTS = "<｜tool▁outputs▁begin｜>", "<｜tool▁outputs▁end｜>"
RESULT, END_RESULT = "<｜tool▁output▁begin｜>", "<｜tool▁output▁end｜>"

_ANY_MARK = re.compile(r"<｜tool▁|</?think>")


class _DeepSeek(RegionDialect):
    """Strict: all calls of an answer stand in one block; nothing but calls stands in it."""

    stops = (RESULTS, RESULT)
    marks: ClassVar[Marks] = {CALLS: END_CALLS, CALL: END_CALL, END_CALL: ""}
    separator: ClassVar[str]
    """What stands between two calls."""

    @abstractmethod
    def write_call(self, name: str, arguments: str) -> str:
        """What stands between the marks of one call."""

    @abstractmethod
    def take_apart(self, body: str, done: list[str] | None) -> tuple[str, str] | Flaw:
        """The name and the arguments in what stands between the marks of one call.

        Given a list, what is nearly right is taken, and what was `done` is added to the list.
        """

    def instructions(self) -> str:
        """How to write a call."""
        call = self.write_call("tool_name", "{arguments object}")
        return (
            "To call tools, end your answer with a block of this form, in which the arguments are "
            f"a JSON object:\n{CALLS}{CALL}{call}{END_CALL}{END_CALLS}\n"
            f"For several calls write {CALL}…{END_CALL} several times in the one block; they are "
            f"carried out in order, and each result comes back between {RESULT} and {END_RESULT}."
        )

    def read_region(self, region: Region) -> Iterator[Piece | Repair]:
        """A block of calls, or what should stand in one.

        What is left of the block's marks where the others are missing is words, and so is the
        end of a call after one that is spoilt already.
        """
        text = region.text
        if text == END_CALL:
            yield text if region.after_spoilt else self._unopened
        elif text.startswith(CALL):
            kind = CallErrorKind.UNOPENED if region.closed else region.broken_off
            yield from self._call(text, Flaw(kind, f"no {CALLS} stands before it"), region)
        else:
            yield from self._block(region)

    def _block(self, region: Region) -> Iterator[Piece | Repair]:
        text = region.text
        begins = [found.start() for found in re.finditer(CALL, text)]
        unclosed = None if region.closed else Flaw(region.broken_off, f"no {END_CALLS} follows")
        if not begins:
            what = f"no {CALL} follows {CALLS}"
            yield self._error(unclosed or Flaw(CallErrorKind.MALFORMED, what), text)
            return
        # Each call with what stands around it up to the next one, so that nothing is lost.
        for start, end in pairwise([0, *begins[1:], len(text)]):
            yield from self._call(text[start:end], unclosed if end == len(text) else None, region)

    def _call(self, text: str, flaw: Flaw | None, region: Region) -> Iterator[Piece | Repair]:
        """`flaw` is what is wrong with the marks outside the call."""
        call = flaw or self._read(text, None, may_close=False)
        if isinstance(call, Flaw) and self.lenient:
            done: list[str] = []
            if flaw:
                done.append(f"read it without {CALLS if text.startswith(CALL) else END_CALLS}")
            mended = self._read(text, done, may_close=not (flaw and region.cut_off))
            if isinstance(mended, ToolCall):
                yield mended
                yield Repair(kind=call.kind, text=text, done="; ".join(done))
                return
        yield self._error(call, text) if isinstance(call, Flaw) else call

    def _read(self, text: str, done: list[str] | None, may_close: bool) -> ToolCall | Flaw:
        before, _, body = text.removeprefix(CALLS).partition(CALL)
        body, end, after = body.removesuffix(END_CALLS).partition(END_CALL)
        if not end:
            if done is None or not may_close:
                return Flaw(CallErrorKind.UNCLOSED, f"no {END_CALL} follows")
            done.append(f"added the missing {END_CALL}")
        if before.strip() or after.strip():
            return Flaw(CallErrorKind.EXTRA_TEXT, "words stand beside the calls in the block")
        parts = self.take_apart(body, done)
        if isinstance(parts, Flaw):
            return parts
        name, written = parts
        if not name:
            return Flaw(CallErrorKind.MISSING_NAME, "there is no name of a tool")
        arguments = read_arguments(written, done, may_close)
        if isinstance(arguments, Flaw):
            return arguments
        return ToolCall(id="", name=name, arguments=arguments)

    @cached_property
    def _unopened(self) -> CallError:
        flaw = Flaw(CallErrorKind.UNOPENED, f"{END_CALL} without {CALL} before it")
        return self._error(flaw, END_CALL)

    def _error(self, flaw: Flaw, text: str) -> CallError:
        form = f"{CALLS}{CALL}{self.write_call('TOOL', '{…}')}{END_CALL}{END_CALLS}"
        return CallError(kind=flaw.kind, text=text, detail=f"{flaw.what}. Write it as {form}")

    def render(self, content: str, calls: Sequence[ToolCall]) -> str:
        """The content, then one block of all calls."""
        if not calls:
            return content
        written = (
            f"{CALL}{self.write_call(call.name, write_json(call.arguments, _ANY_MARK))}{END_CALL}"
            for call in calls
        )
        return f"{content}{CALLS}{self.separator.join(written)}{END_CALLS}"


class DeepSeekV3(_DeepSeek):
    """DeepSeek-V3-0324 and R1-0528."""

    name = "deepseek-v3"
    separator = "\n"

    def write_call(self, name: str, arguments: str) -> str:
        return f"function{SEP}{name}\n```json\n{arguments}\n```"

    def take_apart(self, body: str, done: list[str] | None) -> tuple[str, str] | Flaw:
        kind, found, rest = body.partition(SEP)
        if not found or kind.strip() != "function":
            return Flaw(CallErrorKind.MALFORMED, f"it does not begin with function{SEP}")
        name, _, fenced = rest.partition("\n")
        arguments = fenced.strip()
        if arguments.startswith("```json") and arguments.endswith("\n```"):
            arguments = arguments[len("```json") : -len("```")]
        elif done is None:
            return Flaw(CallErrorKind.MALFORMED, "the arguments are not between ```json and ```")
        else:
            done.append("read the arguments without a whole code fence")
        return name.strip(), arguments

    def render_result(self, message: Message, tool: str) -> str:  # noqa: ARG002
        """The result in a block of its own."""
        return f"{RESULTS}{RESULT}{message.content}{END_RESULT}{END_RESULTS}"


class DeepSeekV31(_DeepSeek):
    """DeepSeek-V3.1."""

    name = "deepseek-v3.1"
    separator = ""

    def write_call(self, name: str, arguments: str) -> str:
        return f"{name}{SEP}{arguments}"

    def take_apart(self, body: str, done: list[str] | None) -> tuple[str, str] | Flaw:  # noqa: ARG002
        name, found, arguments = body.partition(SEP)
        if not found:
            return Flaw(CallErrorKind.MALFORMED, f"no {SEP} stands after the name")
        return name.strip(), arguments

    def render_result(self, message: Message, tool: str) -> str:  # noqa: ARG002
        """The result between its marks."""
        return f"{RESULT}{message.content}{END_RESULT}"
