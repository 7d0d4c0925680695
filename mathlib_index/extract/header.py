"""Where a declaration's signature ends."""

from __future__ import annotations

import re

from mathlib_index.lexer import DOC_MARK

# What cannot stand inside a declaration: a doc comment, or a new command at the margin.
STOP = rf"{DOC_MARK}|\n(?=[A-Za-z\#@])"
HEADER_TOKEN = re.compile(
    rf"""«[^»\n]{{1,200}}»
      | (?P<open>[(\[{{⟨⦃]) | (?P<close>[)\]}}⟩⦄])
      | (?P<assign>:=) | (?P<arrow>=>)
      | <\|>? | \|\|+ | \|>\.? | (?P<bar>\|)
      | (?P<stop>{STOP})
      | (?<![\w.'!?])(?:(?P<end>where|by|deriving)|(?P<let>let|letI|have|haveI)|(?P<fun>fun|λ)
                      )(?![\w'!?])
    """,
    re.VERBOSE,
)


def end_of_signature(code: str, start: int, limit: int, *, closed_by_bar: bool) -> int:
    """Offset of the `:=`, `where`, `|` or `by` that ends a header, or of what follows it.

    A `|` may also be an absolute value. It starts alternatives if a `=>` follows it with no
    `fun` in between to which that arrow could belong. With `closed_by_bar` (inductive types) any
    bar outside brackets ends the header.
    """
    depth = 0
    awaited_assignments = 0  # of `let` and `have` in the type
    first_bar: int | None = None
    for token in HEADER_TOKEN.finditer(code, start, limit):
        kind = token.lastgroup
        if kind == "stop":
            return token.start()
        if kind == "open":
            depth += 1
        elif kind == "close":
            depth = max(0, depth - 1)
        elif depth > 0:
            continue
        elif kind == "end":
            return first_bar if first_bar is not None and closed_by_bar else token.start()
        elif kind == "let":
            awaited_assignments += 1
        elif kind == "assign":
            if awaited_assignments == 0:
                return token.start()
            awaited_assignments -= 1
        elif kind == "bar":
            if closed_by_bar:
                return token.start()
            first_bar = token.start() if first_bar is None else first_bar
        elif kind == "fun":
            first_bar = None
        elif kind == "arrow" and first_bar is not None:
            return first_bar
    return limit
