"""Declarations and queries in plain English words: what is embedded, and what is matched.

Lean names follow a naming convention, notation stands for constants, mathematicians write LaTeX.
The tables of `vocabulary.toml` give each of these an English reading; both a query and a
declaration go through the same reading, so that "the sup of infs" meets `iSup_iInf` and `⨆ i, ⨅ j`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from pydantic import BaseModel, ConfigDict

from mathlib_index.declaration import Declaration

_WORD_BREAK = re.compile(r"[._«»'!?\s]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_COMPONENT_BREAK = re.compile(r"[._«»'!?]+")
_LONGEST_PART = 3  # pieces of a name that one entry of the table may take up: `i`, `Sup`
_BLACKBOARD = re.compile(r"\\mathbb\s*\{?\s*([A-Z])\s*\}?")
_LATEX_COMMAND = re.compile(r"\\([A-Za-z]+|.)", re.DOTALL)
_HYPHEN = re.compile(r"(?<=[^\W\d_])[-–—](?=[^\W\d_])")  # between letters it is no subtraction
_POSSESSIVE = re.compile(r"(?<=[^\W\d_])['’]s(?!\w)")
_TITLE = re.compile(r"\*\*([^*\n]{1,80})\*\*")
_BRACKET = re.compile(r"[(){}\[\]⦃⦄]")
_BODY_LIMIT = 200  # characters: the longer ones are tactics' and structures' inner workings
# Words that are in every sentence, and so say nothing.
# fmt: off
_STOP_WORDS = frozenset({
    "a", "all", "also", "an", "and", "any", "are", "as", "at", "be", "between", "by", "can",
    "each", "every", "for", "from", "has", "have", "if", "in", "into", "is", "it", "its",
    "let", "most", "on", "one", "only", "or", "over", "so", "some", "such", "than", "that",
    "the", "then", "there", "this", "to", "two", "under", "via", "we", "when", "where",
    "which", "whose", "with",
})
# fmt: on


class Vocabulary(BaseModel):
    """The tables of `vocabulary.toml`: each entry is a key and its reading in English words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    names: dict[str, str]
    """Parts of Lean names: `comm` is "commutative"."""
    symbols: dict[str, str]
    """Notation: `⊆` is "subset"."""
    latex: dict[str, str]
    """LaTeX commands without backslash, as a symbol or in words: `subseteq` is `⊆`."""
    blackboard: dict[str, str]
    r"""Letters inside `\mathbb`: `R` is "real number"."""
    phrases: dict[str, str]
    """Turns of phrase, in lower case: "one to one" is "injective"."""


@cache
def vocabulary() -> Vocabulary:
    """The tables that come with this package."""
    text = files("mathlib_index").joinpath("vocabulary.toml").read_text(encoding="utf-8")
    return Vocabulary.model_validate(tomllib.loads(text))


def gloss_name(name: str) -> str:
    """A Lean name as separate words: `Nat.le_of_lt` is "Nat le of lt", `IsCompact` "Is Compact"."""
    return " ".join(part for part in _WORD_BREAK.split(name) if part)


def plain_words(text: str) -> list[str]:
    """English words for a sentence, a Lean name or expression, LaTeX, or a mixture of these.

    `plain_words("mul_comm")` is `["multiplication", "commutative"]`. Variables stay as they are;
    brackets and punctuation are dropped.
    """
    pattern = _word_pattern()
    symbols = vocabulary().symbols
    words: list[str] = []
    for match in pattern.finditer(_prepared(text)):
        kind, piece = match.lastgroup, match.group()
        if kind == "identifier":
            words.extend(_read_identifier(piece))
        elif kind == "symbol":
            words.extend(symbols[piece].split())
        else:
            words.append(piece)
    return words


def tokens(text: str) -> list[str]:
    """The words of `plain_words` as BM25 counts them: lower case, stemmed, stop words left out.

    Stems are those of the English Snowball stemmer (snowballstem.org), so that "commutes" meets
    "commutative".
    """
    words = [word.lower() for word in plain_words(text)]
    return stem([word for word in words if word not in _STOP_WORDS])


def stem(words: list[str]) -> list[str]:
    """Words without their endings."""
    stemmed: list[str] = _stemmer().stemWords(words)
    return stemmed


