"""Rules on the shape of an episode, and the features by which a dataset is balanced."""

from __future__ import annotations

from collections import Counter

from lean_agent.lean.lexer import tokens
from lean_agent.lean.verdict import NO_ANSWER, Level, Reason
from lean_agent.trace.balance import Features
from lean_agent.trace.digest import Digest
from lean_agent.trace.rules.rule import Left, Rule
from lean_agent.trace.rules.search_use import SEARCH_TOOL
from lean_agent.trace.trace import CHECK_TOOL, Trace

FEWEST_TURNS = 2

MOST_MALFORMED = 0.5
"""The greatest share of the answers that may hold a malformed call."""

NOT_STATED = "not stated"

_EXPERIMENT = frozenset({Reason.WRONG_STATEMENT})


def by_numbers(digest: Digest) -> Left | None:
    """What the numbers of an accepted episode tell, without its trace."""
    if digest.level is not Level.STRICT:
        return Left(
            rule=Rule.STRICT, why=f"its proof was accepted at the level {digest.level} only"
        )
    if len(digest.turns) < FEWEST_TURNS:
        return Left(rule=Rule.MULTI_TURN, why=f"it has {len(digest.turns)} turn")
    if not digest.calls.get(SEARCH_TOOL):
        return Left(rule=Rule.SEARCH, why="it never searches")
    return None


def badly_ended(trace: Trace) -> Left | None:
    """How it ends otherwise than with an accepted check, all calls answered; else None."""
    answers = sum(message.role == "assistant" for message in trace.messages)
    if answers != len(trace.turns):
        return _ending(f"it has {answers} answers and tells of {len(trace.turns)}")
    last, end = trace.verdicts_by_call()[-1], trace.messages[-1]
    if end.role != "tool" or not (verdict := last.get(end.tool_call_id or "")):
        return _ending("the accepted proof was written down and not sent to check_lean")
    if not verdict.accepted:
        return _ending("its last check was not accepted")
    waiting: set[str] = set()
    for place, message in enumerate(trace.messages):
        if message.role == "tool":
            waiting.discard(message.tool_call_id or "")
        elif waiting:
            return _ending(f"a call has no answer before message {place + 1}")
        waiting.update(call.id for call in message.tool_calls)
    return _ending("a call of the last answer was not carried out") if waiting else None


def bad_answers(trace: Trace) -> Left | None:
    """What would teach to answer badly: cut off, mended, half seen, or mostly malformed."""
    for number, turn in enumerate(trace.turns, start=1):
        if turn.finish_reason == "length":
            return _answers(f"answer {number} was cut off at its limit of tokens")
        if turn.repairs:
            kinds = ", ".join(sorted({repair.kind for repair in turn.repairs}))
            return _answers(f"answer {number} was mended by lenient reading ({kinds})")
        if turn.shortened:
            return _answers(f"before answer {number} the conversation was shortened to fit")
    malformed = sum(bool(turn.errors) for turn in trace.turns)
    if malformed > MOST_MALFORMED * len(trace.turns):
        return _answers(f"{malformed} of {len(trace.turns)} answers hold a malformed call")
    return None


def unrepeatable(trace: Trace) -> Left | None:
    """A verdict that another machine may give otherwise, or that the two checks disagree on."""
    for number, turn in enumerate(trace.turns, start=1):
        for verdict in turn.verdicts:
            if verdict.reason in NO_ANSWER or verdict.reason is Reason.UNCONFIRMED:
                return Left(
                    rule=Rule.REPEATABLE, why=f"a verdict on answer {number} is {verdict.reason}"
                )
    return None


def recovers(trace: Trace) -> bool:
    """Whether it holds an error and then success: a malformed call, or a refused proof.

    An experiment, code without the theorem in which Lean finds no error, is none.
    """
    if any(turn.errors for turn in trace.turns):
        return True
    answers = [message for message in trace.messages if message.role == "assistant"]
    for answer, verdicts in zip(answers, trace.verdicts_by_call(), strict=True):
        codes = {call.id: str(call.arguments.get("code", "")) for call in answer.tool_calls}
        for call_id, verdict in verdicts.items():
            if verdict.accepted:
                continue
            if verdict.reason not in _EXPERIMENT or _names(codes.get(call_id, ""), trace):
                return True
    return False


def features(trace: Trace) -> Features:
    """Topic, difficulty, number of turns and use of tools, as words."""
    calls = Counter(call.name for message in trace.messages for call in message.tool_calls)
    offered = sorted(calls.keys() & {tool.name for tool in trace.tools} | {CHECK_TOOL})
    difficulty = trace.problem.difficulty
    return (
        trace.problem.topic or NOT_STATED,
        NOT_STATED if difficulty is None else str(difficulty),
        _turns(len(trace.turns)),
        ", ".join(f"{name} × {_times(calls[name])}" for name in offered),
    )


def _turns(count: int) -> str:
    if count <= 3:
        return str(count)
    return "4–6" if count <= 6 else "7–12" if count <= 12 else "more than 12"


def _times(count: int) -> str:
    return "1" if count <= 1 else "2–3" if count <= 3 else "4 or more"


def _names(code: str, trace: Trace) -> bool:
    name = trace.problem.name
    return any(word.text == name for word in tokens(code))


def _ending(why: str) -> Left:
    return Left(rule=Rule.ENDING, why=why)


def _answers(why: str) -> Left:
    return Left(rule=Rule.ANSWERS, why=why)
