"""Reading Lean source without Lean: its words, and which of them could forge a verdict.

Comments, strings, character literals and «quoted names» are told from code as
Lean's own lexer does (Lean 4 language reference, "Lexical structure"). Where that
cannot be decided without Lean — a string with `{` may be interpolated and then
holds code; a quote after `⁻¹` belongs to the operator — everything from there on
counts as code, so that nothing can hide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# Letters as Lean has them; λ, Π and Σ are symbols. No other character can stand in a bare name.
_LETTER = (
    r"A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u017f\u0391-\u039f\u03a1\u03a4-\u03ba\u03bc-\u03fb"
    r"\u1f00-\u1ffe\u2100-\u214f\U0001d49c-\U0001d59f"
)
_SUBSCRIPT = r"\u2080-\u2089\u2090-\u209c\u1d62-\u1d6a\u2c7c"
# A quoted part may hold line ends, and what looks like a comment.
_PART = rf"(?:«[^»]*»|[{_LETTER}][{_LETTER}0-9'!?{_SUBSCRIPT}]*)"
_TOKEN = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<line_comment>--[^\n]*)
    | (?P<block_comment>/-)
    | (?P<raw_string>r\#*")
    | (?P<string>"(?:[^"\\]|\\(?s:.))*(?:"|\Z))
    | (?P<character>'(?:[^'\\]|\\(?:x[0-9a-fA-F]{2}|u\{?[0-9a-fA-F]+\}?|.))')
    | (?P<word>eval%|\#PART|PART(?:\.PART)*)
    | (?P<number>0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+
        |[0-9][0-9_]*(?:\.?[eE][+-]?[0-9][0-9_]*)?)
    | (?P<symbol>@\[|(?s:.))
    """.replace("PART", _PART),
    re.VERBOSE,
)
_LITERALS = frozenset({"line_comment", "block_comment", "raw_string", "string", "character"})
# After any other symbol Lean may read a quote, a dash or a slash as part of the symbol.
_SEPARATORS = frozenset("()[]{}⟨⟩,;@[")
# After any symbol but these, the first letters of a word may belong to it, as in `⟫_ℝ`.
_OPENERS = frozenset({"", "(", "[", "{", "⟨", ",", ";", ".", "@", "@["})
# No symbol of Lean or Mathlib has letters behind these.
_BARE_SYMBOLS = frozenset({"←", "¬", "↑"})
_CLOSERS = frozenset(")]}⟩")
_COMMENT_EDGE = re.compile(r"/-|-/")

# Words that run code inside Lean while it reads the text, or take from the kernel what it should
# check. Nothing but harm is expected of them in a proof, so that no level of trust allows them.
NEVER_WORDS = frozenset(
    """
    axiom unsafe prelude import include_str exit native_decide
    elab elab_rules by_elab run_cmd run_elab run_meta run_tac run_conv
    simproc simproc_decl dsimproc dsimproc_decl cbv_simproc cbv_simproc_decl
    builtin_simproc builtin_simproc_decl builtin_dsimproc builtin_dsimproc_decl
    initialize builtin_initialize set_library_suggestions set_premise_selector
    """.split()  # noqa: SIM905
)
# Whole families of commands of that kind.
NEVER_PREFIXES = ("declare_", "register_")  # of words; `declare_syntax_cat` is below
# Words that change how Lean reads the text after them, or hide what it says. Honest texts use
# them too; whether a theorem is proved behind them can be told only by a check that does not
# read the text.
STRICT_WORDS = frozenset(
    """
    macro macro_rules syntax notation notation3 infix infixl infixr prefix postfix
    declare_syntax_cat binder_predicate eval eval! eval% guard_msgs
    """.split()  # noqa: SIM905
)
# Those of them that are keywords only behind a `#`.
_HASHED = frozenset({"exit", "eval", "eval!", "guard_msgs"})
# Attributes that replace a definition's code, run code, or change how Lean reads text.
NEVER_ATTRIBUTES = frozenset(
    """
    extern implemented_by csimp export init
    macro tactic unexpander delab parenthesizer formatter
    norm_num positivity env_linter try_suggestion library_suggestions
    """.split()  # noqa: SIM905
)
_NEVER_ATTRIBUTE_ENDS = (
    *("_elab", "_parser", "_unexpander", "_delab", "_parenthesizer", "_formatter"),
    *("simproc", "_presenter"),
)
# `doc.` makes Lean run the code in docstrings, which are not looked into here; the profiler
# writes files.
NEVER_OPTIONS = ("debug.", "bootstrap.", "internal.", "doc.", "trace.profiler.output")

