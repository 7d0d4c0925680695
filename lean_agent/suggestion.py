"""The word that was probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """A question to put behind a complaint about `word`, or nothing where none is close.

    Of dotted names the last part counts as well, so `top_k` finds `sampling.top_k`.
    """
    text, names = str(word), list(known)
    last = {name.rpartition(".")[2]: name for name in reversed(names)}
    near = difflib.get_close_matches(text, names, n=1, cutoff=0.7)
    if not near:
        ends = difflib.get_close_matches(text.rpartition(".")[2], last, n=1, cutoff=0.7)
        near = [last[end] for end in ends]
    near = near or [name for name in names if text and name.startswith(text)]
    return f" (did you mean {near[0]}?)" if near else ""
