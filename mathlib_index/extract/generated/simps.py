"""The lemmas that `@[simps]` makes of a definition, by the rules of `Mathlib/Tactic/Simps`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mathlib_index.declaration import Declaration
from mathlib_index.extract.found import Found
from mathlib_index.extract.generated.attributes import Attribute, nested, option, parse_attributes
from mathlib_index.extract.generated.companions import made_of, split_signature
from mathlib_index.extract.generated.elaboration import substitute
from mathlib_index.extract.generated.projections import Projection, Projections
from mathlib_index.extract.generated.terms import Term
from mathlib_index.extract.generated.values import Value, field_values, is_constructor

_NAMES = {"simps", "simps!", "simps?", "simps!?", "simps?!"}
_NEVER_OPENED = {"Prod", "PProd", "Opposite", "PreOpposite"}
"""Structures into whose fields lemmas do not go down unasked."""
_NAME_STEM = re.compile(r'nameStem := "(?P<stem>[^"]*)"')
_DEEPEST = 4  # structures in fields of structures
_MOST_LEMMAS = 40  # of one definition
_LONGEST_VALUE = 240  # characters of a right-hand side; what goes beyond is cut


@dataclass(frozen=True)
class _Lemma:
    """One lemma: the pieces of its name, and both sides."""

    pieces: tuple[str, ...]
    left: str
    right: str


class Simps:
    """Makes the lemmas, given the projections of the library's structures."""

    def __init__(self, projections: Projections) -> None:
        self._projections = projections

    def lemmas(self, one: Found) -> list[Declaration]:
        """All lemmas of the `@[simps]` attributes of one definition, as far as can be told."""
        if "simps" not in one.attributes:
            return []
        made: dict[str, Declaration] = {}
        for given in parse_attributes(one.attributes):
            for attribute in (given, *nested(given)):
                if attribute.name in _NAMES:
                    for lemma in self._lemmas(one, attribute):
                        declaration = _declaration(one, lemma)
                        made.setdefault(declaration.name, declaration)
        return list(made.values())

    def _lemmas(self, one: Found, attribute: Attribute) -> Iterable[_Lemma]:
        words = [word for word in attribute.words if word[:1] not in "+-!?"]
        stem = _stem(one, attribute)
        stated = self._projections.stated(one)
        last = one.declaration.name.rpartition(".")[2]
        start = _Lemma((stem,) if stem else (), " ".join([last, *stated.arguments]), "")
        opens_all = "!" in attribute.name
        found = list(self._below(one, stated.result, start, one.value, opens_all, words, _DEEPEST))
        named = {lemma.pieces for lemma in found}
        # What is asked for by name is made, even where this module does not see how.
        for word in words:
            pieces = (*start.pieces, word)
            if pieces not in named and "_".join(pieces) not in map("_".join, named):
                found.append(_Lemma(pieces, f"{_grouped(start.left)}.{word}", ""))
        return found[:_MOST_LEMMAS]

    def _below(
        self,
        one: Found,
        kind: Term,
        start: _Lemma,
        text: str,
        opens_all: bool,
        words: list[str],
        depth: int,
    ) -> Iterator[_Lemma]:
        """The lemmas on the fields of a value of the structure `kind`."""
        structure = self._projections.structure_of(kind, one)
        if structure is None or depth == 0:
            return
        name, given = structure
        projections = self._projections.of(name)
        fields = self._projections.field_names(name)
        values = field_values(text, fields) or {}
        for projection in projections:
            asked = [_rest(word, projection.name) for word in words]
            further = [rest for rest in asked if rest]
            if words and all(rest is None for rest in asked):
                continue
            if not words and not projection.is_default:
                continue
            value = values.get(projection.field)
            lemma = _extend(start, projection, value)
            if "" in asked:
                yield lemma
            if words and not further:
                continue
            inner_kind = substitute(projection.type, given)
            opened = self._opened(inner_kind, one, value, opens_all, bool(further))
            inner: list[_Lemma] = []
            if opened:
                inner_text = value.text if value is not None else ""
                inner = list(
                    self._below(one, inner_kind, lemma, inner_text, opens_all, further, depth - 1)
                )
            if inner:
                yield from inner
            elif not words and not opened:
                yield lemma

    def _opened(
        self, kind: Term, one: Found, value: Value | None, opens_all: bool, asked: bool
    ) -> bool:
        structure = self._projections.structure_of(kind, one)
        if asked:
            return True
        if value is not None and is_constructor(value.text):
            return structure is None or structure[0] not in _NEVER_OPENED
        return opens_all and structure is not None and structure[0] not in _NEVER_OPENED


def _stem(one: Found, attribute: Attribute) -> str:
    given = _NAME_STEM.search(option(attribute, "config"))
    stem = option(attribute, "nameStem")
    if given is not None or stem:
        return given["stem"] if given is not None else stem.strip('"')
    last = one.declaration.name.rpartition(".")[2]
    return "" if one.declaration.kind == "instance" and last.startswith("inst") else last


def _rest(word: str, name: str) -> str | None:
    """What of `apply_coe` is left behind `apply`: `coe`; None if it does not begin so."""
    if word == name:
        return ""
    return word[len(name) + 1 :] if word.startswith(name + "_") else None


def _grouped(term: str) -> str:
    return f"({term})" if " " in term else term


def _extend(start: _Lemma, projection: Projection, value: Value | None) -> _Lemma:
    pieces = start.pieces
    pieces = (projection.name, *pieces) if projection.is_prefix else (*pieces, projection.name)
    arguments = value.arguments if value is not None else ""
    subject = _grouped(start.left)
    left = {
        "apply": f"{subject} {arguments}",
        "symm_apply": f"{subject}.symm {arguments}",
        "coe": f"↑{subject} {arguments}",
    }.get(projection.name, f"{subject}.{projection.field} {arguments}")
    right = value.text if value is not None else ""
    return _Lemma(pieces, left.strip(), right)


def _declaration(one: Found, lemma: _Lemma) -> Declaration:
    namespace = one.declaration.name.rpartition(".")[0]
    last = "_".join(lemma.pieces) if len(lemma.pieces) > 1 else f"{lemma.pieces[0]}_def"
    _, binders, _ = split_signature(one.declaration.signature)
    right = lemma.right
    if len(right) > _LONGEST_VALUE:
        right = right[:_LONGEST_VALUE] + "…"
    statement = f"{lemma.left} = {right}" if right else lemma.left
    name = f"{namespace}.{last}" if namespace else last
    return made_of(one, name, f"{binders} : {statement}".strip())
