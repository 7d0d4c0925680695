"""A trace as the compact JSON that pages carry and that `trace.js` reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from json import dumps
from typing import Any

from markupsafe import Markup
from pydantic_core import to_json

from lean_agent.chat import Message, ToolCall
from lean_agent.lean.verdict import Verdict
from lean_agent.trace.attempts import Attempt, attempts, changes, remarks
from lean_agent.trace.narrate import cost, facts, notes, story
from lean_agent.trace.trace import Outcome, Trace, Turn

# Told apart without colour.
MARKS = {
    Outcome.PROVED: "✓",
    Outcome.TURN_LIMIT: "T",
    Outcome.TOKEN_LIMIT: "K",
    Outcome.TIME_LIMIT: "S",
    Outcome.CONTEXT_LIMIT: "C",
    Outcome.GAVE_UP: "–",
    Outcome.MODEL_ERROR: "!",
}
OUTCOME_WORDS = {outcome: outcome.replace("_", " ") for outcome in Outcome}


class PageData:
    """Traces within about `max_bytes` of JSON.

    Texts are kept once in a table and referred to by number, since the samples of
    a problem share their prompts, their statement and many search results.
    """

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.bytes = 0
        self._numbers: dict[str, int] = {}
        self._new: list[str] = []
        self._texts: list[bytes] = []
        self._traces: dict[str, bytes] = {}

    def add(self, trace: Trace) -> bool:
        """Take one trace if it still fits; say whether it did."""
        self._new = []
        entry = to_json(self._encode(trace))
        texts = [to_json(text) for text in self._new]
        size = len(entry) + sum(map(len, texts))
        if self.bytes + size > self.max_bytes:
            for text in self._new:
                del self._numbers[text]
            return False
        self.bytes += size
        self._texts += texts
        self._traces[trace.episode_id] = entry
        return True

    def __contains__(self, episode_id: str) -> bool:
        return episode_id in self._traces

    def __len__(self) -> int:
        return len(self._traces)

    def __iter__(self) -> Iterator[str]:
        return iter(self._traces)

    def script(self) -> Markup:
        """The JSON, safe inside a script element."""
        # Links have the ids as they are, so that all of their codes are kept, as JSON can say them.
        traces = b",".join(dumps(id).encode() + b":" + e for id, e in self._traces.items())
        data = b'{"strings":[' + b",".join(self._texts) + b'],"traces":{' + traces + b"}}"
        # `</script>` and `<!--` would end or bend the element; in JSON, `<` has another spelling.
        return Markup(data.replace(b"<", b"\\u003c").decode())

    def _text(self, text: str) -> int:
        if text not in self._numbers:
            self._numbers[text] = len(self._numbers)
            self._new.append(text)
        return self._numbers[text]

    def _encode(self, trace: Trace) -> dict[str, Any]:
        judged = attempts(trace)
        return {
            "problem": trace.problem.id,
            "sample": trace.sample,
            "outcome": trace.outcome,
            "ended": OUTCOME_WORDS[trace.outcome],
            "facts": facts(trace),
            "story": story(trace),
            "cost": cost(trace),
            "detail": trace.detail,
            "informal": self._text(trace.problem.informal),
            "header": self._text(trace.problem.header),
            "statement": self._text(trace.problem.statement),
            "proof": None if trace.proof is None else self._text(trace.proof),
            "messages": list(self._messages(trace.messages, judged)),
            "turns": [self._turn(*pair) for pair in zip(trace.turns, judged, strict=False)],
        }

    def _messages(
        self, messages: Sequence[Message], judged: Sequence[Mapping[str, Attempt]]
    ) -> Iterator[dict[str, Any]]:
        placed = iter(judged)
        calls: list[str] = []
        here: Mapping[str, Attempt] = {}
        for message in messages:
            entry: dict[str, Any] = {"role": message.role, "text": self._text(message.content)}
            if message.role == "assistant":
                calls = [call.id for call in message.tool_calls]
                here = next(placed, {})
                entry["calls"] = [self._call(c, here.get(c.id)) for c in message.tool_calls]
            elif message.role == "tool":
                call = message.tool_call_id or ""
                entry["answers"] = calls.index(call) if call in calls else None
                # What Lean said stands beside the code already.
                entry["told"] = call in here and here[call].verdict is not None
            yield entry

    def _call(self, call: ToolCall, attempt: Attempt | None) -> dict[str, Any]:
        arguments = [
            [name, self._text(value if isinstance(value, str) else to_json(value).decode())]
            for name, value in call.arguments.items()
            if attempt is None or name != "code"
        ]
        return {
            "name": call.name,
            "arguments": arguments,
            "attempt": self._attempt(attempt) if attempt else None,
        }

    def _attempt(self, attempt: Attempt) -> dict[str, Any]:
        before, verdict = attempt.before, attempt.verdict
        return {
            "number": attempt.number,
            "code": self._text(attempt.code),
            "verdict": self._verdict(verdict, attempt.code) if verdict else None,
            "before": self._text(before.code) if before else None,
            # Lines that are gone are negative.
            "changes": [
                -change.number if change.mark == "-" else change.number
                for change in (changes(before.code, attempt.code) if before else ())
            ],
        }

    def _verdict(self, verdict: Verdict, code: str) -> dict[str, Any]:
        lines = code.count("\n") + 1
        return {
            "accepted": verdict.accepted,
            "reason": verdict.reason,
            "detail": self._text(verdict.detail),
            "seconds": round(verdict.seconds, 3),
            "axioms": list(verdict.axioms),
            "remarks": [
                [
                    line,
                    remark.pos.column,
                    remark.end.line if remark.end else None,
                    remark.end.column if remark.end else None,
                    remark.severity,
                    self._text(remark.text),
                ]
                for line, found in sorted(remarks(verdict, lines).items())
                for remark in found
            ],
        }

    def _turn(self, turn: Turn, judged: Mapping[str, Attempt]) -> dict[str, Any]:
        return {
            "seconds": round(turn.model_seconds + turn.tool_seconds, 2),
            "tokens": turn.completion_tokens,
            "cut": turn.finish_reason == "length",
            # A well-formed turn reads the same in its parsed parts.
            "raw": self._text(turn.raw) if turn.errors or turn.repairs else None,
            "errors": [
                {"kind": error.kind, "text": self._text(error.text), "detail": error.detail}
                for error in turn.errors
            ],
            "notes": notes(turn),
            # A proof that it only wrote down.
            "written": self._attempt(judged[""]) if "" in judged else None,
        }
