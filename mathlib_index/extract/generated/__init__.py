"""Names that Lean makes of what is written: instances without a name, `@[to_additive]`, `@[simps]`…

`name_instances` comes first, since the others may be made of an instance; then `generate`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mathlib_index.declaration import Declaration
from mathlib_index.extract.found import Found
from mathlib_index.extract.generated.additive import additive_found
from mathlib_index.extract.generated.companions import companions
from mathlib_index.extract.generated.deriving import derived_instances
from mathlib_index.extract.generated.elaboration import Elaboration
from mathlib_index.extract.generated.instance_names import InstanceNames
from mathlib_index.extract.generated.library import Library
from mathlib_index.extract.generated.projections import Projections
from mathlib_index.extract.generated.simps import Simps

__all__ = ["generate", "name_instances"]


def name_instances(found: Sequence[Found], project: str) -> list[Found]:
    """`found`, each instance without a name under the name that Lean gives it.

    `project` is the first component of the library's modules in Lean: `Mathlib`. The names are a
    best guess; wherever a type says too little, they differ from Lean's.
    """
    names = InstanceNames(Library(found), project)
    return [
        replace(
            one,
            declaration=one.declaration.model_copy(update={"name": names.name(one)}),
            unnamed=False,
        )
        if one.unnamed
        else one
        for one in found
    ]


def generate(found: Sequence[Found], project: str = "") -> list[Declaration]:
    """The declarations that attributes make of `found`, each with what it is `generated_from`.

    Whatever is written out in `found` is not generated again. `project` is as for
    `name_instances`.
    """
    library = Library(found)
    additive = additive_found(found, library)
    sources = [*found, *additive]
    whole = Library(sources)
    projections = Projections(whole, Elaboration(whole))
    simps = Simps(projections)
    names = InstanceNames(whole, project)
    made = {one.declaration.name: one.declaration for one in additive}
    for one in sources:
        if one.attributes or one.deriving:
            for declaration in (
                *simps.lemmas(one),
                *companions(one, projections),
                *derived_instances(one, names),
            ):
                if declaration.name not in whole:
                    made.setdefault(declaration.name, declaration)
    return list(made.values())
