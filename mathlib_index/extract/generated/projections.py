"""The projections that `@[simps]` uses: their names, types, and which it takes unasked."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from mathlib_index.extract.found import Found
from mathlib_index.extract.generated.elaboration import Elaboration, Scope, substitute
from mathlib_index.extract.generated.library import Library
from mathlib_index.extract.generated.terms import (
    FORALL,
    HOLE,
    KEYWORDS,
    PROP,
    Binder,
    Term,
    parse_signature,
    parse_term,
)

_ROOT = "_root_."
_STRUCTURES = {"structure", "class"}
_RELATIONS = frozenset(
    """
    Eq Ne HEq Iff And Or Not Exists ExistsUnique LT.lt LE.le GT.gt GE.ge Dvd.dvd Membership.mem
    HasSubset.Subset HasSSubset.SSubset True False HasEquiv.Equiv CovBy Nonempty
    """.split()  # noqa: SIM905
)
_RULE = re.compile(
    r"(?P<old>[\w'!?₀-₉]+) → (?P<new>[\w'!?₀-₉]+)|(?P<sign>[-+]|as_prefix )\s*(?P<name>[\w'!?₀-₉]+)"
)
_HOM = re.compile(r"\bHom\b[^:]*:= (?:fun [^↦]*↦ )?\(?(?P<head>[^\W\d][\w.'₀-₉]*)")
_CATEGORIES = {"Category", "LargeCategory", "SmallCategory", "CategoryStruct", "Quiver"}
_CORE_FIELDS: dict[str, tuple[tuple[str, str], ...]] = {
    "Subtype": (("val", "coe"),),
    "Prod": (("fst", "fst"), ("snd", "snd")),
    "PProd": (("fst", "fst"), ("snd", "snd")),
    "Sigma": (("fst", "fst"), ("snd", "snd")),
    "PSigma": (("fst", "fst"), ("snd", "snd")),
    "Fin": (("val", "val"),),
    "ULift": (("down", "down"),),
    "PLift": (("down", "down"),),
    "Inhabited": (("default", "default"),),
    "Zero": (("zero", "zero"),),
    "One": (("one", "one"),),
    "Add": (("add", "add"),),
    "Mul": (("mul", "mul"),),
    "Neg": (("neg", "neg"),),
    "Sub": (("sub", "sub"),),
    "Div": (("div", "div"),),
    "SMul": (("smul", "smul"),),
    "Max": (("max", "max"),),
    "Min": (("min", "min"),),
    "LE": (("le", "le"),),
    "LT": (("lt", "lt"),),
}
"""Fields of structures of Lean's core library, with what Mathlib calls them in lemmas."""
_UNFOLDINGS = 5  # names for a structure that stand for one another
_DEEPEST = 30  # structures that extend structures


@dataclass(frozen=True)
class Projection:
    """One projection: `apply` for the field `toFun` of `Equiv`."""

    name: str
    """As it stands in the names of lemmas."""
    field: str
    type: Term = HOLE
    is_default: bool = True
    """Whether `@[simps]` without arguments makes a lemma of it."""
    is_prefix: bool = False


@dataclass(frozen=True)
class Stated:
    """What the signature of a definition says."""

    scope: Scope
    result: Term
    arguments: tuple[str, ...]
    """Names of its explicit arguments."""


