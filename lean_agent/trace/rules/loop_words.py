"""Is everything that the model read said by the loop, its tools and the released prompt?

What a teacher was shown beside that (a system prompt of its own, a worked example with the
reference proof, a hint between two answers) must not get into a dataset: the student would learn
to answer questions that nobody asks it. So the conversation is said anew, from the problem, the
tools, the verdicts and the errors in the trace, and compared word for word. Of search results
only the form is looked at; replaying a trace compares them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lean_agent.chat import CallError, Message, ToolCall
from lean_agent.dialects import DIALECTS
from lean_agent.errors import UserError
from lean_agent.lean.feedback import format_verdict
from lean_agent.lean.verdict import Verdict
from lean_agent.prompts import (
    RefusedProof,
    complaint,
    complaints,
    feedback,
    opening,
    reminder,
)
from lean_agent.submission import submitted_proof
from lean_agent.trace.rules.rule import Left, Rule
from lean_agent.trace.rules.search_use import SEARCH_TOOL
from lean_agent.trace.trace import CHECK_TOOL, Trace, Turn

_LISTED = re.compile(r"\d+\. \S.*")
_NOTHING = re.compile(r"Nothing found\. [^\n]*")


def foreign_words(trace: Trace) -> Left | None:
    """The first message that the model read and the loop does not say, or None."""
    if wrong := _foreign_opening(trace):
        return wrong
    for place, message, expected in _after_the_opening(trace):
        if expected is None or expected != message.content:
            what = "result" if message.role == "tool" else f"{message.role} message"
            return _left(f"message {place + 1} is a {what} that the episode's loop does not say")
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


def _after_the_opening(trace: Trace) -> Iterator[tuple[int, Message, str | None]]:
    """Each message after the first answer that the model read: its place, and what it should be.

    None is for what nothing could have said.
    """
    turns = iter(zip(trace.turns, trace.verdicts_by_call(), strict=True))
    answer, turn, verdicts = Message(role="assistant", content=""), None, dict[str, Verdict]()
    answered: set[str] = set()
    said = False
    before = checked = 0
    for place, message in enumerate(trace.messages):
        if message.role == "assistant":
            following = next(turns, None)
            if following is None:
                yield place, message, None
                return
            before += checked
            answer, turn, verdicts = message, following[0], dict(following[1])
            checked, said, answered = len(turn.verdicts), False, set()
        elif turn is None:
            continue  # the opening
        elif message.role == "tool":
            call_id = message.tool_call_id or ""
            call = next((one for one in answer.tool_calls if one.id == call_id), None)
            fresh = call is not None and call_id not in answered and not said
            answered.add(call_id)
            known = call is not None and fresh
            result = _result(call, turn, verdicts, message.content, trace) if known else None
            yield place, message, result
        elif message.role == "user" and not said:
            said = True
            yield place, message, _reply(answer, turn, verdicts, before, trace)
        else:
            yield place, message, None


def _result(
    call: ToolCall | None,
    turn: Turn,
    verdicts: Mapping[str, Verdict],
    content: str,
    trace: Trace,
) -> str | None:
    assert call is not None
    errors = {error.call_id: error for error in turn.errors if error.call_id is not None}
    if call.id in errors:
        return complaint(errors[call.id], trace.settings)
    if call.name == CHECK_TOOL and call.id in verdicts:
        return format_verdict(verdicts[call.id], str(call.arguments.get("code")))
    if call.name == SEARCH_TOOL and _is_listing(content):
        return content
    return None


def _is_listing(content: str) -> bool:
    lines = content.split("\n")
    return bool(_NOTHING.fullmatch(content)) or all(_LISTED.fullmatch(line) for line in lines)


def _reply(
    answer: Message, turn: Turn, verdicts: Mapping[str, Verdict], before: int, trace: Trace
) -> str | None:
    """What the loop says to an answer beside the results of its calls (see `agent.py`)."""
    spoilt = [error for error in turn.errors if error.call_id is None and error.text]
    said = complaints(spoilt, trace.settings) if spoilt else ""
    refused = {error.call_id for error in turn.errors}
    if any(call.id not in refused for call in answer.tool_calls):
        return said or None
    code = submitted_proof(answer.content, trace.problem)
    if code is not None and "" in verdicts:
        verdict = verdicts[""]
        proof = RefusedProof(code, verdict, before)
        told = feedback(format_verdict(verdict, code), trace.settings, proof)
        return f"{said}\n\n{told}".strip()
    if said or answer.tool_calls:
        return said or None
    return _reminder(turn.errors[-1], turn, trace) if turn.errors else None


def _reminder(missing: CallError, turn: Turn, trace: Trace) -> str:
    return reminder(trace.settings, missing, turn.finish_reason == "length")
