"""What the dialects share that write a call between `<tool_call>` and `</tool_call>`."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import ClassVar

from lean_agent.chat import CallError, CallErrorKind, Message, Repair, ToolCall, ToolSchema
from lean_agent.dialects.base import Piece
from lean_agent.dialects.json_call import Flaw
from lean_agent.dialects.reader import Marks, Region, RegionDialect

OPEN, CLOSE = "<tool_call>", "</tool_call>"


class TaggedCalls(RegionDialect):
    """A call is a text between the two tags. The first closing tag ends it."""

    stops = ("<tool_response>",)
    marks: ClassVar[Marks] = {OPEN: CLOSE, CLOSE: ""}
    example: ClassVar[str]

    @abstractmethod
    def read_body(
        self, body: str, tools: Sequence[ToolSchema], done: list[str] | None, may_close: bool
    ) -> ToolCall | Flaw:
        """The call (without an id) between the tags.

        Given a list, what is nearly a call is read as one, and what was `done` is added to the
        list; what is missing at the end is added only if the body `may_close`.
        """

    @abstractmethod
    def write_body(self, call: ToolCall) -> str:
        """The same call, with nothing in it that reads as a tag."""

    def read_region(self, region: Region) -> Iterator[Piece | Repair]:
        """From an opening tag to the first closing tag after it, or a closing tag alone.

        One alone after a spoilt call is taken for a part of what is wrong with that.
        """
        text = region.text
        if text == CLOSE:
            yield text if region.after_spoilt else self._unopened
            return
        last = text.rfind(OPEN)
        if last and not (region.closed and isinstance(self._read(text, region), ToolCall)):
            # A call was left open, and another begun.
            flaw = Flaw(CallErrorKind.UNCLOSED, f"{OPEN} follows before {CLOSE}")
            yield from self._call(text[:last], flaw, region, may_close=True)
            text = text[last:]
        if region.closed:
            yield from self._call(text, None, region, may_close=True)
        else:
            flaw = Flaw(region.broken_off, f"no {CLOSE} follows")
            yield from self._call(text, flaw, region, may_close=not region.cut_off)

    def _call(
        self, text: str, unclosed: Flaw | None, region: Region, may_close: bool
    ) -> Iterator[Piece | Repair]:
        call = unclosed or self._read(text, region)
        if isinstance(call, Flaw) and self.lenient:
            body = text[len(OPEN) :].removesuffix(CLOSE)
            done = [f"added the missing {CLOSE}"] if unclosed else []
            mended = self.read_body(body, region.tools, done, may_close)
            if isinstance(mended, ToolCall):
                yield mended
                yield Repair(kind=call.kind, text=text, done="; ".join(done))
                return
        yield self._error(call, text) if isinstance(call, Flaw) else call

    def _read(self, text: str, region: Region) -> ToolCall | Flaw:
        return self.read_body(text[len(OPEN) : -len(CLOSE)], region.tools, None, may_close=False)

    @cached_property
    def _unopened(self) -> CallError:
        return self._error(Flaw(CallErrorKind.UNOPENED, f"{CLOSE} without {OPEN} before it"), CLOSE)

    def _error(self, flaw: Flaw, text: str) -> CallError:
        detail = f"{flaw.what}. Write it as {self.example}"
        return CallError(kind=flaw.kind, text=text, detail=detail)

    def render(self, content: str, calls: Sequence[ToolCall]) -> str:
        """The content, then each call on lines of its own."""
        written = (f"{OPEN}\n{self.write_body(call)}\n{CLOSE}" for call in calls)
        return "\n".join([content] * bool(content) + list(written))

    def render_result(self, message: Message, tool: str) -> str:  # noqa: ARG002
        """The result between `<tool_response>` tags."""
        return f"<tool_response>\n{message.content}\n</tool_response>"
