"""The outer shape of a formula as Lean prints it: which connective comes last to be read."""

from __future__ import annotations

from dataclasses import dataclass

# From the loosest to the tightest; the first one found outside brackets is the outermost.
_CONNECTIVES = ("↔", "→", "∨", "∧")
_RELATIONS = ("=", "≠", "≤", "<", "≥", ">", "∈", "∉", "⊆", "∣")
# These take all that follows them, to the next closing bracket.
_BINDERS = ("∀", "∃", "∃!", "fun", "λ", "if", "match", "let", "have")
_OPEN, _CLOSE = "([{⟨⦃", ")]}⟩⦄"


@dataclass(frozen=True)
class Shape:
    """The outermost symbol of a formula and what stands to both sides of it.

    The parts of a connective come without the brackets around them. For a
    quantifier `symbol` is it, `left` the bound variables, `right` the body. A
    formula without any connective, relation or quantifier has the symbol "".
    """

    symbol: str
    left: str = ""
    right: str = ""


def shape(formula: str) -> Shape:
    """The outer shape of `formula`, for example ("∧", "a", "b ∨ c") of `a ∧ (b ∨ c)`."""
    formula = unwrapped(formula.strip())
    words = _outer_words(formula)
    first = words[0][0] if words else ""
    if first in ("∀", "∃", "∃!"):
        bound, _, body = partition_outside(formula[len(first) :], ",")
        return Shape(first, bound.strip(), body.strip())
    for symbol in _CONNECTIVES:
        places = [place for word, place in words if word == symbol]
        if places:
            left, right = _cut(formula, symbol, places[0])
            return Shape(symbol, unwrapped(left), unwrapped(right))
    if first.startswith("¬"):
        return Shape("¬", "", unwrapped(formula[1:].strip()))
    for word, place in words:
        if word in _RELATIONS:
            return Shape(word, *_cut(formula, word, place))
    return Shape("")


def head(formula: str) -> str:
    """The first word of a formula: the predicate of `Even n`, without its namespace."""
    words = unwrapped(formula.strip()).split()
    return words[0].split(".")[-1] if words else ""


def introduced(formula: str) -> tuple[list[tuple[str, str]], str] | None:
    """What one `intro` step takes off a formula: names with their types, and what is left.

    None where there is nothing to introduce. A premise has no name of its own, so
    its name is ""; a type that the formula does not show is "".
    """
    outer = shape(formula)
    if outer.symbol == "∀":
        return _bound(outer.left), outer.right
    if outer.symbol == "→":
        return [("", outer.left)], outer.right
    if outer.symbol == "¬":
        return [("", outer.right)], "False"
    if outer.symbol == "≠":
        return [("", f"{outer.left} = {outer.right}")], "False"
    return None


def _bound(text: str) -> list[tuple[str, str]]:
    """Names and types in `x y`, `x y : α`, `(x : α) (h : p)`; `x ∈ s` also binds a premise."""
    if text[:1] in _OPEN:
        groups = bracketed(text)
        return [pair for g in groups for pair in (_bound(g) if " : " in g else [("", g)])]
    names, colon, kind = text.partition(" : ")
    words = (names if colon else text).split()
    for place, word in enumerate(words):
        if word in _RELATIONS:
            rest = text[text.index(word) :]
            return [pair for x in words[:place] for pair in ((x, ""), ("", f"{x} {rest}"))]
    return [(name, kind) for name in words]


def bracketed(text: str) -> list[str]:
    """The insides of the outermost brackets."""
    groups: list[str] = []
    depth, start = 0, 0
    for place, character in enumerate(text):
        if character in _OPEN:
            depth += 1
            start = place + 1 if depth == 1 else start
        elif character in _CLOSE:
            depth -= 1
            if depth == 0:
                groups.append(text[start:place])
    return groups


def unwrapped(formula: str) -> str:
    """The text without the round brackets around all of it."""
    while formula.startswith("(") and formula.endswith(")"):
        depth = 0
        for place, character in enumerate(formula):
            depth += (character in _OPEN) - (character in _CLOSE)
            if depth == 0 and place < len(formula) - 1:
                return formula
        formula = formula[1:-1].strip()
    return formula


def _outer_words(formula: str) -> list[tuple[str, int]]:
    """The words outside brackets and their places, up to the first that takes all behind it."""
    words: list[tuple[str, int]] = []
    depth, place = 0, 0
    for piece in formula.split(" "):
        if depth == 0 and piece:
            words.append((piece, place))
            if piece.lstrip("¬") in _BINDERS:
                return words
        depth += sum((c in _OPEN) - (c in _CLOSE) for c in piece)
        place += len(piece) + 1
    return words


def partition_outside(text: str, separator: str) -> tuple[str, str, str]:
    """`text.partition(separator)` at the first separator outside all brackets."""
    depth = 0
    for place, character in enumerate(text):
        depth += (character in _OPEN) - (character in _CLOSE)
        if depth == 0 and text.startswith(separator, place):
            return text[:place], separator, text[place + len(separator) :]
    return text, "", ""


def _cut(formula: str, symbol: str, place: int) -> tuple[str, str]:
    return formula[:place].strip(), formula[place + len(symbol) :].strip()
