"""Which words of a submission could forge a verdict, and the text that is checked.

Lean's own check of a text holds only as long as the text does not change how Lean reads it, or
what Lean asks of it. The words that could are found without Lean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from lean_agent.lean.lexer import Token, tokens

__all__ = ["Finding", "Token", "forbidden", "needs_strict", "scan", "tokens", "without_header"]

# After any symbol but these, the first letters of a word may belong to it, as in `⟫_ℝ`.
_OPENERS = frozenset({"", "(", "[", "{", "⟨", ",", ";", ".", "@", "@["})
# No symbol of Lean or Mathlib has letters behind these.
_BARE_SYMBOLS = frozenset({"←", "¬", "↑"})
_CLOSERS = frozenset(")]}⟩")
# The libraries that come with `import Mathlib`.
_WITH_MATHLIB = frozenset(
    {"Aesop", "Batteries", "Init", "Lean", "Mathlib", "Plausible", "ProofWidgets", "Qq", "Std"}
)

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
# Names of Lean's own programs and of what reaches the outside: with them a text can define a
# program that a tactic runs, as a rule of `aesop` or in the settings of `linarith`.
STRICT_NAMES = frozenset({"Lean", "IO"})
# Lemmas among them that `simp?` and `grind?` propose. They may stand in a tactic's list; in front
# of a declaration such a name would open `Lean`.
_LEMMAS_OF_LEAN = ("Lean.Grind.", "Lean.Omega.", "Lean.Order.", "Lean.Elab.WF.")
# Those of the words that are keywords only behind a `#`.
_HASHED = frozenset({"exit", "eval", "eval!", "guard_msgs"})
# Attributes that replace a definition's code, run code, or change how Lean reads text.
NEVER_ATTRIBUTES = frozenset(
    """
    extern implemented_by csimp export init
    macro tactic parenthesizer formatter
    norm_num positivity env_linter try_suggestion library_suggestions
    """.split()  # noqa: SIM905
)
_NEVER_ATTRIBUTE_ENDS = (
    *("_elab", "_parser", "_parenthesizer", "_formatter", "simproc", "_presenter"),
)
# Attributes that run code when terms are printed.
_STRICT_ATTRIBUTE_ENDS = ("unexpander", "delab")
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
        *STRICT_NAMES,
        *NEVER_PREFIXES,
        *NEVER_ATTRIBUTES,
        *_NEVER_ATTRIBUTE_ENDS,
        *_STRICT_ATTRIBUTE_ENDS,
        "builtin_",
        *(max(option.split("."), key=len) for option in NEVER_OPTIONS),
    },
    key=len,
)


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


def _hints(text: str) -> bool:
    return any(hint in text for hint in _HINTS)


def scan(source: str) -> tuple[Finding | None, Finding | None]:
    """The first word that is never allowed, and the first that only the strict check can judge."""
    found = tuple(_find(source)) if _hints(source) else ()
    never = next((finding for finding in found if not finding.strict), None)
    return never, next((finding for finding in found if finding.strict), None)


def forbidden(source: str) -> Finding | None:
    """The first word in the code that is never allowed, or None."""
    return scan(source)[0]


def needs_strict(source: str) -> Finding | None:
    """The first word in the code that only the strict check can judge, or None."""
    return scan(source)[1]


def _find(source: str) -> Iterator[Finding]:
    before = previous = Token("", 0, 0)
    depth = 0  # of brackets inside an attribute list
    brackets = 0  # of any list
    harmless: dict[str, bool] = {}
    for token in tokens(source):
        text = token.text
        if text == "@[" or (text == "[" and previous.text.endswith("attribute")):
            depth = 1
        elif depth and text in "[]":
            depth += 1 if text == "[" else -1
        if text in ("[", "@[", "]"):
            brackets += 1 if text != "]" else -1
        if text not in harmless:
            harmless[text] = not _hints(text)
        if harmless[text]:
            before, previous = previous, token
            continue
        name = text.replace("«", "").replace("»", "")
        strict = False
        if _is_part(before, previous, token) or _is_aesops(before, previous, token, depth):
            why = ""
        elif depth and _is_never_attribute(name):
            why = "this attribute can replace code or change how Lean reads text"
        elif depth and name.endswith(_STRICT_ATTRIBUTE_ENDS):
            why, strict = "it runs code, which only the strict check can judge", True
        elif previous.text.endswith("set_option") and name.startswith(NEVER_OPTIONS):
            why = "this option can switch checks off, write files, or run code in docstrings"
        elif brackets > 0 and name.startswith(_LEMMAS_OF_LEAN):
            why = ""
        elif not STRICT_NAMES.isdisjoint(name.split(".")):
            why, strict = (
                "with it a tactic can run code, which only the strict check can judge",
                True,
            )
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


def without_header(code: str, header: str) -> str:
    """The code as it is checked: without what the problem's header has said already.

    A text whose first lines are the whole header loses all of it; otherwise the imports that it
    starts with and that the header brings are lost. Lines keep their numbers. A byte order mark
    is no text, and lines end as in Unix.
    """
    code = _plain(code)
    start = len(code) - len(code.lstrip())
    wanted = _plain(header).strip()
    if wanted and code.startswith(wanted, start):
        end = start + len(wanted)
        # Else the last command only begins as the header's does: `open Nat in theorem …`.
        if not code[end:].partition("\n")[0].strip():
            return re.sub(r"[^\n]", " ", code[:end]) + code[end:]
    brought = {module.text for word, module in pairwise(tokens(header)) if word.text == "import"}
    if "Mathlib" in brought:
        brought.update(_WITH_MATHLIB)
    lines = code.split("\n")
    words = tokens(code)
    for word in words:
        module = next(words, word)
        root = module.text.partition(".")[0]
        known = module.text in brought or (root in brought and root in _WITH_MATHLIB)
        if word.text != "import" or word.line != module.line or not known:
            break
        line = lines[word.line - 1]
        end = module.column + len(module.text)
        lines[word.line - 1] = line[: word.column] + " " * (end - word.column) + line[end:]
    return "\n".join(lines)


def _plain(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n")
