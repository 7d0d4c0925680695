"""A rough elaboration of types: what their text leaves to Lean to fill in.

Coercions of sets to types, types of operands, and which instances a type needs are told from the
signatures of the library. What cannot be told is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from mathlib_index.extract.found import Found
from mathlib_index.extract.generated.coercions import Coercions
from mathlib_index.extract.generated.library import Library
from mathlib_index.extract.generated.shapes import VARIABLE, Shape, applied, constant
from mathlib_index.extract.generated.terms import (
    APPLY,
    COE,
    FORALL,
    FUN,
    HOLE,
    KEYWORDS,
    OF_TYPE,
    PROP,
    SORT,
    TYPE,
    TYPE_OF,
    Binder,
    Term,
    parse_term,
)

_ROOT = "_root_."
_SORTS = {TYPE, SORT, PROP}
_DEEPEST = 40  # nested look-ups of types
_LONGEST_UNFOLDED = 300  # characters of a definition that may be a name for a structure


@dataclass
class Scope:
    """The variables that a type may speak of, with their types as far as known."""

    place: Found
    types: dict[str, Term] = field(default_factory=dict)
    instances: list[Term] = field(default_factory=list)
    """Types of the instances that `variable` commands assume."""


class Elaboration:
    """Shapes and types of terms over one library."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._coercions = Coercions(library)

    def scope(self, place: Found) -> Scope:
        """The variables of the `variable` commands at a declaration."""
        binders, _ = self._library.resolve_signature(place, (), place.variables)
        types = {binder.names[0]: binder.type for binder in binders if binder.names[0]}
        return Scope(place, types, [binder.type for binder in binders if binder.bracket == "["])

    def shape(self, term: Term, scope: Scope, depth: int = 0) -> Shape:
        """The shape of a resolved term."""
        if depth > _DEEPEST:
            return VARIABLE
        head, arguments = term.head, term.arguments
        if head in _SORTS:
            return Shape("sort", head)
        if head == FORALL:
            return self._forall(term, scope, depth)
        if head == FUN:
            inner = self._inside(term, scope)
            return self.shape(_without_eta(term), inner, depth + 1)
        if head == COE:
            return self.as_type(arguments[0], scope, depth)
        if head == OF_TYPE:
            return self.shape(arguments[0], scope, depth + 1)
        if head == TYPE_OF:
            kind = self.type_of(arguments[0], scope)
            return VARIABLE if kind is None else self.shape(kind, scope, depth + 1)
        if head == APPLY:
            return applied(*(self.shape(one, scope, depth + 1) for one in arguments))
        if head.isdigit():
            return applied(constant("OfNat.ofNat"), constant("Nat"), VARIABLE)
        return self._application(term, scope, depth)

    def _forall(self, term: Term, scope: Scope, depth: int) -> Shape:
        names = [(name, binder.type) for binder in term.bound for name in binder.names or ("_",)]
        inner = self._inside(term, scope)
        result = self.shape(term.arguments[0], inner, depth + 1)
        for position in range(len(names) - 1, -1, -1):
            name, kind = names[position]
            later = [other for _, other in names[position + 1 :]]
            dependent = any(mentions(one, name) for one in (*later, term.arguments[0]))
            domain = VARIABLE if dependent else self.as_type(kind, scope, depth + 1)
            result = Shape("forall", parts=(domain, result))
        return result

    def _inside(self, term: Term, scope: Scope) -> Scope:
        types = dict(scope.types)
        for binder in term.bound:
            types.update((name, binder.type) for name in binder.names)
        return replace(scope, types=types)

    def _application(self, term: Term, scope: Scope, depth: int) -> Shape:
        spelled = self.spelled_out(term, scope)
        if spelled is None:
            rest = (self.shape(one, scope, depth + 1) for one in term.arguments)
            return applied(VARIABLE, *rest)
        name, arguments = spelled
        if not name:  # a projection to a parent structure
            return self.shape(arguments[0], scope, depth + 1)
        shape = constant(name)
        binders = self._explicit_binders(name, arguments)
        for position, argument in enumerate(arguments):
            kind = binders[position].type if position < len(binders) else HOLE
            if kind.head in {TYPE, SORT}:
                shape = applied(shape, self.as_type(argument, scope, depth + 1))
            else:
                shape = applied(shape, self.shape(argument, scope, depth + 1))
        return shape

    def _explicit_binders(self, name: str, arguments: tuple[Term, ...]) -> list[Binder]:
        if any(argument.head == TYPE_OF for argument in arguments):
            return []
        signature = self._library.signature(name)
        if signature is None:
            return []
        return [binder for binder in signature[0] if binder.bracket == "("]

    def spelled_out(self, term: Term, scope: Scope) -> tuple[str, tuple[Term, ...]] | None:
        """Constant and explicit arguments of an application; None if a variable is applied.

        Field notation is spelled out: `G.edgeSet` is `SimpleGraph.edgeSet` applied to `G`. The
        constant is empty for a projection to a parent structure.
        """
        head = term.head
        if head.startswith(_ROOT):
            return head.removeprefix(_ROOT), term.arguments
        first, _, fields = head.partition(".")
        if not first and fields and term.arguments:  # `(f x).field`
            kind_of = self.type_of(term.arguments[0], scope)
            owner = kind_of.head.removeprefix(_ROOT) if kind_of is not None else ""
            full = self._field(owner, fields)
            return (full, term.arguments) if full is not None else None
        if first not in scope.types:
            known_word = head[:1].isupper() and len(head) > 1 and head.isascii()
            return (head, term.arguments) if known_word or "." in head[1:] else None
        if not fields:
            return None
        kind = scope.types[first]
        owner = kind.head.removeprefix(_ROOT) if kind.head.startswith(_ROOT) else ""
        subject = Term(first)
        for name in fields.split("."):
            parents = self._library.parents(owner)
            if name.startswith("to") and any(
                p.endswith("." + name[2:]) or p == name[2:] for p in parents
            ):
                owner = next(p for p in parents if p.rpartition(".")[2] == name[2:])
                continue
            full = self._field(owner, name)
            if full is None:
                full = f"{owner}.{name}" if owner else name
            subject = Term(_ROOT + full, (subject,))
            kind_of = self.type_of(subject, scope)
            owner = kind_of.head.removeprefix(_ROOT) if kind_of is not None else ""
        if subject.head == first:
            return "", (subject, *term.arguments)
        return subject.head.removeprefix(_ROOT), subject.arguments + term.arguments

    def _field(self, owner: str, name: str) -> str | None:
        """The full name of `x.name` for an `x` of the structure `owner` or of a parent of it."""
        waiting, seen = [owner], {owner}
        while waiting:
            here = waiting.pop(0)
            if here and f"{here}.{name}" in self._library:
                return f"{here}.{name}"
            for parent in self._library.parents(here):
                if parent not in seen:
                    seen.add(parent)
                    waiting.append(parent)
        return None

    def as_type(self, term: Term, scope: Scope, depth: int = 0) -> Shape:
        """The shape of a term where a type is expected: a set is coerced to the type it is."""
        kind = self.type_of(term, scope)
        head = kind.head.removeprefix(_ROOT) if kind is not None else ""
        inner = self.shape(term.arguments[0] if term.head == COE else term, scope, depth + 1)
        if kind is None or head in _SORTS:
            return inner
        element = VARIABLE
        elements, functions = self._coercions.elements, self._coercions.functions
        if head in elements:
            pattern, element_type = elements[head]
            given: dict[str, Term] = {}
            unify(pattern, kind, given)
            element = self.shape(substitute(element_type, given), scope, depth + 1)
        if head in functions:
            return applied(constant(functions[head]), element, inner)
        if head in elements:
            container = self.shape(kind, scope, depth + 1)
            member = applied(constant("Membership.mem"), element, container, inner)
            return applied(constant("Subtype"), element, member)
        return inner

    def type_of(self, term: Term, scope: Scope, depth: int = 0) -> Term | None:
        """The type of a term as far as it is told; resolved."""
        if depth > _DEEPEST:
            return None
        if term.head == OF_TYPE:
            return term.arguments[1]
        if term.head == COE:
            return self.type_of(term.arguments[0], scope, depth + 1)
        if term.head in {FORALL, *_SORTS}:
            return Term(TYPE)
        if term.head in scope.types:
            kind: Term | None = scope.types[term.head]
            for _ in term.arguments:
                kind = kind.arguments[0] if kind is not None and kind.head == FORALL else None
            return kind if kind is not None and kind.head != "_" else None
        spelled = self.spelled_out(term, scope) if term.head not in KEYWORDS else None
        if spelled is None or not spelled[0]:
            return None
        name, arguments = spelled
        if name.startswith("H") and len(arguments) > 2 and arguments[0].head == TYPE_OF:
            return self.type_of(arguments[0].arguments[0], scope, depth + 1)
        one = self._library.get(name)
        if one is not None and one.declaration.kind in {"structure", "class", "inductive"}:
            return Term(TYPE)
        signature = self._library.signature(name)
        if signature is None or signature[1].head == "_":
            return None
        given = {
            binder.names[0]: argument
            for binder, argument in zip(
                (binder for binder in signature[0] if binder.bracket == "("),
                arguments,
                strict=False,
            )
        }
        return substitute(signature[1], given)

    def unfolded(self, term: Term, scope: Scope) -> Term | None:
        """What a definition applied to arguments stands for; None if it is no such application."""
        spelled = self.spelled_out(term, scope) if term.head not in KEYWORDS else None
        one = self._library.get(spelled[0]) if spelled else None
        signature = self._library.signature(spelled[0]) if spelled else None
        if spelled is None or one is None or signature is None:
            return None
        if one.declaration.kind not in {"def", "abbrev"} or len(one.value) > _LONGEST_UNFOLDED:
            return None
        bound = {binder.names[0] for binder in signature[0]}
        body = self._library.resolve_term(parse_term(one.value.removeprefix(":=")), bound, one)
        given = self.given(signature[0], spelled[1], scope)
        return substitute(body, given)

    def given(
        self, binders: list[Binder], arguments: tuple[Term, ...], scope: Scope
    ) -> dict[str, Term]:
        """What the parameters of a constant stand for where it is applied to explicit arguments."""
        explicit = [binder for binder in binders if binder.bracket == "("]
        found: dict[str, Term] = {}
        for binder, argument in zip(explicit, arguments, strict=False):
            found[binder.names[0]] = argument
            kind = self.type_of(argument, scope)
            if kind is not None:
                unify(binder.type, kind, found)
        return found

    def used_binders(self, binders: list[Binder], result: Term, scope: Scope) -> set[int]:
        """Positions of the binders that later binders or the result depend on."""
        terms = [*(binder.type for binder in binders), result]
        used = {
            position
            for position, binder in enumerate(binders)
            if binder.names[0]
            and any(mentions(term, binder.names[0]) for term in terms[position + 1 :])
        }
        own = [(position, binder.type) for position, binder in enumerate(binders)]
        own = [provider for provider in own if binders[provider[0]].bracket == "["]
        if not own:
            return used
        assumed = [(-1, kind) for kind in scope.instances]
        for place, term in enumerate(terms):
            providers = assumed + [provider for provider in own if provider[0] < place]
            for need in self.needs(term, scope):
                used.add(self._provider(need, providers))
        return used - {-1}

    def _provider(self, need: Term, providers: list[tuple[int, Term]]) -> int:
        """Which instance gives the one that is needed: the latest that is of a subclass of it.

        Only if there is none, the latest from which other instances lead there; else -1.
        """
        wanted = need.head.removeprefix(_ROOT)
        variables = set(variables_of(need))
        fitting = [
            (position, kind.head.removeprefix(_ROOT))
            for position, kind in reversed(providers)
            if variables and variables <= set(variables_of(kind))
        ]
        for position, have in fitting:
            if wanted in self._library.superclasses(have):
                return position
        for position, have in fitting:
            if wanted in self._library.reachable_classes(have):
                return position
        return -1

    def needs(self, term: Term, scope: Scope) -> Iterator[Term]:
        """The instances that the constants of a term take as arguments."""
        for binder in term.bound:
            yield from self.needs(binder.type, scope)
        for argument in term.arguments:
            yield from self.needs(argument, scope)
        spelled = self.spelled_out(term, scope) if term.head not in KEYWORDS else None
        signature = self._library.signature(spelled[0]) if spelled else None
        if spelled is None or signature is None:
            return
        arguments = tuple(one for one in spelled[1] if one.head != TYPE_OF)
        given = self.given(signature[0], arguments, scope)
        for binder in signature[0]:
            if binder.bracket == "[":
                yield substitute(binder.type, given)


