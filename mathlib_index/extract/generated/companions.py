"""Lemmas that further attributes make: `@[reassoc]`, `@[elementwise]`, `@[ext]`, `@[mk_iff]`."""

from __future__ import annotations

from collections.abc import Iterator

from mathlib_index.declaration import Declaration, DeclarationKind
from mathlib_index.extract.binders import Binder, read_binders, top_level
from mathlib_index.extract.found import Found
from mathlib_index.extract.generated.attributes import Attribute, nested, option, parse_attributes
from mathlib_index.extract.generated.projections import Projections

_WORDS = ("reassoc", "elementwise", "to_app", "ext", "mk_iff")
_STRUCTURES = {"structure", "class"}


def companions(one: Found, projections: Projections) -> Iterator[Declaration]:
    """The lemmas that these attributes make of one declaration."""
    if not any(word in one.attributes for word in _WORDS):
        return
    name, signature = one.declaration.name, one.declaration.signature
    for given in parse_attributes(one.attributes):
        for attribute in (given, *nested(given)):
            if attribute.name == "reassoc":
                binders = "{Z : _} (h : _ ⟶ Z)"
                yield made_of(one, f"{name}_assoc", _on_both_sides(signature, binders, " ≫ h"))
            elif attribute.name == "elementwise":
                yield made_of(one, f"{name}_apply", _on_both_sides(signature, "(x : _)", " x"))
            elif attribute.name == "to_app":
                yield made_of(one, f"{name}_app", _on_both_sides(signature, "(X : _)", ".app X"))
            elif attribute.name == "ext":
                yield from _extensionality(one, attribute, projections)
            elif attribute.name == "mk_iff":
                yield made_of(one, _iff_name(one, attribute), _unfolded(one))


def made_of(
    one: Found, name: str, signature: str, kind: DeclarationKind = "theorem"
) -> Declaration:
    """A declaration without docstring that Lean makes of another, and where that stands."""
    source = one.declaration
    return Declaration(
        name=name,
        kind=kind,
        docstring="",
        signature=signature,
        module=source.module,
        file=source.file,
        line=source.line,
        context=source.context,
        generated_from=source.name,
        private=source.private,
    )


def split_signature(signature: str) -> tuple[list[Binder], str, str]:
    """Binders, their text, and the type behind the colon."""
    binders, end = read_binders(signature, 0, len(signature))
    colon = top_level(signature, ":", end)
    if colon is None:
        return binders, signature[:end].strip(), signature[end:].strip()
    return binders, signature[:colon].strip(), signature[colon + 1 :].strip()


def _on_both_sides(signature: str, binders: str, applied: str) -> str:
    """`f = g` as `f ≫ h = g ≫ h`; a signature without an equation stays as it is."""
    _, own, conclusion = split_signature(signature)
    equals = top_level(conclusion, " = ")
    if equals is None:
        return signature
    sides = (conclusion[:equals].strip(), conclusion[equals + 3 :].strip())
    if not applied.startswith(" ≫"):
        sides = (_grouped(sides[0]), _grouped(sides[1]))
    return f"{own} {binders} : {sides[0]}{applied} = {sides[1]}{applied}".strip()


def _grouped(term: str) -> str:
    return f"({term})" if " " in term else term


def _extensionality(
    one: Found, attribute: Attribute, projections: Projections
) -> Iterator[Declaration]:
    """`Foo.ext` and `Foo.ext_iff` of a structure, `foo_iff` of a lemma `foo`."""
    name, signature = one.declaration.name, one.declaration.signature
    if one.declaration.kind in _STRUCTURES:
        _, own, _ = split_signature(signature)
        head = f"{own} {{x y : {_applied_type(one)}}}".strip()
        fields = projections.data_fields(name)
        premises = " ".join(f"({field} : x.{field} = y.{field})" for field in fields)
        yield made_of(one, f"{name}.ext", f"{head} {premises} : x = y")
        conditions = " ∧ ".join(f"x.{field} = y.{field}" for field in fields) or "True"
        yield made_of(one, f"{name}.ext_iff", f"{head} : x = y ↔ {conditions}")
    elif option(attribute, "iff") != "false":
        binders, own, conclusion = split_signature(signature)
        said = [b for b in binders if b.bracket == "(" and not _occurs(b, conclusion)]
        conditions = " ∧ ".join(binder.type for binder in said)
        if conditions:
            kept = own[: said[0].start].strip()
            yield made_of(one, f"{name}_iff", f"{kept} : {conclusion} ↔ {conditions}")


def _occurs(binder: Binder, text: str) -> bool:
    return not binder.names or any(f" {name} " in f" {text} " for name in binder.names)


def _applied_type(one: Found) -> str:
    binders, _, _ = split_signature(one.declaration.signature)
    names = [name for binder in binders if binder.bracket == "(" for name in binder.names]
    return " ".join([one.declaration.name.rpartition(".")[2], *names])


def _iff_name(one: Found, attribute: Attribute) -> str:
    if attribute.words:
        return f"{one.namespace}.{attribute.words[0]}" if one.namespace else attribute.words[0]
    namespace, _, last = one.declaration.name.rpartition(".")
    name = f"{last[:1].lower()}{last[1:]}_iff"
    return f"{namespace}.{name}" if namespace else name


def _unfolded(one: Found) -> str:
    """What an inductive proposition says: `Foo a ↔ p ∧ q`."""
    _, own, _ = split_signature(one.declaration.signature)
    parts = [*one.parents, *(field.type for field in one.fields if field.type)]
    says = " ∧ ".join(parts) or one.declaration.body
    return f"{own} : {_applied_type(one)} ↔ {says}".strip()
