"""What a model thought, told apart from what it said."""

from __future__ import annotations

from lean_agent.dialects.base import END_THINK, THINK


def without_thinking(text: str) -> str:
    """The text without its think blocks.

    A block that never ends reaches to the end; one that only ends began with the text, as the
    templates of some models have it.
    """
    kept, at = [], text.find(END_THINK)
    opened = text.find(THINK)
    at = at + len(END_THINK) if at >= 0 and (opened < 0 or at < opened) else 0
    while (opened := text.find(THINK, at)) >= 0:
        kept.append(text[at:opened])
        closed = text.find(END_THINK, opened)
        if closed < 0:
            return "".join(kept)
        at = closed + len(END_THINK)
    return "".join([*kept, text[at:]])
