"""The words of a conversation: messages, tool calls and what a model answers with."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Role = Literal["system", "user", "assistant", "tool"]


class Frozen(BaseModel):
    """Base of the value types: immutable, and strict about unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ToolSchema(Frozen):
    """What a model is told about a tool.

    `parameters` is the JSON Schema of the arguments object.
    """

    name: str
    description: str
    parameters: dict[str, Any]

    def __hash__(self) -> int:
        """Equal schemas have equal names; the parameters are looked at by `==`."""
        return hash((self.name, self.description))


class ToolCall(Frozen):
    """One call a model wrote, as parsed; `id` ties the tool's answer to it."""

    id: str
    name: str
    arguments: dict[str, Any] = Field(default_factory=dict)


class CallErrorKind(StrEnum):
    """What was wrong with an answer that should have called a tool: the published taxonomy.

    Every answer to a model that was offered tools either calls one as it should or is counted
    under at least one of these. `dialects/README.md` tells what each means in each dialect.
    """

    # The answer makes no call.
    NO_CALL = "no_call"  # only words, or nothing at all
    PROOF_IN_TEXT = "proof_in_text"  # a Lean proof is written down, and nothing was called
    NO_PROOF = "no_proof"  # without tools: no Lean proof is written down
    OTHER_DIALECT = "other_dialect"  # as another family writes it, or without its marks
    IN_THINKING = "in_thinking"  # its only calls stand in a <think> block
    # The call is not written as the dialect has it.
    UNCLOSED = "unclosed"  # an opening mark without its closing one
    UNOPENED = "unopened"  # a closing mark without its opening one
    TRUNCATED = "truncated"  # cut off in a call, in a mark, or in thought
    NOT_JSON = "not_json"
    MALFORMED = "malformed"  # the same in a dialect that writes something other than JSON
    NOT_AN_OBJECT = "not_an_object"  # JSON, but no object where one must be
    EXTRA_TEXT = "extra_text"  # words where none may be
    MISSING_NAME = "missing_name"
    # The call can be read and cannot be carried out.
    REPEATED = "repeated"  # the same as an earlier call of the same answer
    TOO_MANY = "too_many"  # one more than an answer may make
    UNKNOWN_TOOL = "unknown_tool"
    MISSING_ARGUMENT = "missing_argument"
    UNKNOWN_ARGUMENT = "unknown_argument"
    WRONG_TYPE = "wrong_type"
    BAD_ARGUMENTS = "bad_arguments"  # no arguments object, or a value outside its range


class CallError(Frozen):
    """What was wrong: its kind, the text it is about and a sentence the model can act on.

    `call_id` names the call where it could be read and then turned out wrong.
    """

    kind: CallErrorKind
    text: str
    detail: str
    call_id: str | None = None


class Repair(Frozen):
    """What lenient reading took for a call all the same: the error that strict reading makes of
    `text`, and what was done about it."""

    kind: CallErrorKind
    text: str
    done: str


class Message(Frozen):
    """One turn of a conversation.

    An assistant message keeps its words in `content`, a malformed call among
    them as it was written, and its parsed calls in `tool_calls`; a tool message
    names the call it answers in `tool_call_id`. Ids are unique within one
    assistant message and its answers, not over the conversation.
    """

    role: Role
    content: str
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None


class Sampling(Frozen):
    """How a model draws its text. `seed` makes a rollout repeatable where the backend can.

    `top_k` and `min_p` are left to the backend where they are None. Generation ends before any
    of the strings in `stop`. With `logprobs` the log-probability of each token is kept.
    """

    temperature: float = 1.0
    top_p: float = 1.0
    top_k: int | None = None
    min_p: float | None = None
    max_tokens: int = 4096
    seed: int = 0
    stop: tuple[str, ...] = ()
    logprobs: bool = False


class TokenLogprob(Frozen):
    """One generated token and the natural logarithm of its probability."""

    token: str
    logprob: float


FinishReason = Literal["stop", "tool_calls", "length"]


class Completion(Frozen):
    """What a model answered with.

    `raw` is the text exactly as generated or, where a server parses it before
    we see it, the server's message as JSON; `message` is the same after parsing;
    `errors` are the calls that could not be parsed, `repairs` what lenient reading
    mended. Token counts are the backend's own, or None where it has no tokenizer;
    `logprobs` are there where the sampling asks for them and the backend has them.
    `prompt_hash` is the SHA-256 of the text that was generated from, where we rendered it.
    """

    raw: str
    message: Message
    errors: tuple[CallError, ...] = ()
    repairs: tuple[Repair, ...] = ()
    finish_reason: FinishReason = "stop"
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    logprobs: tuple[TokenLogprob, ...] | None = None
    prompt_hash: str | None = None


class InterruptionKind(StrEnum):
    """How a request was lost that may succeed when it is made again."""

    CONNECTION = "connection"  # no server, or it hung up before it answered
    RATE_LIMIT = "rate_limit"  # 429
    SERVER_ERROR = "server_error"  # 5xx
    STALL = "stall"  # nothing came for too long, or not all in time
    HALF_ANSWER = "half_answer"  # the answer broke off, or is no answer


class Interruption(Frozen):
    """A request that was lost; `seconds` went by from asking to asking again."""

    kind: InterruptionKind
    seconds: float


class Shortened(Frozen):
    """The message of that number, from 0, was sent from then on with `kept` of its characters."""

    message: int
    kept: int


def shorten(message: Message, kept: int) -> Message:
    """The message with the first `kept` characters of its text and a note on the rest."""
    left_out = len(message.content) - kept
    note = f"\n[… {left_out:,} characters left out here, since the conversation is long]"
    return message.model_copy(update={"content": message.content[:kept].rstrip() + note})