def passages(declaration: Declaration, description: str = "") -> list[str]:
    """What the embedding model reads for a declaration: one text, and its description if any.

    The text has the telling parts first, since a model reads only so much: the name in words, the
    docstring (or what the module says of it), the statement without the binders that a reader
    leaves unsaid, what it stands for, and where it is.
    """
    parts = (
        gloss_name(declaration.name),
        " ".join((declaration.docstring or declaration.remark).split()),
        explicit_part(declaration.signature),
        declaration.body[:_BODY_LIMIT],
        declaration.context,
    )
    text = "\n".join(part for part in parts if part)
    return [text, description] if description else [text]


def explicit_part(signature: str) -> str:
    """A signature without the implicit and instance binders in front of its conclusion.

    `{G : Type*} [Group G] (a : G) : a * 1 = a` becomes `(a : G) : a * 1 = a`.
    """
    kept: list[str] = []
    start = 0
    while start < len(signature) and signature[start] in "({[⦃":
        end = _end_of_group(signature, start)
        if signature[start] == "(":
            kept.append(signature[start:end])
        start = end + (signature[end : end + 1] == " ")
    return " ".join([*kept, signature[start:]]).rstrip()


def _end_of_group(text: str, start: int) -> int:
    depth = 0
    for match in _BRACKET.finditer(text, start):
        depth += 1 if match.group() in "({[⦃" else -1
        if depth == 0:
            return match.end()
    return len(text)


def document_tokens(declaration: Declaration, description: str = "") -> list[str]:
    """What BM25 counts for a declaration; names count four times, docstring and such twice."""
    return [
        *(4 * [token for label in labels(declaration) for token in label]),
        *(tokens(f"{declaration.docstring} {description}") * 2),
        *tokens(declaration.signature),
        *tokens(declaration.body),
        *tokens(declaration.remark),
        *tokens(declaration.context),
    ]


def labels(declaration: Declaration) -> list[list[str]]:
    """The tokens of what a declaration is called: its name, and what its docstring sets in bold,
    such as `**Cantor's theorem**`."""
    titles = (tokens(title) for title in _TITLE.findall(declaration.docstring))
    name = tokens(declaration.name) or [declaration.name.lower()]  # some are of stop words alone
    return [name, *(title for title in titles if title)]


@cache
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english")


@cache
def _word_pattern() -> re.Pattern[str]:
    symbols = _alternatives(sorted(vocabulary().symbols, key=len, reverse=True))
    return re.compile(
        rf"""(?P<symbol>{symbols})
          | (?P<identifier>[^\W\d_][\w.'!?]*)
          | (?P<number>\d+)
          | (?P<other>[^\w\s()\[\]{{}}⟨⟩⦃⦄:;,.`'"«»$&_])
        """,
        re.VERBOSE,
    )


def _alternatives(texts: Sequence[str]) -> str:
    return "|".join(re.escape(text) for text in texts)


def _prepared(text: str) -> str:
    """Text with its LaTeX, compound words and turns of phrase written out."""
    text = text.replace("/\\", " ∧ ").replace("\\/", " ∨ ")
    text = _POSSESSIVE.sub("", _HYPHEN.sub(" ", _without_latex(text)))
    phrases = vocabulary().phrases
    return _phrase_pattern().sub(lambda match: phrases[match.group().lower()], text)


@cache
def _phrase_pattern() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_alternatives(list(vocabulary().phrases))})\b", re.IGNORECASE)


def _without_latex(text: str) -> str:
    if "\\" not in text:
        return text
    tables = vocabulary()

    def read(match: re.Match[str]) -> str:
        return f" {tables.latex.get(match[1], match[1])} "

    def read_blackboard(match: re.Match[str]) -> str:
        return f" {tables.blackboard.get(match[1], match[1])} "

    return _LATEX_COMMAND.sub(read, _BLACKBOARD.sub(read_blackboard, text))


@lru_cache(maxsize=1 << 18)  # identifiers come again and again: a Mathlib has about 150,000
def _read_identifier(identifier: str) -> tuple[str, ...]:
    names = vocabulary().names
    words: list[str] = []
    for component in _COMPONENT_BREAK.split(identifier):
        pieces = [piece for piece in _WORD_BREAK.split(component) if piece]
        position = 0
        while position < len(pieces):
            for count in range(_LONGEST_PART, 0, -1):
                part = "".join(pieces[position : position + count])
                reading = names.get(part) or names.get(part[0].lower() + part[1:])
                if reading is not None:
                    words.extend(reading.split())
                    position += count
                    break
            else:
                words.append(pieces[position].lower())
                position += 1
    return tuple(words)
