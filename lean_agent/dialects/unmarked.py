"""What dialects share whose calls stand alone in an answer, with no marks around them."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lean_agent.chat import CallError, CallErrorKind, Message, Repair, ToolCall
from lean_agent.dialects.base import END_THINK, THINK, Piece
from lean_agent.dialects.json_call import write_json
from lean_agent.dialects.reader import RegionDialect

PYTHON_TAG = r"<\|python_(?:tag|start)\|>"
"""What Llama 3 and Llama 4 may write before a call, as a pattern; it changes nothing."""

BEGIN_TAGS = ("<|python_tag|>", "<|python_start|>")
"""The same as texts."""

ROLES = ("<|start_header_id|>", "<|header_start|>")
"""What Llama 3's and Llama 4's templates write before each turn, so before a tool's answer too."""

_ENDS = r"<\|(?:python_end|eot_id|eom_id|eot|eom)\|>"  # of a call and of a turn

MARKS = re.compile(rf"</?think>|{PYTHON_TAG}|{_ENDS}|<\|(?:start_header_id|header_start)\|>")
"""What would be taken for a mark where it stands in an argument."""

_BEFORE = re.compile(rf"\s*(?:{PYTHON_TAG}\s*)?")
_AFTER = re.compile(rf"\s*(?:{_ENDS}\s*)*")

_QUOTED = 200
"""How many characters of a spoilt call its explanation quotes at most."""


@dataclass(frozen=True)
class Part:
    """A place in a text, from `start` to `end`, and the call that stands there, with what was
    mended in it, or what is wrong with it."""

    start: int
    end: int
    call: ToolCall | CallError
    repairs: tuple[Repair, ...] = ()


class UnmarkedDialect(RegionDialect):
    """A dialect whose calls stand alone in an answer, beside no more than thinking."""

    stops = ROLES
    words_beside_calls = False

    @abstractmethod
    def write_calls(self, calls: Sequence[ToolCall]) -> str:
        """The calls, of which there is one at least, as the model writes them."""

    def render(self, content: str, calls: Sequence[ToolCall]) -> str:
        """The calls and, beside them, no more of the content than its thinking."""
        if not calls:
            return content
        return "\n".join(filter(None, (thinking_in(content), self.write_calls(calls))))

    def render_result(self, message: Message, tool: str) -> str:  # noqa: ARG002
        """The result as a JSON object, as vLLM's templates for these models write it."""
        return write_json({"output": message.content})


def tag_before(text: str) -> str:
    """The tag with which the text begins, or nothing."""
    return next((tag for tag in BEGIN_TAGS if text.startswith(tag)), "")


def stands_alone(text: str, start: int, end: int) -> bool:
    """Whether nothing stands around that place but marks that mean nothing."""
    return bool(_BEFORE.fullmatch(text, 0, start) and _AFTER.fullmatch(text, end))


def side_by_side(text: str, parts: list[Part]) -> Iterator[Piece | Repair]:
    """Calls with nothing else around them: what stands between two belongs to the first.

    Beside a good one, the explanation of a spoilt one quotes it: `render` leaves it out.
    """
    quoted = any(isinstance(part.call, ToolCall) for part in parts)
    ends = [part.start for part in parts[1:]] + [len(text)]
    start = 0
    for part, end in zip(parts, ends, strict=True):
        if isinstance(part.call, CallError):
            written = text[start:end]
            what = f"`{_beginning(written)}`: " if quoted else ""
            yield CallError(kind=part.call.kind, text=written, detail=what + part.call.detail)
        else:
            yield part.call
            yield from part.repairs
        start = end


def _beginning(text: str) -> str:
    text = text.strip()
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED]}…"


def among_words(
    text: str, parts: list[Part], lenient: bool, alone: str
) -> Iterator[Piece | Repair]:
    """Calls with words around them, where none may be; `alone` says how it should be."""
    at = 0
    for part in parts:
        yield text[at : part.start]
        at, written = part.end, text[part.start : part.end]
        if isinstance(part.call, CallError):
            yield CallError(kind=part.call.kind, text=written, detail=part.call.detail)
        elif lenient:
            yield part.call
            yield Repair(
                kind=CallErrorKind.EXTRA_TEXT, text=written, done="left the words beside it"
            )
            yield from part.repairs
        else:
            detail = f"words stand beside the call. {alone}"
            yield CallError(kind=CallErrorKind.EXTRA_TEXT, text=written, detail=detail)
    yield text[at:]


def thinking_in(content: str) -> str:
    """The thinking in an assistant's words, and nothing else."""
    thoughts = []
    before, end, after = content.partition(END_THINK)
    if end and THINK not in before:
        thoughts.append(before + end)
        content = after
    thoughts += re.findall(f"{THINK}.*?{END_THINK}", content, re.DOTALL)
    return "\n".join(thoughts)
