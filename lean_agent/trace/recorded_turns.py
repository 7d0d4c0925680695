"""The turns of a trace taken apart: each answer with its calls, and what came back of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile

from lean_agent.chat import CallError, Message, ToolCall
from lean_agent.lean.verdict import Verdict
from lean_agent.submission import submitted_proof
from lean_agent.trace.recheck import contradiction
from lean_agent.trace.trace import CHECK_TOOL, Outcome, Trace, Turn


@dataclass(frozen=True)
class RecordedCall:
    """A call that got a result, or a proof that was only written down (`call` is None then).

    `text` is what the model read of it; of such a proof the trace has the verdict alone.
    `refusal` is there where the call was not carried out: what was wrong with it.
    """

    turn: int
    call: ToolCall | None
    code: str | None
    text: str | None
    verdict: Verdict | None
    refusal: CallError | None = None

    @property
    def tool(self) -> str:
        """The name of the tool; empty for a proof that was only written down."""
        return self.call.name if self.call else ""


@dataclass(frozen=True)
class RecordedTurn:
    """One answer of the model. `number` counts from 1; `verdicts` are by the id of their call."""

    number: int
    answer: Message
    turn: Turn
    results: tuple[Message, ...]
    verdicts: Mapping[str, Verdict]
    written_proof: str | None

    @property
    def refused(self) -> Mapping[str | None, CallError]:
        """What was wrong with calls that could be read, by their ids."""
        return {error.call_id: error for error in self.turn.errors if error.call_id is not None}

    def calls(self) -> Iterator[RecordedCall]:
        """Those that got a result, in order, and the proof that was only written down."""
        results = {result.tool_call_id: result.content for result in self.results}
        for call in self.answer.tool_calls:
            if call.id in results:
                code = call.arguments.get("code")
                yield RecordedCall(
                    self.number,
                    call,
                    code if isinstance(code, str) else None,
                    results[call.id],
                    self.verdicts.get(call.id),
                    self.refused.get(call.id),
                )
        if "" in self.verdicts:
            yield RecordedCall(self.number, None, self.written_proof, None, self.verdicts[""])


def recorded_turns(trace: Trace) -> Iterator[RecordedTurn]:
    """The turns in order; where answers and turns are not as many, those that have both."""
    answers: list[tuple[Message, list[Message]]] = []
    for message in trace.messages:
        if message.role == "assistant":
            answers.append((message, []))
        elif message.role == "tool" and answers:
            answers[-1][1].append(message)
    found = zip(answers, trace.turns, trace.verdicts_by_call(), strict=False)
    for number, ((answer, results), turn, verdicts) in enumerate(found, start=1):
        proof = submitted_proof(answer.content, trace.problem)
        yield RecordedTurn(number, answer, turn, tuple(results), verdicts, proof)


def flaws(trace: Trace) -> Iterator[str]:
    """In what the trace is not whole: sentences on what it lacks, or has too much.

    The agent loop writes no such trace: every call has its result and every check its verdict, up
    to the one that ended the episode.
    """
    roles = [message.role for message in trace.messages]
    answers = roles.count("assistant")
    if "tool" in takewhile(lambda role: role != "assistant", roles):
        yield "a result stands before the first answer"
    if answers != len(trace.turns):
        yield f"it has {answers} answers of the model and the bookkeeping of {len(trace.turns)}"
    accepted = False
    for turn in recorded_turns(trace):
        last = turn.number == answers
        for flaw in _flaws_of_turn(turn, trace.outcome if last else None):
            yield f"turn {turn.number}: {flaw}"
        accepted = accepted or any(verdict.accepted for verdict in turn.verdicts.values())
    if trace.proved or trace.proof is not None:
        if said := contradiction(trace):
            yield said
    elif accepted:
        yield f"a verdict accepts a proof, and the outcome is {trace.outcome}"


def _flaws_of_turn(turn: RecordedTurn, ending: Outcome | None) -> Iterator[str]:
    """Those of one turn; `ending` is the episode's outcome if the turn is its last."""
    asked = [call.id for call in turn.answer.tool_calls]
    answered = [result.tool_call_id for result in turn.results]
    out_of_time = ending is Outcome.TIME_LIMIT
    if answered != asked[: len(answered)]:
        yield "its results are not those of its calls, in order"
    elif len(answered) < len(asked) and not out_of_time:
        decisive = turn.verdicts.get(answered[-1] or "") if answered else None
        if ending is not Outcome.PROVED or decisive is None or not decisive.accepted:
            yield f"calls without a result: {len(asked) - len(answered)}"
    carried_out = [call for call in turn.answer.tool_calls if call.id not in turn.refused]
    if carried_out:
        checks = sum(one.name == CHECK_TOOL and one.id in answered for one in carried_out)
    else:
        checks = int(turn.written_proof is not None)
    verdicts = len(turn.turn.verdicts)
    if verdicts != checks and not (out_of_time and not carried_out and verdicts == 0):
        yield f"verdicts: {verdicts}, where {checks} belong"