_WHOLE = "|".join(sorted((NEVER_WORDS | STRICT_WORDS) - _HASHED))
# What ends a word that Lean may read behind a symbol.
_ENDING = re.compile(rf"(?:{_WHOLE})\Z|(?:{'|'.join(NEVER_PREFIXES)})")
# A text with none of these has nothing to find: most texts are not read any further.
_HINTS = sorted(
    {
        *NEVER_WORDS,
        *STRICT_WORDS,
        *NEVER_PREFIXES,
        *NEVER_ATTRIBUTES,
        *_NEVER_ATTRIBUTE_ENDS,
        "builtin_",
        *(max(option.split("."), key=len) for option in NEVER_OPTIONS),
    },
    key=len,
)


@dataclass(frozen=True)
class Token:
    """A word or symbol of code; `line` counts from 1, `column` from 0, in characters."""

    text: str
    line: int
    column: int

    def touches(self, other: Token) -> bool:
        """Whether `other` begins where this ends."""
        return (self.line, self.column + len(self.text)) == (other.line, other.column)


@dataclass(frozen=True)
class Finding:
    """A word that is not allowed, where it stands and why it is not.

    `strict` says that the strict check can judge a text with this word.
    """

    word: str
    line: int
    column: int
    why: str
    strict: bool = False

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: `{self.word}` is not allowed: {self.why}"


def tokens(source: str) -> Iterator[Token]:
    """The words and symbols of Lean code, without comments, strings and literals."""
    position, line, line_start = 0, 1, 0
    skipping = True  # literals and comments, until something ambiguous is met
    glued = False  # to a symbol before
    while position < len(source):
        match = _TOKEN.match(source, position)
        assert match is not None  # the last alternative takes any character
        kind, text = match.lastgroup, match.group()
        if kind in _LITERALS:
            skipping = skipping and not glued and not _ambiguous(source, position, text)
            if not skipping:
                text = text[0]
            elif kind == "block_comment":
                text = source[position : _comment_end(source, position)]
            elif kind == "raw_string":
                text = source[position : _raw_string_end(source, position, text)]
        elif kind in ("word", "symbol"):
            yield Token(text, line, position - line_start)
        glued = kind == "symbol" and text not in _SEPARATORS
        position += len(text)
        if "\n" in text:
            line += text.count("\n")
            line_start = position - len(text) + text.rindex("\n") + 1


def forbidden(source: str) -> Finding | None:
    """The first word in the code that is never allowed, or None."""
    return next((found for found in _findings(source) if not found.strict), None)


def needs_strict(source: str) -> Finding | None:
    """The first word in the code that only the strict check can judge, or None."""
    return next((found for found in _findings(source) if found.strict), None)


def _findings(source: str) -> Iterator[Finding]:
    """All the words that are not allowed, in the order of the text."""
    if not any(hint in source for hint in _HINTS):
        return
    before = previous = Token("", 0, 0)
    depth = 0  # of brackets inside an attribute list
    for token in tokens(source):
        text = token.text
        name = text.replace("«", "").replace("»", "")
        if text == "@[" or (text == "[" and previous.text.endswith("attribute")):
            depth = 1
        elif depth and text in "[]":
            depth += 1 if text == "[" else -1
        strict = False
        if _is_part(before, previous, token) or _is_aesops(before, previous, token, depth):
            why = ""
        elif depth and _is_never_attribute(name):
            why = "this attribute can replace code or change how Lean reads text"
        elif previous.text.endswith("set_option") and name.startswith(NEVER_OPTIONS):
            why = "this option can switch checks off, write files, or run code in docstrings"
        else:
            word = _keyword(text) or _keyword_behind_a_symbol(before, previous, token)
            why, strict = _why(word), word in STRICT_WORDS
        if why:
            yield Finding(text, token.line, token.column, why, strict)
        before, previous = previous, token


