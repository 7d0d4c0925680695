"""The declarations that `@[to_additive]` makes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from mathlib_index.declaration import Declaration
from mathlib_index.extract.found import Found
from mathlib_index.extract.generated.additive_names import AdditiveNames, additive_word
from mathlib_index.extract.generated.additive_text import additive_statement
from mathlib_index.extract.generated.attributes import Attribute, nested, option, parse_attributes
from mathlib_index.extract.generated.library import Library

_ATTRIBUTE = "to_additive"
_DEEPEST = 3  # `to_additive` in the attributes that `to_additive` gives


def additive_found(found: Iterable[Found], library: Library) -> list[Found]:
    """What `@[to_additive]` adds to the declarations, with the attributes that it hands on.

    A declaration whose additive version is written out adds nothing.
    """
    bearers: list[tuple[Found, Attribute]] = []
    targets: dict[str, str | None] = {}
    for one in found:
        attribute = to_additive(one.attributes)
        if attribute is not None:
            bearers.append((one, attribute))
            targets[one.declaration.name] = given_name(attribute)
    translate = _Translation(AdditiveNames(targets), library)
    made: dict[str, Found] = {}
    for one, attribute in bearers:
        for additive in _chain(one, attribute, translate, _DEEPEST):
            name = additive.declaration.name
            if name not in library:
                made.setdefault(name, additive)
    return list(made.values())


def to_additive(attributes: str) -> Attribute | None:
    """The attribute `to_additive` among the attributes of a declaration."""
    if _ATTRIBUTE not in attributes:
        return None
    of_this_name = (one for one in parse_attributes(attributes) if one.name in _NAMES)
    return next(of_this_name, None)


_NAMES = {_ATTRIBUTE, _ATTRIBUTE + "?"}


def given_name(attribute: Attribute) -> str | None:
    """The name in `@[to_additive existing (attr := simp) name "text"]`."""
    return next((word for word in attribute.words if word != "existing"), None)


def _chain(one: Found, attribute: Attribute, translate: _Translation, depth: int) -> list[Found]:
    """The additive version, and what `(attr := to_additive)` makes of that in turn."""
    target = translate.names.target(one.declaration.name, given_name(attribute))
    again = next((inner for inner in nested(attribute) if inner.name in _NAMES), None)
    if "existing" in attribute.words and again is None:
        return []
    additive = translate.found(one, target, attribute)
    further = _chain(additive, again, translate, depth - 1) if again and depth else []
    return [additive, *further]


class _Translation:
    """Translates names and statements; what recurs, such as the variables of a section, once."""

    def __init__(self, names: AdditiveNames, library: Library) -> None:
        self.names = names
        self._library = library
        self._identifiers: dict[tuple[str, str, tuple[str, ...]], str] = {}
        self._variables: dict[tuple[str, str, tuple[str, ...]], str] = {}

    def found(self, one: Found, target: str, attribute: Attribute) -> Found:
        """The additive version of a declaration, under the name `target`."""
        source = one.declaration
        variables = self._of_variables(one)
        statement = self._text(one.statement, one)
        whole = f"{one.variables} {one.statement}".strip()
        declaration = Declaration(
            name=target,
            kind=source.kind,
            docstring=attribute.text or "",
            signature=(
                f"{variables} {statement}".strip()
                if source.signature == whole
                else self._text(source.signature, one)
            ),
            body=self._text(source.body, one),
            module=source.module,
            file=source.file,
            line=source.line,
            context=source.context,
            generated_from=source.name,
            deprecated=any(inner.name == "deprecated" for inner in nested(attribute)),
            private=source.private,
        )
        handed_on = option(attribute, "attr")
        return replace(
            one,
            declaration=declaration,
            attributes=f"@[{handed_on}]" if handed_on else "",
            statement=statement,
            variables=variables,
            value=self._text(one.value, one) if "simps" in handed_on else one.value,
            namespace=self.names.translate_prefix(one.namespace),
            opened=(*one.opened, one.namespace) if one.namespace else one.opened,
            deriving=(),
            unnamed=False,
        )

    def _of_variables(self, one: Found) -> str:
        key = (one.variables, one.namespace, one.opened)
        if key not in self._variables:
            self._variables[key] = self._text(one.variables, one)
        return self._variables[key]

    def _text(self, text: str, place: Found) -> str:
        return additive_statement(text, lambda name: self._identifier(name, place))

    def _identifier(self, name: str, place: Found) -> str:
        key = (name, place.namespace, place.opened)
        known = self._identifiers.get(key)
        if known is None:
            known = self._identifiers[key] = self._translated(name, place)
        return known

    def _translated(self, name: str, place: Found) -> str:
        """The additive version of an identifier, with as much of its namespace as is written."""
        full = self._library.resolve(name, place.namespace, place.opened)
        if full is not None:
            target = self.names.translation(full) or self.names.translate_prefix(full)
            if target != full:
                return ".".join(target.split(".")[-(name.count(".") + 1) :])
            return name
        if "." not in name:
            return self.names.translation(name) or name
        # A field of a variable: `f.map_mul` or `S.toSubmonoid`.
        head, *fields = name.split(".")
        return ".".join([self.names.translation(head) or head, *map(additive_word, fields)])
