"""What a student is to read and write of one episode: its messages, and the tools beside them.

Every format writes a Conversation down, and those that can be read back give it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from lean_agent.chat import Message, ToolCall, ToolSchema
from lean_agent.dialects import dialect_named
from lean_agent.dialects.base import Dialect
from lean_agent.dialects.thinking import without_thinking
from lean_agent.errors import UserError
from lean_agent.models.chat_wires import as_text
from lean_agent.prompts import opening
from lean_agent.trace.trace import Trace


class Unfit(Exception):
    """This episode cannot be told truthfully in that form; the message says why."""


@dataclass(frozen=True)
class Style:
    """How tools and calls are put: `dialect` None leaves them to the student's chat template, with
    the tools beside the messages; else both are text, in that dialect. Without `thinking` the
    think blocks are left out."""

    dialect: Dialect | None = None
    thinking: bool = True


@dataclass(frozen=True)
class Conversation:
    """Messages and tools in one form. Calls are numbered through: `call00001` and so on.

    `spoilt` numbers, from 0, the answers in which something was wrong (a call that could not be
    read or carried out, or none at all) and which brought no accepted proof. It is no part of
    what makes two conversations equal.
    """

    messages: tuple[Message, ...]
    tools: tuple[ToolSchema, ...] = ()
    spoilt: frozenset[int] = field(default=frozenset(), compare=False)

    def up_to_last_answer(self) -> Conversation:
        """The same without what follows the last answer, from which nothing can be learnt."""
        answers = [n for n, one in enumerate(self.messages) if one.role == "assistant"]
        return Conversation(self.messages[: answers[-1] + 1], self.tools, self.spoilt)


def conversation(trace: Trace, style: Style) -> Conversation:
    """The episode in that style. Results that were cut to fit a context are whole here.

    Raises Unfit where the model never answered, where the tools cannot be taken out of its opening
    messages, or put into them, where it spoils calls in another notation than the one asked for
    (what the model is told of those would then be about something the student never writes), and
    where nothing is left of an answer without its thinking.
    """
    if all(message.role != "assistant" for message in trace.messages):
        raise Unfit("the model never answered")
    try:
        told = tuple(opening(trace.problem, trace.tools, trace.settings, _described_in(trace)))
        if style.dialect is None:
            messages = _tools_beside(trace, told)
        else:
            messages = _tools_described(trace, told, style.dialect)
    except UserError as error:
        raise Unfit(str(error)) from error
    if not style.thinking:
        messages = _thoughtless(messages)
    messages = numbered(messages)
    tools = trace.tools
    if style.dialect is not None:
        wires = as_text(messages, style.dialect, results_as_tool=False)
        messages = [Message(role=wire["role"], content=wire["content"]) for wire in wires]
        tools = ()
    return Conversation(tuple(messages), tools, _spoilt(trace))


def numbered(messages: Sequence[Message]) -> list[Message]:
    """The messages with ids that are unique in the conversation, as most formats want them.

    Raises Unfit where a result answers no call of the answer before it.
    """
    done: list[Message] = []
    ids: dict[str, str] = {}
    number = 0
    for message in messages:
        if message.role == "assistant":
            ids = {}
            calls: list[ToolCall] = []
            for call in message.tool_calls:
                number += 1
                ids[call.id] = f"call{number:05}"
                calls.append(call.model_copy(update={"id": ids[call.id]}))
            message = message.model_copy(update={"tool_calls": tuple(calls)})
        elif message.tool_call_id is not None:
            if message.tool_call_id not in ids:
                raise Unfit("it holds a tool's answer to no call")
            message = message.model_copy(update={"tool_call_id": ids.pop(message.tool_call_id)})
        done.append(message)
    return done


def _described_in(trace: Trace) -> Dialect | None:
    """The dialect in which the opening messages describe the tools, None where they do not."""
    if not trace.tools_in_prompt or trace.dialect is None:
        return None
    return dialect_named(trace.dialect)


def _tools_beside(trace: Trace, told: Sequence[Message]) -> list[Message]:
    messages = list(trace.messages)
    if not trace.tools or not trace.tools_in_prompt:
        return messages
    if _opens_with(trace, told):
        return [*opening(trace.problem, (), trace.settings, None), *messages[len(told) :]]
    system = "\n".join(message.content for message in messages if message.role == "system")
    if any(tool.name in system for tool in trace.tools):
        raise Unfit(
            "its system message describes the tools in words that no released prompt has, "
            "so they cannot be taken out: export it with --tools prompt"
        )
    return messages


def _tools_described(trace: Trace, told: Sequence[Message], dialect: Dialect) -> list[Message]:
    messages = list(trace.messages)
    if not trace.tools or (trace.tools_in_prompt and trace.dialect == dialect.name):
        return messages
    for number, turn in enumerate(trace.turns, start=1):
        if any(error.call_id is None and error.text for error in turn.errors):
            written = trace.dialect or "its server's notation"
            raise Unfit(
                f"its answer {number} spoils a call in {written}, and what the model is told of "
                f"that is not about {dialect.name}"
            )
    if not _opens_with(trace, told):
        raise Unfit(
            "its opening messages are those of no released prompt, so the tools cannot be "
            "described in them: export it with --tools native"
        )
    described = opening(trace.problem, trace.tools, trace.settings, dialect)
    return [*described, *messages[len(told) :]]


def _opens_with(trace: Trace, told: Sequence[Message]) -> bool:
    return trace.messages[: len(told)] == tuple(told)


def _thoughtless(messages: Sequence[Message]) -> list[Message]:
    """Raises Unfit where an answer is nothing but thinking: it would teach to say nothing."""
    done: list[Message] = []
    for message in messages:
        if message.role == "assistant":
            said = without_thinking(message.content)
            if said != message.content:
                message = message.model_copy(update={"content": said.strip()})
                if not message.content and not message.tool_calls:
                    number = sum(one.role == "assistant" for one in done) + 1
                    raise Unfit(
                        f"its answer {number} is nothing but thinking, which --no-thinking leaves "
                        "out"
                    )
        done.append(message)
    return done


def _spoilt(trace: Trace) -> frozenset[int]:
    return frozenset(
        number
        for number, turn in enumerate(trace.turns)
        if turn.errors and not any(verdict.accepted for verdict in turn.verdicts)
    )
