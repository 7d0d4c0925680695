"""The outer shape of a formula as Lean prints it: which connective comes last to be read."""

from __future__ import annotations

from dataclasses import dataclass

# From the loosest to the tightest; the first one found outside brackets is the outermost.
_CONNECTIVES = ("↔", "→", "∨", "∧")
_RELATIONS = ("=", "≠", "≤", "<", "≥", ">", "∈", "∉", "⊆", "∣")
_BINDERS = ("∀", "∃", "∃!", "fun", "λ")
_OPEN, _CLOSE = "([{⟨", ")]}⟩"


@dataclass(frozen=True)
class Shape:
    """The outermost symbol of a formula and what stands to both sides of it.

    For a quantifier `symbol` is it, `left` the bound variables, `right` the body.
    A formula without any connective, relation or quantifier has the symbol "".
    """

    symbol: str
    left: str = ""
    right: str = ""


def shape(formula: str) -> Shape:
    """The outer shape of `formula`, for example ("∧", "a", "b ∨ c") of `a ∧ (b ∨ c)`."""
    formula = _unwrapped(formula.strip())
    words = _outer_words(formula)
    first = words[0][0] if words else ""
    if first in ("∀", "∃", "∃!"):
        bound, _, body = _split_comma(formula[len(first) :])
        return Shape(first, bound.strip(), body.strip())
    for symbol in _CONNECTIVES:
        places = [place for word, place in words if word == symbol]
        if places:
            return _cut(formula, symbol, places[0])
    if first.startswith("¬"):
        return Shape("¬", "", formula[1:].strip())
    for word, place in words:
        if word in _RELATIONS:
            return _cut(formula, word, place)
    return Shape("")


def head(formula: str) -> str:
    """The first word of a formula: the predicate of `Even n`, without its namespace."""
    words = _unwrapped(formula.strip()).split()
    return words[0].split(".")[-1] if words else ""


def introduced(formula: str) -> tuple[list[str], list[str], str] | None:
    """What one `intro` step takes off a formula: names, their types, and what is left.

    None where there is nothing to introduce. A type that the formula does not show is "".
    """
    outer = shape(formula)
    if outer.symbol == "∀":
        names = _bound_names(outer.left)
        kind = outer.left.partition(" : ")[2].strip(" ()")
        return names, [kind if name != "h" else outer.left for name in names], outer.right
    if outer.symbol == "→":
        return ["h"], [outer.left], outer.right
    if outer.symbol == "¬":
        return ["h"], [outer.right], "False"
    if outer.symbol == "≠":
        return ["h"], [f"{outer.left} = {outer.right}"], "False"
    return None


def _bound_names(bound: str) -> list[str]:
    """Names in `x y`, `x y : α`, `(x : α) (h : p)`; `∀ x ∈ s` and `∀ x > 0` also bind a premise."""
    if bound[:1] in ("(", "{", "["):
        names: list[str] = []
        depth, start = 0, 0
        for place, character in enumerate(bound):
            depth += (character in _OPEN) - (character in _CLOSE)
            if depth == 0 and character in _CLOSE:
                names += bound[start:place].strip(" ({[").split(":")[0].split()
                start = place + 1
        return names
    before = bound.split(":")[0].split()
    for place, word in enumerate(before):
        if word in _RELATIONS:
            return [*before[:place], "h"]
    return before


def _unwrapped(formula: str) -> str:
    while formula.startswith("(") and formula.endswith(")"):
        depth = 0
        for place, character in enumerate(formula):
            depth += (character in _OPEN) - (character in _CLOSE)
            if depth == 0 and place < len(formula) - 1:
                return formula
        formula = formula[1:-1].strip()
    return formula


def _outer_words(formula: str) -> list[tuple[str, int]]:
    """The words outside brackets and their places, up to the first binder that is not in front."""
    words: list[tuple[str, int]] = []
    depth, place = 0, 0
    for piece in formula.split(" "):
        if depth == 0 and piece:
            words.append((piece, place))
            if piece in _BINDERS and len(words) > 1:
                return words
        depth += sum((c in _OPEN) - (c in _CLOSE) for c in piece)
        place += len(piece) + 1
    return words


def _split_comma(text: str) -> tuple[str, str, str]:
    depth = 0
    for place, character in enumerate(text):
        depth += (character in _OPEN) - (character in _CLOSE)
        if character == "," and depth == 0:
            return text[:place], ",", text[place + 1 :]
    return text, "", ""


def _cut(formula: str, symbol: str, place: int) -> Shape:
    return Shape(symbol, formula[:place].strip(), formula[place + len(symbol) :].strip())
