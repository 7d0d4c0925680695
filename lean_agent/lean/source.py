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
_PART = rf"(?:«[^»\n]*»|[{_LETTER}][{_LETTER}0-9'!?{_SUBSCRIPT}]*)"
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
_OPENERS = ("", "(", "[", "{", "⟨", ",", ";", ".", "@", "@[")
_COMMENT_EDGE = re.compile(r"/-|-/")

# Commands and terms that run code while Lean reads the text, or change how it reads it.
FORBIDDEN_WORDS = frozenset(
    """
    axiom unsafe prelude import include_str exit
    macro macro_rules syntax notation notation3 infix infixl infixr prefix postfix
    elab elab_rules binder_predicate declare_syntax_cat by_elab
    declare_config_elab declare_term_config_elab declare_command_config_elab
    simproc simproc_decl dsimproc dsimproc_decl
    builtin_simproc builtin_simproc_decl builtin_dsimproc builtin_dsimproc_decl
    native_decide run_cmd run_elab run_meta run_tac eval eval! eval%
    initialize builtin_initialize register_option register_simp_attr register_label_attr
    """.split()  # noqa: SIM905
)
# Those of them that are keywords only behind a `#`.
_HASHED = frozenset({"exit", "eval", "eval!"})
# Attributes that replace a definition's code, run code, or change how Lean reads text.
FORBIDDEN_ATTRIBUTES = frozenset(
    """
    extern implemented_by csimp export init builtin_init
    macro tactic term_elab command_elab builtin_macro builtin_tactic builtin_term_elab
    builtin_command_elab app_unexpander unexpander delab app_delab
    term_parser tactic_parser command_parser attr_parser conv_parser
    parenthesizer formatter combinator_parenthesizer combinator_formatter
    simproc dsimproc norm_num positivity
    """.split()  # noqa: SIM905
)
# The last makes Lean run the code in docstrings, which are not looked into here.
FORBIDDEN_OPTIONS = ("debug.", "bootstrap.", "doc.")


@dataclass(frozen=True)
class Token:
    """A word or symbol of code; `line` counts from 1, `column` from 0, in characters."""

    text: str
    line: int
    column: int


@dataclass(frozen=True)
class Finding:
    """A forbidden word, where it stands and why it is forbidden."""

    word: str
    line: int
    column: int
    why: str

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
    """The first word in the code that could forge a verdict, or None."""
    previous = Token("", 0, 0)
    depth = 0  # of brackets inside an attribute list
    for token in tokens(source):
        text = token.text
        name = text.replace("«", "").replace("»", "")
        if text == "@[" or (text == "[" and previous.text.endswith("attribute")):
            depth = 1
        elif depth and text in "[]":
            depth += 1 if text == "[" else -1
        why = ""
        bare = text.removeprefix("#")
        if bare in FORBIDDEN_WORDS and (bare != text or bare not in _HASHED):
            why = _why(bare)
        elif keyword := _keyword_behind_a_symbol(previous, token):
            why = _why(keyword)
        elif depth and name in FORBIDDEN_ATTRIBUTES:
            why = "this attribute can replace code or change how Lean reads text"
        elif previous.text.endswith("set_option") and name.startswith(FORBIDDEN_OPTIONS):
            why = "this option can switch checks off, or run code in docstrings"
        if why:
            return Finding(text, token.line, token.column, why)
        previous = token
    return None


def needs_strict(source: str) -> Finding | None:
    """The first word that only the strict check can judge, or None."""
    return None


def _keyword_behind_a_symbol(previous: Token, token: Token) -> str:
    """The forbidden word that a word ends with, where a symbol may end within that word."""
    end = (previous.line, previous.column + len(previous.text))
    glued = end == (token.line, token.column) and previous.text not in _OPENERS
    if "." in token.text or not (glued or token.text.startswith("#")):
        return ""
    return next((w for w in sorted(FORBIDDEN_WORDS - _HASHED) if token.text.endswith(w)), "")


def _why(word: str) -> str:
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
