"""What a model thought, told apart from what it said."""

from __future__ import annotations

import re

from lean_agent.dialects.base import THINKING

_MARKS = "|".join(re.escape(mark) for pair in THINKING.items() for mark in pair)
# Between single backticks a tag is only spoken of.
_TAG = re.compile(rf"(?<!`)`(?:{_MARKS})`(?!`)|(?P<tag>{_MARKS})")


def without_thinking(text: str) -> str:
    """The text without its think blocks.

    A block that never ends reaches to the end; one that only ends began with the text, as the
    templates of some models have it. A tag between backticks is a word like others.
    """
    kept: list[str] = []
    at = 0  # where what is said goes on
    ends = set(THINKING.values())  # the tags that end a thought here
    thinking = any_tag = False
    for found in _TAG.finditer(text):
        tag = found["tag"]
        if tag in THINKING and not thinking:
            kept.append(text[at : found.start()])
            thinking, ends = True, {THINKING[tag]}
        elif tag in ends and (thinking or not any_tag):
            at, thinking = found.end(), False
        any_tag = any_tag or tag is not None
    return "".join(kept) if thinking else "".join([*kept, text[at:]])
