"""What we say to a model."""

from __future__ import annotations

import json
from collections.abc import Sequence

from lean_agent.chat import CallError, CallErrorKind, Message, ToolSchema
from lean_agent.dialects.base import Dialect
from lean_agent.episode import EpisodeSettings
from lean_agent.problem import Problem

SYSTEM_PROMPT = """\
You prove theorems in Lean 4. You have tools; use them, for only Lean decides what is proved.

Work in small steps:
1. Think about why the theorem holds and which lemmas it needs.
2. Search the library for those lemmas; do not guess names.
3. Check your proof with Lean. Send the complete theorem, exactly as stated, with its proof.
4. If Lean reports errors, read them, mend the proof or search again, and check once more.

`sorry`, new axioms and changes to the statement are not accepted. You are done when Lean \
accepts a proof; there is nothing else to hand in."""

REMINDER = """\
Your answer called no tool, so nothing was checked. Call a tool now: send your proof to Lean, \
or search for the lemma you need. If you call none again, the episode ends unproved."""

MOST_COMPLAINTS = 3

CUT_OFF = "Your answer was cut off because it was too long. Be brief. "


def opening(
    problem: Problem,
    tools: Sequence[ToolSchema],
    settings: EpisodeSettings,  # noqa: ARG001
    dialect: Dialect | None,
) -> list[Message]:
    """The messages an episode begins with: always a system and a user message.

    The system prompt describes the tools, and how `dialect` calls them, unless that is None:
    then the tools are sent beside the messages.
    """
    system = SYSTEM_PROMPT
    if dialect is not None and tools:
        lines = "\n".join(
            json.dumps({"type": "function", "function": tool.model_dump()}, ensure_ascii=False)
            for tool in tools
        )
        system += (
            "\n\n# Tools\n\nThese are the tools, each as a JSON Schema:\n"
            f"<tools>\n{lines}\n</tools>\n\n{dialect.instructions()}"
        )
    parts = ["Prove this theorem."]
    if problem.informal:
        parts.append(f"In words: {problem.informal}")
    if problem.header.strip():
        parts.append(f"Lean has already read this header:\n```lean\n{problem.header.strip()}\n```")
    parts.append(f"The theorem:\n```lean\n{problem.statement}\n```")
    return [
        Message(role="system", content=system),
        Message(role="user", content="\n\n".join(parts)),
    ]


def reminder(settings: EpisodeSettings, missing: CallError) -> str:  # noqa: ARG001
    """What the model reads after an answer that did nothing, which is what `missing` says."""
    cut_off = CUT_OFF if missing.kind is CallErrorKind.TRUNCATED else ""
    return cut_off + REMINDER


def feedback(verdict: str, settings: EpisodeSettings) -> str:  # noqa: ARG001
    """What the model reads of a proof that it wrote down and that Lean did not accept."""
    return f"Lean checked the proof in your answer.\n\n{verdict}"


def complaint(error: CallError) -> str:
    """What the model reads of a call that could not be carried out."""
    return f"This tool call was not carried out: {error.detail}"


def complaints(errors: Sequence[CallError]) -> str:
    """The same of several calls. The first few tell enough, and a model can spoil thousands."""
    lines = [complaint(error) for error in errors[:MOST_COMPLAINTS]]
    if len(errors) > MOST_COMPLAINTS:
        lines.append(f"Nor were {len(errors) - MOST_COMPLAINTS} more.")
    return "\n".join(lines)
