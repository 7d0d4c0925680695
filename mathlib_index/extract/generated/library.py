"""What all declarations together say: which names there are, where, and with which arguments."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace

from mathlib_index.extract.found import Found
from mathlib_index.extract.generated.notations import CORE_NAMES
from mathlib_index.extract.generated.terms import (
    KEYWORDS,
    Binder,
    Term,
    parse_signature,
    parse_term,
)

_ROOT = "_root_."
_CLASS_OF_VARIABLES = re.compile(r": *(?P<head>[A-Z][\w.]*)(?P<arguments>(?: [^\W\d][\w'₀-₉]*)+)$")
_INSTANCE_BINDER = re.compile(
    r"\[(?:\w+ : )?(?P<head>[A-Z][\w.]*)(?P<arguments>(?: [^\W\d][\w'₀-₉]*)+)\]"
)


class Library:
    """Look-ups by name in a list of declarations; signatures are parsed when first asked for."""

    def __init__(self, found: Iterable[Found]) -> None:
        self._found: dict[str, Found] = {}
        self._signatures: dict[str, tuple[list[Binder], Term]] = {}
        self._instances: list[Found] = []
        self._resolved: dict[tuple[str, str, tuple[str, ...]], str | None] = {}
        self._forgetful: dict[str, set[str]] | None = None
        self._parents: dict[str, list[str]] = {}
        self._superclasses: dict[str, frozenset[str]] = {}
        self._reachable: dict[str, frozenset[str]] = {}
        for one in found:
            if not one.unnamed:
                self._found.setdefault(one.declaration.name, one)
            if one.declaration.kind == "instance":
                self._instances.append(one)

    def __contains__(self, name: str) -> bool:
        return name in self._found

    def get(self, name: str) -> Found | None:
        """The declaration of that full name."""
        return self._found.get(name)

    def knows(self, name: str) -> bool:
        """Whether a declaration of the library, or of Lean's core, has that full name."""
        return name in self._found or name in CORE_NAMES

    def instances(self) -> list[Found]:
        """All instances, those without a name included."""
        return self._instances

    def resolve(self, name: str, namespace: str, opened: tuple[str, ...] = ()) -> str | None:
        """The full name that an identifier stands for, as Lean looks it up; None if unknown.

        Namespaces around it come first, the innermost before the others, then opened ones, the
        latest (which is the last) before the others.
        """
        key = (name, namespace, opened)
        if key not in self._resolved:
            self._resolved[key] = self._resolve(name, namespace, opened)
        return self._resolved[key]

    def _resolve(self, name: str, namespace: str, opened: tuple[str, ...]) -> str | None:
        if name.startswith(_ROOT):
            return name.removeprefix(_ROOT)
        enclosing = list(_prefixes(namespace))
        for prefix in enclosing:
            if f"{prefix}.{name}" in self._found:
                return f"{prefix}.{name}"
        if self.knows(name):
            return name
        spaces = opened[::-1]
        # `open A B` may mean `A.B`, and a namespace may be opened from within another.
        for space in spaces:
            for prefix in (space, *(f"{outer}.{space}" for outer in (*enclosing, *spaces))):
                if f"{prefix}.{name}" in self._found:
                    return f"{prefix}.{name}"
        return None

    def resolve_term(self, term: Term, bound: Collection[str], place: Found) -> Term:
        """`term` as it stands at `place`, its constants in full behind `_root_.`.

        Heads in `bound` and heads that are not known stay as they are.
        """
        inside: Collection[str] = bound
        binders: list[Binder] = []
        for binder in term.bound:
            binders.append(replace(binder, type=self.resolve_term(binder.type, inside, place)))
            inside = {*inside, *binder.names}
        head = term.head
        if head not in KEYWORDS and not head.startswith(_ROOT) and head.split(".")[0] not in bound:
            full = self.resolve(head, place.namespace, place.opened)
            head = _ROOT + full if full else head
        arguments = tuple(self.resolve_term(one, inside, place) for one in term.arguments)
        return Term(head, arguments, tuple(binders))

    def resolve_signature(
        self, place: Found, bound: Iterable[str], text: str
    ) -> tuple[list[Binder], Term]:
        """Binders, one name each, and type of a signature, resolved as they stand at `place`."""
        names = set(bound)
        written, result = parse_signature(text)
        binders: list[Binder] = []
        for binder in written:
            kind = self.resolve_term(binder.type, names, place)
            for name in binder.names or ("",):
                binders.append(Binder((name,), kind, binder.bracket))
            names.update(binder.names)
        return binders, self.resolve_term(result, names, place)

    def signature(self, name: str) -> tuple[list[Binder], Term] | None:
        """Binders, those of `variable` commands first, and type of a declaration, resolved."""
        known = self._signatures.get(name)
        if known is None:
            one = self._found.get(name)
            if one is None:
                return None
            text = f"{one.variables} {one.statement}"
            known = self._signatures[name] = self.resolve_signature(one, (), text)
        return known

    def parents(self, name: str) -> list[str]:
        """Full names of the structures behind `extends`."""
        known = self._parents.get(name)
        if known is None:
            one = self._found.get(name)
            texts = one.parents if one is not None else ()
            heads = (self.resolve_term(parse_term(text), (), one).head for text in texts if one)
            known = self._parents[name] = [head.removeprefix(_ROOT) for head in heads]
        return known

    def superclasses(self, name: str) -> frozenset[str]:
        """A class and all that it extends."""
        known = self._superclasses.get(name)
        if known is None:
            known = self._superclasses[name] = _closure(name, self.parents)
        return known

    def reachable_classes(self, name: str) -> frozenset[str]:
        """The classes of which an instance follows from one of `name`, itself included."""
        known = self._reachable.get(name)
        if known is None:
            forgetful = self._forgetful_instances()
            known = self._reachable[name] = _closure(
                name, lambda here: (*self.parents(here), *forgetful.get(here, ()))
            )
        return known

    def _forgetful_instances(self) -> dict[str, set[str]]:
        """For each class what instances make of it: `[CommRing R] : Ring R`, on variables alone."""
        if self._forgetful is None:
            self._forgetful = {}
            for one in self._instances:
                target = _CLASS_OF_VARIABLES.search(one.statement)
                if target is None:
                    continue
                sources = list(_INSTANCE_BINDER.finditer(f"{one.variables} {one.statement}"))
                if not sources:
                    continue
                source = sources[-1]
                if set(target["arguments"].split()) <= set(source["arguments"].split()):
                    start = self.resolve(source["head"], one.namespace, one.opened)
                    end = self.resolve(target["head"], one.namespace, one.opened)
                    reached = self._forgetful.setdefault(start or source["head"], set())
                    reached.add(end or target["head"])
        return self._forgetful


def _closure(start: str, following: Callable[[str], Iterable[str]]) -> frozenset[str]:
    seen = {start}
    waiting = [start]
    while waiting:
        for name in following(waiting.pop()):
            if name not in seen:
                seen.add(name)
                waiting.append(name)
    return frozenset(seen)


def _prefixes(namespace: str) -> Iterator[str]:
    while namespace:
        yield namespace
        namespace = namespace.rpartition(".")[0]