class Projections:
    """The projections of each structure of a library."""

    def __init__(self, library: Library, elaboration: Elaboration) -> None:
        self._library = library
        self._elaboration = elaboration
        self._known: dict[str, list[Projection]] = {}
        self._field_names: dict[str, tuple[str, ...]] = {}
        self._homs: dict[str, str] = {}
        self._latest: Stated | None = None
        for one in library.instances():
            self._learn_morphisms(one)

    def _learn_morphisms(self, one: Found) -> None:
        """From `instance : Category Foo where Hom X Y := Foo.Hom X Y`: what its arrows are."""
        if "Hom" not in one.value:
            return
        hom = _HOM.search(one.value)
        _, result = parse_signature(one.statement)
        if hom is None or result.head not in _CATEGORIES or not result.arguments:
            return
        objects = self._library.resolve_term(result.arguments[0], (), one).head
        arrows = self._library.resolve(hom["head"], one.namespace, one.opened)
        if arrows is not None and objects.startswith(_ROOT):
            self._homs[objects.removeprefix(_ROOT)] = arrows

    def stated(self, one: Found) -> Stated:
        """The signature of a declaration, with its constants in full."""
        if self._latest is None or self._latest.scope.place is not one:
            variables, _ = self._library.resolve_signature(one, (), one.variables)
            bound = [binder.names[0] for binder in variables]
            own, result = self._library.resolve_signature(one, bound, one.statement)
            binders = [*variables, *own]
            types = {binder.names[0]: binder.type for binder in binders if binder.names[0]}
            explicit = [binder.names[0] for binder in binders if binder.bracket == "("]
            self._latest = Stated(Scope(one, types), result, tuple(explicit))
        return self._latest

    def field_names(self, structure: str) -> tuple[str, ...]:
        """Names of its own fields and of those of what it extends."""
        known = self._field_names.get(structure)
        if known is None:
            fields = tuple(one.field for one in self._fields(structure, _DEEPEST))
            known = self._field_names[structure] = fields
        return known

    def data_fields(self, structure: str) -> tuple[str, ...]:
        """The field names without those of proofs."""
        return tuple(one.field for one in self._fields(structure, _DEEPEST) if one.is_default)

    def is_structure(self, name: str) -> bool:
        """Whether that full name is of a structure or class whose fields are known."""
        one = self._library.get(name)
        if one is None:
            return name in _CORE_FIELDS
        return one.declaration.kind in _STRUCTURES

    def of(self, structure: str) -> list[Projection]:
        """Own fields first, then those of what it extends, as the library's rules rename them."""
        known = self._known.get(structure)
        if known is None:
            one = self._library.get(structure)
            plain = self._fields(structure, _DEEPEST)
            rules = one.projections if one is not None else ""
            known = self._known[structure] = _apply_rules(plain, rules)
        return known

    def _fields(self, structure: str, depth: int) -> list[Projection]:
        one = self._library.get(structure)
        if one is None or depth == 0:
            core = _CORE_FIELDS.get(structure, ())
            return [Projection(name, field) for field, name in core]
        signature = self._library.signature(structure)
        parameters = signature[0] if signature else []
        scope = Scope(one, {binder.names[0]: binder.type for binder in parameters})
        bound = {*scope.types, *(field.name for field in one.fields)}
        found: dict[str, Projection] = {}
        for field in one.fields:
            text = f"{field.binders} : {field.type}" if field.type else ""
            binders, kind = self._library.resolve_signature(one, bound, text)
            whole = _pi(binders, kind)
            is_proof = self.is_proposition(kind, scope)
            found[field.name] = Projection(field.name, field.name, whole, is_default=not is_proof)
        for text in one.parents:
            parent = self._library.resolve_term(parse_term(text), bound, one)
            name = parent.head.removeprefix(_ROOT)
            given = self._parameters(name, parent.arguments)
            for projection in self._fields(name, depth - 1):
                kind = substitute(projection.type, given)
                found.setdefault(projection.field, replace(projection, type=kind))
        return list(found.values())

    def _parameters(self, structure: str, arguments: tuple[Term, ...]) -> dict[str, Term]:
        signature = self._library.signature(structure)
        explicit = [one for one in (signature[0] if signature else ()) if one.bracket == "("]
        return {
            binder.names[0]: argument for binder, argument in zip(explicit, arguments, strict=False)
        }

    def is_proposition(self, kind: Term, scope: Scope) -> bool:
        """Whether a resolved type is a proposition, as far as the library tells."""
        for _ in range(_UNFOLDINGS):
            kind = _conclusion(kind)
            head = kind.head.removeprefix(_ROOT)
            if head in _RELATIONS:
                return True
            if head in scope.types:
                return _conclusion(scope.types[head]).head == PROP
            signature = self._library.signature(head) if kind.head.startswith(_ROOT) else None
            if signature is None:
                return False
            if signature[1].head != HOLE.head:
                return _conclusion(signature[1]).head == PROP
            unfolded = self._elaboration.unfolded(kind, scope)
            if unfolded is None:
                return False
            kind = unfolded
        return False

    def structure_of(self, kind: Term, place: Found) -> tuple[str, dict[str, Term]] | None:
        """The structure that a type is, behind its arguments, with what its parameters stand for.

        None where the type is no structure, or cannot be told.
        """
        scope = self.stated(place).scope
        for _ in range(_UNFOLDINGS):
            kind = _conclusion(kind)
            name, arguments = kind.head.removeprefix(_ROOT), kind.arguments
            if kind.head not in KEYWORDS:
                spelled = self._elaboration.spelled_out(kind, scope)
                name, arguments = spelled if spelled is not None else (name, arguments)
            if name == "Quiver.Hom" and len(arguments) == 2:
                objects = self._elaboration.type_of(arguments[0], scope)
                name = self._homs.get(objects.head.removeprefix(_ROOT), "") if objects else ""
                return (name, {}) if self.is_structure(name) else None
            if self.is_structure(name):
                return name, self._parameters(name, arguments)
            unfolded = self._elaboration.unfolded(kind, scope)
            if unfolded is None:
                break
            kind = unfolded
        shape = self._elaboration.as_type(kind, scope)
        while shape.kind == "apply":
            shape = shape.parts[0]
        return ("Subtype", {}) if shape.name in {"Subtype", "Set.Elem"} else None


def _conclusion(kind: Term) -> Term:
    """What a type says behind its arguments."""
    while kind.head == FORALL:
        kind = kind.arguments[0]
    return kind


def _pi(binders: list[Binder], kind: Term) -> Term:
    return Term(FORALL, (kind,), tuple(binders)) if binders else kind


def _apply_rules(projections: list[Projection], rules: str) -> list[Projection]:
    """The rules of `initialize_simps_projections`: `(toFun → apply, -invFun, as_prefix coe)`."""
    result = list(projections)
    for rule in _RULE.finditer(rules):
        old = rule["old"] or rule["name"]
        place = next((i for i, one in enumerate(result) if one.name == old), None)
        if place is None:
            result.append(Projection(old, old))
            place = len(result) - 1
        if rule["new"]:
            result[place] = replace(result[place], name=rule["new"])
        elif rule["sign"] in {"-", "+"}:
            result[place] = replace(result[place], is_default=rule["sign"] == "+")
        else:
            result[place] = replace(result[place], is_prefix=True)
    return result
