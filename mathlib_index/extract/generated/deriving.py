"""The instances that `deriving` clauses make."""

from __future__ import annotations

from collections.abc import Iterator

from mathlib_index.declaration import Declaration
from mathlib_index.extract.found import Found
from mathlib_index.extract.generated.companions import made_of, split_signature
from mathlib_index.extract.generated.instance_names import InstanceNames


def derived_instances(one: Found, names: InstanceNames) -> Iterator[Declaration]:
    """One instance for each class in the `deriving` clause of a declaration."""
    for class_name in one.deriving:
        binders, own, _ = split_signature(one.declaration.signature)
        explicit = [name for binder in binders if binder.bracket == "(" for name in binder.names]
        subject = " ".join([one.declaration.name, *explicit])
        target = f"({subject})" if explicit else subject
        name = names.derived_name(one, class_name)
        yield made_of(one, name, f"{own} : {class_name} {target}".strip(), kind="instance")
