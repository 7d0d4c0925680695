"""How sets and other bundles are taken as types, as `SetLike` and `CoeSort` instances tell."""

from __future__ import annotations

from mathlib_index.extract.found import Found
from mathlib_index.extract.generated.additive_names import additive_word
from mathlib_index.extract.generated.library import Library
from mathlib_index.extract.generated.terms import HOLE, Term, parse_signature

_ROOT = "_root_."


class Coercions:
    """For each type, how one of it becomes a type in turn."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self.elements: dict[str, tuple[Term, Term]] = {
            name: (Term(_ROOT + name, (Term("α"),)), Term("α")) for name in ("Set", "Finset")
        }
        """For types of sets, as `Subgroup G`: that type, and the type of the elements, here `G`."""
        self.functions: dict[str, str] = {"Set": "Set.Elem"}
        """For the others: the function that takes one of it to a type, as `TopCat.carrier`."""
        for one in library.instances():
            self._learn(one)

    def _learn(self, one: Found) -> None:
        if "SetLike" not in one.statement and "CoeSort" not in one.statement:
            return
        _, result = parse_signature(one.statement)
        if result.head not in {"SetLike", "CoeSort"} or not result.arguments:
            return
        arguments = [self._library.resolve_term(term, (), one) for term in result.arguments]
        bundle = arguments[0]
        head = bundle.head.removeprefix(_ROOT)
        if result.head == "SetLike":
            element = arguments[1] if len(arguments) > 1 else HOLE
            self.elements.setdefault(head, (bundle, element))
            if "to_additive" in one.attributes:
                namespace, dot, last = head.rpartition(".")
                additive = f"{namespace}{dot}{additive_word(last)}"
                own = Term(_ROOT + additive, bundle.arguments)
                self.elements.setdefault(additive, (own, element))
        elif (function := self._function(one)) is not None:
            self.functions.setdefault(head, function)

    def _function(self, one: Found) -> str | None:
        """The function in `⟨TopCat.carrier⟩` or `where coe := TopCat.carrier`."""
        words = one.value.replace("⟨", " ").replace("⟩", " ").replace(":=", " ").split()
        if not words:
            return None
        named = words[:2] == ["where", "coe"] and len(words) > 2
        return self._library.resolve(words[2 if named else -1], one.namespace, one.opened)
