"""Formulas built at random and written as Lean writes them: as few brackets as it takes."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

# How tightly each connective binds, from Lean's own notation.
BINDS = {"↔": 20, "→": 25, "∨": 30, "∧": 35}
_NEGATED = 40  # what follows ¬ binds at least so tightly
_ATOM = 50


@dataclass(frozen=True)
class Formula:
    """A formula, its outermost symbol and parts, as `shape` should tell them from `text`.

    `greedy` means that it ends in what would swallow all that follows, such as the
    body of a quantifier.
    """

    text: str
    symbol: str = ""
    left: str = ""
    right: str = ""
    binds: int = _ATOM
    greedy: bool = False


def joined(symbol: str, left: Formula, right: Formula) -> Formula:
    """`left ∧ right`; all but ↔ group to the right."""
    level = BINDS[symbol]
    on_left = _bracketed(left, left.binds <= level or left.greedy)
    on_right = _bracketed(right, right.binds < level or (symbol == "↔" and right.binds == level))
    greedy = right.greedy and on_right == right.text
    text = f"{on_left} {symbol} {on_right}"
    return Formula(text, symbol, left.text, right.text, level, greedy)


def negated(inner: Formula) -> Formula:
    text = _bracketed(inner, inner.binds < _NEGATED)
    return Formula(f"¬{text}", "¬", "", inner.text, _NEGATED, inner.greedy and text == inner.text)


def quantified(symbol: str, bound: str, body: Formula) -> Formula:
    return Formula(f"{symbol} {bound}, {body.text}", symbol, bound, body.text, _ATOM, greedy=True)


def _bracketed(formula: Formula, needed: bool) -> str:
    return f"({formula.text})" if needed else formula.text


_ATOMS = [
    *(Formula(text) for text in ("p", "q x", "r (a ∧ b) c", "True", "l.Nodup")),
    Formula("p fun x => x ∨ y", greedy=True),
    Formula("a + b * 2 ≤ l.length", "≤", "a + b * 2", "l.length"),
    Formula("f (x ∨ y) = g x", "=", "f (x ∨ y)", "g x"),
    Formula("x ∈ s ∩ {y | y = z ∧ p y}", "∈", "x", "s ∩ {y | y = z ∧ p y}"),
    Formula("n = if a ∧ b then 1 else 2", "=", "n", "if a ∧ b then 1 else 2", greedy=True),
]
_BOUND = ["x", "x y", "(x : α)", "(x y : List α) (h : x = y)", "x ∈ s", "{n : Nat}", "⦃a b : α⦄"]


def formulas() -> st.SearchStrategy[Formula]:
    """Any formula of moderate size."""
    return st.recursive(
        st.sampled_from(_ATOMS),
        lambda inner: st.one_of(
            st.builds(joined, st.sampled_from(list(BINDS)), inner, inner),
            st.builds(negated, inner),
            st.builds(quantified, st.sampled_from("∀∃"), st.sampled_from(_BOUND), inner),
            st.builds(quantified, st.just("∃!"), st.just("x"), inner),
        ),
        max_leaves=8,
    )