def _keyword(text: str) -> str:
    """The word of the lists above that this is, or nothing."""
    bare = text.removeprefix("#")
    if bare in _HASHED and bare == text:
        return ""
    if bare in STRICT_WORDS or bare in NEVER_WORDS or bare.startswith(NEVER_PREFIXES):
        return bare
    return ""


def _keyword_behind_a_symbol(before: Token, previous: Token, token: Token) -> str:
    """The word of the lists that a word ends with, where a symbol may end within that word."""
    glued = previous.touches(token) and previous.text not in _OPENERS
    if previous.text in _BARE_SYMBOLS and (before.text in _OPENERS or not before.touches(previous)):
        glued = False
    if "." in token.text or not (glued or token.text.startswith("#")):
        return ""
    found = _ENDING.search(token.text)
    return found.group() if found else ""


def _is_part(before: Token, previous: Token, token: Token) -> bool:
    """Whether this names a part of a term in brackets, as in `(h).prefix`."""
    dotted = previous.text == "." and previous.touches(token)
    return dotted and before.text in _CLOSERS and before.touches(previous)


def _is_aesops(before: Token, previous: Token, token: Token, depth: int) -> bool:
    """Whether this is the `unsafe` of a rule for Mathlib's tactic `aesop`, inside open brackets."""
    listed = (before.text, previous.text) == ("(", "add") or (depth and previous.text == "aesop")
    return token.text == "unsafe" and bool(listed)


def _is_never_attribute(name: str) -> bool:
    return (
        name in NEVER_ATTRIBUTES
        or name.startswith("builtin_")
        or name.endswith(_NEVER_ATTRIBUTE_ENDS)
    )


def _why(word: str) -> str:
    if not word:
        return ""
    if word in STRICT_WORDS:
        return (
            "it changes how Lean reads the text or runs code, which only the strict check can "
            "judge; use plain theorems and tactics"
        )
    if word == "import":
        return "only the problem's own header may import"
    if word == "axiom":
        return "everything must be proved"
    return "it can change how Lean reads or checks the text; use plain theorems and tactics"


def _ambiguous(source: str, position: int, text: str) -> bool:
    """Whether Lean may end this elsewhere: `"{…` if it is interpolated, and `/--/`."""
    return (text[0] == '"' and "{" in text) or source.startswith("/--/", position)


def _raw_string_end(source: str, start: int, opening: str) -> int:
    closing = '"' + "#" * opening.count("#")
    end = source.find(closing, start + len(opening))
    return len(source) if end < 0 else end + len(closing)


def _comment_end(source: str, start: int) -> int:
    """The end of the block comment at `start`; comments nest. An open one runs to the end."""
    depth, position = 1, start + 2
    while depth:
        edge = _COMMENT_EDGE.search(source, position)
        if edge is None:
            return len(source)
        depth += 1 if edge.group() == "/-" else -1
        position = edge.end()
    return position


def without_header(code: str, header: str) -> str:
    """The code with the problem's header, where the code repeats it, blanked out.

    A text that starts with the whole header loses all of it; otherwise its
    leading `import` lines that the header has too are lost. Lines keep their numbers.
    """
    start = len(code) - len(code.lstrip())
    wanted = header.strip()
    if wanted and code.startswith(wanted, start):
        end = start + len(wanted)
        if end == len(code) or code[end].isspace():
            return re.sub(r"[^\n]", " ", code[:end]) + code[end:]
    imports = {line.strip() for line in header.splitlines() if line.strip().startswith("import ")}
    lines = code.split("\n")
    for number, line in enumerate(lines):
        if line.strip() in imports:
            lines[number] = ""
        elif line.strip():
            break
    return "\n".join(lines)
