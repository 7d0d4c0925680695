"""Traces as the compact JSON that the report page carries and reads with JavaScript."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from lean_agent.chat import ToolCall
from lean_agent.lean.verdict import Verdict
from lean_agent.trace.trace import Outcome, Trace, Turn

# A page of this size still opens at once in a browser.
MAX_TRACES = 2000
MAX_BYTES = 12_000_000

OUTCOME_WORDS = {
    Outcome.PROVED: "proved",
    Outcome.TURN_LIMIT: "turn limit",
    Outcome.TOKEN_LIMIT: "token limit",
    Outcome.TIME_LIMIT: "time limit",
    Outcome.CONTEXT_LIMIT: "context limit",
    Outcome.GAVE_UP: "gave up",
    Outcome.MODEL_ERROR: "model error",
}


class PageData:
    """The traces a page carries, within `max_traces` and about `max_bytes` of JSON.

    Texts are kept once in a table and referred to by number, since the samples of
    a problem share their prompts, their statement and many search results.
    """

    def __init__(self, max_traces: int = MAX_TRACES, max_bytes: int = MAX_BYTES) -> None:
        self.max_traces = max_traces
        self.max_bytes = max_bytes
        self.bytes = 0
        self._strings: dict[str, int] = {}
        self._traces: dict[str, dict[str, Any]] = {}

    def fill(self, traces: Callable[[], Iterable[Trace]]) -> None:
        """Take accepted traces first, then the others, until the page is full.

        `traces` is called once for each of the two passes; none is kept beyond its JSON.
        """
        for proved in (True, False):
            for trace in traces():
                if len(self._traces) >= self.max_traces:
                    return
                if trace.proved is proved:
                    self.add(trace)

    def add(self, trace: Trace) -> bool:
        """Take one trace if it still fits; say whether it did."""
        known = len(self._strings)
        entry = self._encode(trace)
        new = list(self._strings)[known:]
        size = len(_json([entry, new]).encode())
        if self.bytes + size > self.max_bytes:
            for text in new:
                del self._strings[text]
            return False
        self.bytes += size
        self._traces[trace.episode_id] = entry
        return True

    def __contains__(self, episode_id: str) -> bool:
        return episode_id in self._traces

    def __len__(self) -> int:
        return len(self._traces)

    def script(self, order: Iterable[str]) -> Markup:
        """The JSON, its traces in the given order of episode ids, safe inside a script element."""
        data = {
            "outcomes": OUTCOME_WORDS,
            "strings": list(self._strings),
            "traces": [self._traces[episode] for episode in order if episode in self._traces],
        }
        # `</script>` and `<!--` would end or bend the element; in JSON, `<` has another spelling.
        return Markup(_json(data).replace("<", "\\u003c"))

    def _text(self, text: str) -> int:
        return self._strings.setdefault(text, len(self._strings))

    def _encode(self, trace: Trace) -> dict[str, Any]:
        placed = trace.verdicts_by_call()
        return {
            "id": trace.episode_id,
            "problem": trace.problem.id,
            "sample": trace.sample,
            "outcome": trace.outcome,
            "facts": _facts(trace),
            "detail": trace.detail,
            "informal": self._text(trace.problem.informal),
            "header": self._text(trace.problem.header),
            "statement": self._text(trace.problem.statement),
            "proof": None if trace.proof is None else self._text(trace.proof),
            "messages": self._messages(trace, placed),
            "turns": [self._turn(*pair) for pair in zip(trace.turns, placed, strict=False)],
        }

    def _messages(
        self, trace: Trace, placed: Sequence[Mapping[str, Verdict]]
    ) -> list[dict[str, Any]]:
        verdicts = iter(placed)
        encoded = []
        tools: dict[str, str] = {}
        beside: Mapping[str, Verdict] = {}
        for message in trace.messages:
            entry: dict[str, Any] = {"role": message.role, "text": self._text(message.content)}
            if message.role == "assistant":
                tools = {call.id: call.name for call in message.tool_calls}
                beside = next(verdicts, {})
                entry["calls"] = [self._call(call) for call in message.tool_calls]
            elif message.role == "tool":
                entry["tool"] = tools.get(message.tool_call_id or "")
                if verdict := beside.get(message.tool_call_id or ""):
                    entry["verdict"] = _verdict(verdict)
            encoded.append(entry)
        return encoded

    def _call(self, call: ToolCall) -> dict[str, Any]:
        arguments = [
            [name, self._text(value if isinstance(value, str) else _json(value))]
            for name, value in call.arguments.items()
        ]
        return {"name": call.name, "arguments": arguments}

    def _turn(self, turn: Turn, placed: Mapping[str, Verdict]) -> dict[str, Any]:
        return {
            "seconds": round(turn.model_seconds + turn.tool_seconds, 2),
            "tokens": turn.completion_tokens,
            "cut": turn.finish_reason == "length",
            # A well-formed turn reads the same in its parsed parts.
            "raw": self._text(turn.raw) if turn.errors else None,
            "errors": [
                {"kind": error.kind, "text": self._text(error.text), "detail": error.detail}
                for error in turn.errors
            ],
            "notes": _notes(turn),
            # On a proof that it only wrote down.
            "verdicts": [_verdict(placed[""])] if "" in placed else [],
        }


def _notes(turn: Turn) -> list[str]:
    """What happened on the way to the answer."""
    notes = [f"mended: {repair.kind.replace('_', ' ')}; {repair.done}" for repair in turn.repairs]
    for lost in turn.interruptions:
        kind = lost.kind.replace("_", " ")
        notes.append(f"a request was lost ({kind}) and made again after {lost.seconds:.0f} s")
    if turn.shortened:
        numbers = ", ".join(str(cut.message) for cut in turn.shortened)
        notes.append(f"shortened before this turn, to fit the context: messages {numbers}")
    return notes


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "accepted": verdict.accepted,
        "reason": verdict.reason,
        "detail": verdict.detail,
        "seconds": round(verdict.seconds, 3),
    }


def _facts(trace: Trace) -> str:
    sampling = trace.sampling
    turns = len(trace.turns)
    about = [
        trace.model,
        f"{turns} turn{'' if turns == 1 else 's'}",
        f"{trace.seconds:.1f} s",
        f"temperature {sampling.temperature:g}",
        f"seed {sampling.seed}",
        trace.problem.topic,
        f"difficulty {trace.problem.difficulty}" if trace.problem.difficulty else "",
        trace.started,
    ]
    return " · ".join(part for part in about if part)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
