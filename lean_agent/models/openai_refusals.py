"""What a server refuses in a request that the request can do without."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from lean_agent.chat import InterruptionKind
from lean_agent.models.base import ContextExceeded, ModelInterrupted, ModelUnavailable

_FLAGS = re.IGNORECASE | re.DOTALL
_NOT = r"(unsupported|not support|not permitted|not allowed|unrecogni[sz]ed|unknown|unexpected)"
_MISSING = r"(missing|must|required?\b)"
_REASONING = r"\b(reasoning(?:_content)?)\b"
_REASONING_FIELDS = {"reasoning", "reasoning_content"}


def _either_way(one: str, other: str) -> re.Pattern[str]:
    return re.compile(rf"{one}.*{other}|{other}.*{one}", _FLAGS)


# The fields and the words in which servers refuse them. In this order, for the last stands in the
# first as well.
_DISPENSABLE = {
    "stream_options": re.compile("stream_options"),
    "skip_special_tokens": re.compile("skip_special_tokens"),
    "add_special_tokens": re.compile("add_special_tokens"),
    "seed": _either_way(_NOT, r"\bseed\b"),
    "top_p": _either_way(_NOT, r"\btop_p\b"),
    "temperature": _either_way(f"({_NOT}|does not support)", r"\btemperature\b"),
    "reasoning": re.compile(_REASONING),
    "stream": _either_way(r"\bstream", "(support|allow|implement|tool)"),
}
_NEWER_NAME = re.compile(rf"({_NOT}|\buse\b).*max_completion_tokens", _FLAGS)
_REASONING_DEMANDED = _either_way(_MISSING, _REASONING)
_DEFAULTS = {"temperature": 1.0, "top_p": 1.0}  # the protocol's, so that leaving out asks the same


class Refusals:
    """Learnt from a server's errors, and then held against no request again.

    `seed` among `left_out` means that answers are not repeatable.
    """

    def __init__(self, path: str) -> None:
        self._chat = path.startswith("chat")
        self._taken: set[str] = set()
        self.left_out: set[str] = set()
        self._reasoning_demanded = ""

    def fit(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """The request in a form that this server has not refused yet."""
        body = {name: value for name, value in request.items() if name not in self.left_out}
        if "stream" in self.left_out:
            body.pop("stream_options", None)
        if "max_tokens" in self.left_out:
            body["max_completion_tokens"] = request["max_tokens"]
        if "reasoning" in self.left_out:
            body["messages"] = [
                {name: value for name, value in wire.items() if name not in _REASONING_FIELDS}
                for wire in request["messages"]
            ]
        elif self._reasoning_demanded:
            body["messages"] = [
                {self._reasoning_demanded: "", **wire} if wire["role"] == "assistant" else wire
                for wire in request["messages"]
            ]
        return body

    def took(self, body: Mapping[str, Any]) -> None:
        """The server has answered this: none of its fields is what it refuses another time."""
        self._taken |= _fields(body)

    def learn(self, error: Exception, said: str, body: Mapping[str, Any]) -> bool:
        """Whether another form of the request may be taken, now that `body` was refused.

        Raises ModelUnavailable where it would ask for something else.
        """
        if isinstance(error, ContextExceeded):
            return False  # whose words name max_completion_tokens, in vLLM's case
        if isinstance(error, ModelInterrupted):
            # Some fail at streams with a server error. Else nothing was refused.
            failed = error.kind is InterruptionKind.SERVER_ERROR
            return failed and self._leaves_out(("stream_options", "stream"), error, said, body)
        if self._demands_reasoning(said, body):
            return True
        if self._chat and self._is_new("max_tokens", body) and _NEWER_NAME.search(said):
            self.left_out.add("max_tokens")
            return True
        return self._leaves_out(_DISPENSABLE, error, said, body)

    def _leaves_out(
        self, names: Iterable[str], error: Exception, said: str, body: Mapping[str, Any]
    ) -> bool:
        for name in names:
            if self._is_new(name, body) and _DISPENSABLE[name].search(said):
                default = _DEFAULTS.get(name)
                if default is not None and body[name] != default:
                    raise ModelUnavailable(
                        f"{error}. With --set sampling.{name}={default:g} it is left out"
                    ) from error
                self.left_out.add(name)
                return True
        return False

    def _is_new(self, name: str, body: Mapping[str, Any]) -> bool:
        return name in _fields(body) - self._taken

    def _demands_reasoning(self, said: str, body: Mapping[str, Any]) -> bool:
        """Some take no answer of the model in a conversation without what it thought.

        Of several requests in flight each is told so.
        """
        if "reasoning" in self.left_out:
            return False
        named = re.search(_REASONING, said) if _REASONING_DEMANDED.search(said) else None
        lacking = [wire for wire in _answers(body) if not _REASONING_FIELDS & wire.keys()]
        if named is None or not lacking:
            return False
        self._reasoning_demanded = named[1]
        return True


def _answers(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [wire for wire in body.get("messages", ()) if wire["role"] == "assistant"]


def _fields(body: Mapping[str, Any]) -> set[str]:
    """Those of the request and, as `reasoning`, that of its messages."""
    reasoning = any(_REASONING_FIELDS & wire.keys() for wire in _answers(body))
    return {*body, *(["reasoning"] if reasoning else [])}
