"""Is everything that the model read said by the loop, its tools and the released prompt?

What a teacher was shown beside that (a system prompt of its own, a worked example with the
reference proof, a hint between two answers) must not get into a dataset: the student would learn
to answer questions that nobody asks it. So the conversation is said anew, from the problem, the
tools, the verdicts and the errors in the trace, and compared word for word; the tools are held
against those of lean-agent, and each answer against its raw text. Of search results only the form
is looked at; replaying a trace compares them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lean_agent import __version__
from lean_agent.calls import judge
from lean_agent.chat import Message, ToolCall
from lean_agent.dialects import DIALECTS, dialect_named
from lean_agent.errors import UserError
from lean_agent.lean.feedback import format_verdict
from lean_agent.lean.verdict import Verdict
from lean_agent.models.base import read_completion
from lean_agent.prompts import (
    RefusedProof,
    complaint,
    complaints,
    feedback,
    opening,
    reminder,
)
from lean_agent.submission import submitted_proof
from lean_agent.tools import CHECK_SCHEMA, SEARCH_SCHEMA
from lean_agent.trace.rules.rule import Left, Rule
from lean_agent.trace.rules.search_use import SEARCH_TOOL
from lean_agent.trace.trace import CHECK_TOOL, Trace, Turn

_PART = r"(?:«[^»\n]*»|\w[\w'!?]*)"
# The number of a result, a declaration's name, and its signature or docstring.
_LISTED = re.compile(rf"(?P<number>\d+)\. {_PART}(?:\.{_PART})*(?: [^\w\s].*)?")
_NOTHING = re.compile(r"Nothing found\. [^\n]*")


def foreign_words(trace: Trace) -> Left | None:
    """The first part of the trace that the loop and the model do not say, or None.

    The trace must have as many answers as turns, and a proof.
    """
    wrong = _foreign_tools(trace) or _foreign_opening(trace) or _foreign_answer(trace)
    if wrong:
        return wrong
    if trace.detail:
        return _left("its `detail` says something, and the loop says nothing there of a proof")
    for exchange in _exchanges(trace):
        for number, (place, message) in enumerate(exchange.read):
            if message.content != _expected(exchange, number, trace):
                what = "result" if message.role == "tool" else f"{message.role} message"
                return _left(
                    f"message {place + 1} is a {what} that the episode's loop does not say"
                )
    return None


def opening_of(trace: Trace) -> list[Message]:
    """What the template that the trace names makes of its problem and its tools.

    Raises UserError where there is no such template or dialect.
    """
    dialect = None
    if trace.tools_in_prompt and trace.dialect is not None:
        if trace.dialect not in DIALECTS:
            raise UserError(f"there is no dialect {trace.dialect!r}")
        dialect = DIALECTS[trace.dialect](trace.settings.lenient)
    return opening(trace.problem, trace.tools, trace.settings, dialect)


def _foreign_tools(trace: Trace) -> Left | None:
    own = {tool.name: tool for tool in (SEARCH_SCHEMA, CHECK_SCHEMA)}
    for tool in trace.tools:
        if tool != own.get(tool.name):
            what = "has another schema" if tool.name in own else "is none"
            return _left(f"its tool {tool.name} {what} in lean-agent {__version__}")
    if len(trace.tools) != len(own):
        return _left(f"it offers {len(trace.tools)} tools, and lean-agent {len(own)}")
    return None


def _foreign_answer(trace: Trace) -> Left | None:
    """The first answer that is not what the dialect makes of its raw text, or None.

    Where a server parsed the answers there is no dialect, and nothing to compare.
    """
    if trace.dialect is None:
        return None
    dialect, lenient = dialect_named(trace.dialect, trace.settings.lenient), trace.settings.lenient
    answers = (message for message in trace.messages if message.role == "assistant")
    for number, (answer, turn) in enumerate(zip(answers, trace.turns, strict=True), start=1):
        reason = "stop" if turn.finish_reason == "tool_calls" else turn.finish_reason
        read = read_completion(turn.raw, dialect, trace.tools, finish_reason=reason)
        if judge(read, trace.tools, dialect, lenient).completion.message != answer:
            return _left(
                f"answer {number} is not what the dialect {trace.dialect} makes of its raw text"
            )
    return None


def _foreign_opening(trace: Trace) -> Left | None:
    if not trace.settings.prompt:
        return _left("the trace does not name its prompt template")
    try:
        expected = opening_of(trace)
    except UserError as error:
        return _left(f"its opening cannot be made again: {error}")
    first = next((n for n, one in enumerate(trace.messages) if one.role == "assistant"), None)
    there = trace.messages[:first]
    if len(there) != len(expected):
        return _left(
            f"it opens with {len(there)} messages, and the template {trace.settings.prompt} makes "
            f"{len(expected)}"
        )
    for own, made in zip(there, expected, strict=True):
        if own != made:
            return _left(
                f"its {own.role} message is not the one that the template "
                f"{trace.settings.prompt} makes of the problem and the tools"
            )
    return None


def _left(why: str) -> Left:
    return Left(rule=Rule.PROMPT, why=why)


@dataclass(frozen=True)
class _Exchange:
    """An answer and what the model read after it, each with its place in the conversation.

    `before` counts the checks of earlier answers.
    """

    answer: Message
    turn: Turn
    verdicts: Mapping[str, Verdict]
    before: int
    read: list[tuple[int, Message]]


def _exchanges(trace: Trace) -> list[_Exchange]:
    found: list[_Exchange] = []
    turns = zip(trace.turns, trace.verdicts_by_call(), strict=True)
    before = 0
    for place, message in enumerate(trace.messages):
        if message.role == "assistant":
            turn, verdicts = next(turns)
            found.append(_Exchange(message, turn, verdicts, before, []))
            before += len(turn.verdicts)
        elif found:
            found[-1].read.append((place, message))
    return found


def _expected(exchange: _Exchange, number: int, trace: Trace) -> str | None:
    """What the loop says as the `number`-th message after the answer; None for nothing."""
    message = exchange.read[number][1]
    calls = exchange.answer.tool_calls
    if message.role == "tool":
        if number < len(calls) and message.tool_call_id == calls[number].id:
            return _result(exchange, calls[number], message.content, trace)
        return None
    last = number == len(exchange.read) - 1
    return _reply(exchange, trace) if message.role == "user" and last else None


def _result(exchange: _Exchange, call: ToolCall, content: str, trace: Trace) -> str | None:
    error = next((one for one in exchange.turn.errors if one.call_id == call.id), None)
    if error is not None:
        return complaint(error, trace.settings)
    if call.name == CHECK_TOOL and call.id in exchange.verdicts:
        return format_verdict(exchange.verdicts[call.id], str(call.arguments.get("code")))
    if call.name == SEARCH_TOOL and _is_listing(content):
        return content
    return None


def _is_listing(content: str) -> bool:
    found = [_LISTED.fullmatch(line) for line in content.split("\n")]
    numbers = [one["number"] for one in found if one]
    listing = numbers == [str(number) for number in range(1, len(found) + 1)]
    return listing or bool(_NOTHING.fullmatch(content))


def _reply(exchange: _Exchange, trace: Trace) -> str | None:
    """What the loop says to an answer beside the results of its calls (see `agent.py`)."""
    answer, turn = exchange.answer, exchange.turn
    spoilt = [error for error in turn.errors if error.call_id is None and error.text]
    said = complaints(spoilt, trace.settings) if spoilt else ""
    refused = {error.call_id for error in turn.errors}
    if any(call.id not in refused for call in answer.tool_calls):
        return said or None
    code = submitted_proof(answer.content, trace.problem)
    verdict = exchange.verdicts.get("")
    if code is not None and verdict is not None:
        proof = RefusedProof(code, verdict, exchange.before)
        told = feedback(format_verdict(verdict, code), trace.settings, proof)
        return f"{said}\n\n{told}".strip()
    if said or answer.tool_calls:
        return said or None
    if not turn.errors:
        return None
    return reminder(trace.settings, turn.errors[-1], turn.finish_reason == "length")
