"""The words and characters of Lean that reading declarations rests on.

Identifier characters are those of Lean's `isLetterLike` and `isSubScriptAlnum`
(src/Init/Meta/Defs.lean of leanprover/lean4). Superscripts are none of them: `Cᵒᵖ` names `C`.
"""

from __future__ import annotations

import re

from mathlib_index.declaration import DeclarationKind

ID_START = (
    "A-Za-z_"
    "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u017f"  # Latin letters with accents
    "\u0391-\u039f\u03a1-\u03a2\u03a4-\u03a9\u03b1-\u03ba\u03bc-\u03fb"  # Greek but Π, Σ, λ
    "\u1f00-\u1ffe\u2100-\u214f\U0001d49c-\U0001d59f"
)
ID_REST = ID_START + "0-9'!?\u2080-\u2089\u2090-\u209c\u1d62-\u1d6a\u2c7c"
COMPONENT = rf"(?:«[^»\n]{{1,200}}»|[{ID_START}][{ID_REST}]*+)"
NAME_TEXT = rf"{COMPONENT}(?:\.{COMPONENT})*+"
NAME_LIST = rf"({NAME_TEXT}(?:\s*,\s*{NAME_TEXT})*)"
NAME = re.compile(NAME_TEXT)
COMPONENTS = re.compile(COMPONENT)
_NEEDLESS_QUOTES = re.compile(rf"(?<=\.)«([{ID_START}][{ID_REST}]*)»")
GAP = re.compile(r"\s*")

KINDS: dict[str, DeclarationKind] = {
    "theorem": "theorem",
    "lemma": "lemma",
    "def": "def",
    "irreducible_def": "def",
    "abbrev": "abbrev",
    "structure": "structure",
    "class": "class",
    "inductive": "inductive",
    "coinductive": "inductive",
    "instance": "instance",
    "axiom": "axiom",
    "opaque": "opaque",
}
SCOPES = {"namespace", "section", "mutual", "end"}
MODIFIERS = {
    *("private", "protected", "public", "noncomputable", "nonrec", "unsafe", "partial"),
    *("local", "scoped", "meta"),
}
PREFIXES = {"open", "set_option", "variable", "omit", "include", "attribute", "universe"}
"""Commands that may end in `in`, and then hold for the next command only."""
_OTHER_COMMANDS = {
    *("example", "export", "import", "alias", "deriving", "initialize", "add_decl_doc"),
    *("notation", "notation3", "infix", "infixl", "infixr", "prefix", "postfix"),
    *("macro", "macro_rules", "syntax", "elab", "elab_rules", "initialize_simps_projections"),
}
HEADS = {*KINDS, *SCOPES, *MODIFIERS, *PREFIXES, *_OTHER_COMMANDS}
"""The words that begin a command. Many hold no declaration, but end the one before."""


def is_plumbing(name: str) -> bool:
    """Whether a full name is of the machinery of Lean, rather than something a proof would cite."""
    parts = components(name)
    return parts[0] == "Lean" or any(part.startswith("_") for part in parts)


def components(name: str) -> list[str]:
    """`A.«b.c».d` as `["A", "«b.c»", "d"]`; one empty component for a name with none."""
    return COMPONENTS.findall(name) or [""]


def plain_name(name: str) -> str:
    """A name as Lean prints it, without quotes that are not needed: `Option.«forall»`.

    The first component keeps them, since alone it could be a keyword.
    """
    return _NEEDLESS_QUOTES.sub(r"\1", name) if "«" in name else name


def end_of_gap(code: str, position: int) -> int:
    """The offset of the first character from here on that is no white space."""
    gap = GAP.match(code, position)
    return gap.end() if gap else position


def one_line(text: str) -> str:
    """The text with every run of white space as one blank."""
    return " ".join(text.split())
