"""Lean types read as terms: enough of the grammar to see which constants are applied to what."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mathlib_index.extract.generated.notations import (
    BINDERS,
    BRACKETS,
    INFIXES,
    POSTFIXES,
    PREFIXES,
    SYMBOLS,
    TYPED_SYMBOLS,
    Infix,
)


@dataclass(frozen=True)
class Term:
    """A head applied to explicit arguments.

    The head is an identifier as written, a constant of a notation in full with a leading `_root_.`,
    a numeral, or one of the words below.
    """

    head: str
    arguments: tuple[Term, ...] = ()
    bound: tuple[Binder, ...] = ()
    """Of `∀` and `fun`: what they bind. Their one argument is the body."""


@dataclass(frozen=True)
class Binder:
    """`(x y : α)`: names and type, and the bracket that opens it."""

    names: tuple[str, ...]
    type: Term
    bracket: str = "("


HOLE = Term("_")
TYPE, PROP, SORT, FORALL, FUN, APPLY = "Type", "Prop", "Sort", "∀", "fun", "·"
"""Heads that are no identifiers; `·` applies its first argument, a term, to the others."""
COE, OF_TYPE, TYPE_OF = "↑", ":", "?"
"""`↑ x` coerces, `: x α` is `(x : α)`, `? x` is the type of x."""
KEYWORDS = frozenset({"_", TYPE, PROP, SORT, FORALL, FUN, APPLY, COE, OF_TYPE, TYPE_OF})

_LETTER = r"A-Za-z_α-κμ-ωΑ-ΟΡΤ-ΩϊϋόύώϏ-ϻἀ-῾℀-⅏𝒜-𝖟"
_PART = rf"(?:«[^»]*»|[{_LETTER}][{_LETTER}0-9'!?₀-₉ₐ-ₜᵢ-ᵪⱼ]*)"
_BY_LENGTH = sorted(
    {
        *INFIXES,
        *SYMBOLS,
        *TYPED_SYMBOLS,
        *PREFIXES,
        *POSTFIXES,
        *BRACKETS,
        *BINDERS,
        "Π",
        "λ",
        "∀",
        "×ˢ",
    },
    key=len,
    reverse=True,
)
_SYMBOL = "|".join(re.escape(token) for token in _BY_LENGTH)
_TOKEN = re.compile(
    rf"""(?P<gap>\s+) | (?P<universes>\.\{{[^}}]*\}})
      | (?P<string>"(?:[^"\\]|\\.)*+"?)
      | (?P<sort>(?:Type|Sort)\*|(?:Type|Sort|Prop)(?![{_LETTER}0-9'.]))
      | (?P<symbol>//|→(?!\S)|{_SYMBOL})
      | (?P<name>[@.]?{_PART}(?:\.(?:{_PART}|[0-9]+))*)
      | (?P<number>\d+)
      | (?P<other>:=|=>|↦|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_NAME_FIRST = re.compile(rf"[{_LETTER}]")
_OPENERS = {"(": ")", "{": "}", "[": "]", "⟨": "⟩", "⦃": "⦄", "‖": "‖", "⌊": "⌋", "⌈": "⌉"}
_STOPS = {"//", ")", "}", "]", "⟩", "⦄", ",", ";", ":=", "=>", "↦", ":", "⁆", "⟯", "|", "⦌", ""}
_DEEPEST = 60  # nested terms; deeper ones become holes
_LONGEST = 3000  # tokens of one type


def parse_term(text: str) -> Term:
    """The term that `text` writes; what it cannot make sense of is a hole. Total on any text."""
    return _Parser(text).term(0)


def parse_signature(text: str) -> tuple[list[Binder], Term]:
    """Binders in front of a colon, and the type behind it (a hole where there is none)."""
    parser = _Parser(text)
    binders = parser.binders()
    if parser.peek() == ":":
        parser.advance()
        return binders, parser.term(0)
    return binders, HOLE


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens: list[str] = []
        self.spaced: list[bool] = []  # whether a gap stands in front of the token
        gap = True
        for match in _TOKEN.finditer(text):
            if match.lastgroup == "gap":
                gap = True
            elif match.lastgroup != "universes":
                self.tokens.append(match.group())
                self.spaced.append(gap)
                gap = False
            if len(self.tokens) >= _LONGEST:
                break
        self.position = 0
        self.depth = 0
        self.placeholders: list[list[str]] = []  # of `(· + ·)`, for each round bracket open

    def peek(self, ahead: int = 0) -> str:
        place = self.position + ahead
        return self.tokens[place] if place < len(self.tokens) else ""

    def advance(self) -> str:
        token = self.peek()
        self.position += 1
        return token

    def close(self, closer: str) -> None:
        """Go behind the closing bracket that belongs to one already opened."""
        depth = 0
        while token := self.peek():
            if token == closer and depth == 0:
                self.position += 1
                return
            depth += (token in "([{⟨⦃") - (token in ")]}⟩⦄")
            if depth < 0:
                return
            self.position += 1

    def binders(self) -> list[Binder]:
        """Bracketed binders, and bare names, up to a `:` or what is none."""
        found: list[Binder] = []
        while True:
            token = self.peek()
            if token in {"(", "{", "[", "⦃"}:
                found.append(self._bracketed_binder(self.advance()))
            elif token == "_" or _NAME_FIRST.match(token):
                found.append(Binder((self.advance(),), HOLE))
            else:
                return found

    def _bracketed_binder(self, opener: str) -> Binder:
        start = self.position
        names: list[str] = []
        while self.peek() == "_" or (self.peek() and _NAME_FIRST.match(self.peek())):
            names.append(self.advance())
        if self.peek() == ":" and names:
            self.advance()
            kind = self.term(0)
        elif opener == "[":
            self.position, names = start, []
            kind = self.term(0)
        else:
            kind = HOLE
        self.close(_OPENERS[opener])
        return Binder(tuple(names), kind, opener)

    def term(self, least: int) -> Term:
        """A term whose operators bind at least as tightly as `least`."""
        if self.depth >= _DEEPEST:
            self.position = len(self.tokens)
            return HOLE
        self.depth += 1
        left = self._application()
        while True:
            token = self.peek()
            if token == "→":
                if least > 25:
                    break
                self.advance()
                left = Term(FORALL, (self.term(25),), (Binder(("_",), left),))
                continue
            infix = INFIXES.get(token)
            if infix is None or infix.precedence < least:
                break
            self.advance()
            left = self._infix(infix, token, left)
        self.depth -= 1
        return left

    def _infix(self, infix: Infix, token: str, left: Term) -> Term:
        inner: list[Term] = []
        if token[-1] in "[⁅":
            closer = "]" if token[-1] == "[" else "⁆"
            inner.append(self.term(0))
            while self.peek() in {",", ";"}:
                self.advance()
                inner.append(self.term(0))
            self.close(closer)
        right = self.term(infix.precedence if infix.right else infix.precedence + 1)
        if not infix.constant:
            function, argument = (right, left) if token == "|>" else (left, right)
            return _apply(function, (argument,))
        if infix.arguments in {"sum", "prod"}:
            inside = Term("_root_." + infix.arguments.capitalize(), (left, right))
            return Term("_root_.Lex", (inside,))
        sides = {"left": left, "right": right}
        words = ["type:left"] * infix.types + infix.arguments.split()
        return Term("_root_." + infix.constant, tuple(_place(word, sides, inner) for word in words))

    def _application(self) -> Term:
        function = self._argument()
        if function is None:
            return HOLE
        arguments: list[Term] = []
        while (argument := self._argument()) is not None:
            arguments.append(argument)
        return _apply(function, tuple(arguments))

    def _argument(self) -> Term | None:
        """One atom with its postfixes; None where no term can begin."""
        if self.peek() in INFIXES or self.peek() in _STOPS or self.peek() == "→":
            if self.peek() == "-" and self.position == 0:
                self.advance()
            else:
                return None
        term = self._atom()
        while True:
            token = self.peek()
            if token in POSTFIXES:
                self.advance()
                term = Term("_root_." + POSTFIXES[token], (term,))
            elif token.startswith(".") and len(token) > 1 and not self._spaced():
                self.advance()
                term = Term(token, (term,))
            else:
                return term

    def _spaced(self) -> bool:
        return self.position < len(self.spaced) and self.spaced[self.position]

    def _atom(self) -> Term:
        token = self.advance()
        if token in SYMBOLS:
            return Term("_root_." + SYMBOLS[token])
        if token in TYPED_SYMBOLS:
            constant, kind = TYPED_SYMBOLS[token]
            return Term("_root_." + constant, (Term("_root_." + kind),))
        if token in {"Type", "Sort"}:
            if self.peek() == "(":
                self.advance()
                self.close(")")
            elif re.fullmatch(r"_|[uvwxyz]\w*|\d+", self.peek()):
                self.advance()
            return Term(token)
        if token in {"Type*", "Sort*", "Prop"}:
            return Term(token.removesuffix("*"))
        if token in {"∀", "Π"} or token in {"fun", "λ"} or token in BINDERS:
            return self._binding(token)
        if token in PREFIXES:
            return Term("_root_." + PREFIXES[token], (self._argument() or HOLE,))
        if token in BRACKETS:
            closer, constant = BRACKETS[token]
            return Term("_root_." + constant, tuple(self._sequence(closer)))
        if token in {"↥", "↑", "⇑"}:
            return Term(COE, (self._argument() or HOLE,))
        if token == "(":
            return self._round()
        if token == "·" and self.placeholders:
            self.placeholders[-1].append(f"·{len(self.placeholders[-1])}")
            return Term(self.placeholders[-1][-1])
        if token == "{":
            return self._curly()
        if token == "[":
            return Term("_root_.List", tuple(self._sequence("]"))) if self.peek() else HOLE
        if token in _OPENERS:
            self._sequence(_OPENERS[token])
            return HOLE
        if _NAME_FIRST.match(token) or token.startswith("@") or token.isdigit():
            return HOLE if token == "_" else Term(token.removeprefix("@"))
        return HOLE

    def _sequence(self, closer: str) -> list[Term]:
        inside: list[Term] = []
        while self.peek() and self.peek() != closer:
            inside.append(self.term(0))
            if self.peek() not in {",", ";"}:
                break
            self.advance()
        self.close(closer)
        return inside

    def _binding(self, token: str) -> Term:
        if token in BINDERS and self.peek() == "(" and self.peek(2) not in {":", "_"}:
            return Term("_root_." + BINDERS[token], ())
        bound = self.binders()
        domain = HOLE
        if self.peek() in {":", "∈", "<", "≤"}:
            typed = self.advance() == ":"
            domain = self.term(0)
            if typed:
                bound = [Binder(binder.names, domain, binder.bracket) for binder in bound]
        if self.peek() in {",", "=>", "↦"}:
            self.advance()
        body = self.term(0)
        names = tuple(bound)
        if token in {"∀", "Π"}:
            return Term(FORALL, (body,), names)
        function = Term(FUN, (body,), names)
        if token in BINDERS:
            return Term("_root_." + BINDERS[token], (function,))
        return function

    def _round(self) -> Term:
        first = self._named_binder()
        if first is not None:
            return first
        self.placeholders.append([])
        terms = [self.term(0)]
        if self.peek() == ":":
            self.advance()
            terms[0] = Term(OF_TYPE, (terms[0], self.term(0)))
        elif self.peek() == ":=":
            self.placeholders.pop()
            self.close(")")
            return Term(":=")
        while self.peek() == ",":
            self.advance()
            terms.append(self.term(0))
        self.close(")")
        term = terms[0] if len(terms) == 1 else Term("_root_.Prod.mk", tuple(terms))
        left_open = self.placeholders.pop()
        return Term(FUN, (term,), (Binder(tuple(left_open), HOLE),)) if left_open else term

    def _named_binder(self) -> Term | None:
        """`(x : α) → β`, read behind its opening bracket; None if it is none."""
        start = self.position
        binder = self._bracketed_binder("(")
        if binder.names and self.peek() == "→":
            self.advance()
            return Term(FORALL, (self.term(25),), (binder,))
        self.position = start
        return None

    def _curly(self) -> Term:
        """`{x : α // p}`, `{x | p}` or `{a, b}`, read behind its opening bracket."""
        start = self.position
        names: list[str] = []
        while self.peek() and _NAME_FIRST.match(self.peek()):
            names.append(self.advance())
        kind = HOLE
        if names and self.peek() == ":":
            self.advance()
            kind = self.term(0)
        mark = self.advance()
        if names and mark == "}" and self.peek() == "→":
            self.advance()
            return Term(FORALL, (self.term(25),), (Binder(tuple(names), kind, "{"),))
        if names and mark in {"//", "|", "∈"}:
            if mark == "∈":
                self.term(0)
            function = Term(FUN, (self.term(0),), (Binder(tuple(names), kind),))
            self.close("}")
            return Term("_root_.Subtype" if mark == "//" else "_root_.setOf", (function,))
        self.position = start
        self._sequence("}")
        return Term("_root_.Singleton.singleton")


def _place(word: str, sides: dict[str, Term], inner: list[Term]) -> Term:
    kind, _, which = word.rpartition(":")
    term = sides.get(which)
    if term is None:
        number = int(which)
        term = inner[number] if number < len(inner) else HOLE
    if kind == "type":
        return Term(TYPE_OF, (term,))
    if kind == "id":
        return Term("_root_.RingHom.id", (term,))
    if kind == "star":
        return Term("_root_.starRingEnd", (term,))
    return term


def _apply(function: Term, arguments: tuple[Term, ...]) -> Term:
    arguments = tuple(argument for argument in arguments if argument.head != ":=")
    if not arguments:
        return function
    if function.bound or function.head in {COE, OF_TYPE, TYPE_OF}:
        return Term(APPLY, (function, *arguments))
    return Term(function.head, function.arguments + arguments)