def mentions(term: Term, name: str) -> bool:
    """Whether a variable occurs in a term."""
    if term.head == name or term.head.startswith(name + "."):
        return True
    return any(mentions(binder.type, name) for binder in term.bound) or any(
        mentions(argument, name) for argument in term.arguments
    )


def variables_of(term: Term) -> Iterator[str]:
    """Heads in a resolved term that are no constants."""
    if not term.head.startswith(_ROOT) and term.head not in KEYWORDS:
        yield term.head
    for argument in term.arguments:
        yield from variables_of(argument)


def substitute(term: Term, given: dict[str, Term]) -> Term:
    """`term` with the arguments put in for the variables."""
    arguments = tuple(substitute(argument, given) for argument in term.arguments)
    bound = tuple(replace(binder, type=substitute(binder.type, given)) for binder in term.bound)
    put_in = given.get(term.head)
    if put_in is None:
        return Term(term.head, arguments, bound)
    if put_in.bound or put_in.head in {COE, OF_TYPE, TYPE_OF}:
        return Term(APPLY, (put_in, *arguments)) if arguments else put_in
    return Term(put_in.head, put_in.arguments + arguments)


def unify(pattern: Term, term: Term, given: dict[str, Term]) -> None:
    """Bind the variables of a resolved pattern to what stands in their place in a term."""
    if not pattern.head.startswith(_ROOT):
        if not pattern.arguments and pattern.head not in KEYWORDS:
            given.setdefault(pattern.head, term)
        return
    if pattern.head == term.head:
        for inner, outer in zip(pattern.arguments, term.arguments, strict=False):
            unify(inner, outer, given)


def _without_eta(term: Term) -> Term:
    """The body of a function; of `fun x ↦ f x` it is `f`."""
    body = term.arguments[0]
    for binder in reversed(term.bound):
        for name in reversed(binder.names):
            if not body.arguments or body.arguments[-1] != Term(name):
                return body
            shorter = Term(body.head, body.arguments[:-1], body.bound)
            if mentions(shorter, name):
                return body
            body = shorter
    return body
