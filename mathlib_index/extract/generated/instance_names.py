"""The name that Lean gives an instance which its source does not name.

The algorithm is Lean's own, `src/Lean/Elab/DeclNameGen.lean`: the constants of the type in order,
each once, without implicit arguments; behind `Of` those of the binders that the type does not
imply; and the name of the library if nothing in all that is declared by it. Lean works on the
elaborated type, this module on its text, so coercions, implicit arguments and notation are
reconstructed as far as the signatures of the library tell.
"""

from __future__ import annotations

from mathlib_index.extract.found import Found
from mathlib_index.extract.generated.elaboration import Elaboration
from mathlib_index.extract.generated.library import Library
from mathlib_index.extract.generated.shapes import Shape

_MOST_COLLISIONS = 1000


class InstanceNames:
    """Names for the instances of one library."""

    def __init__(self, library: Library, project: str) -> None:
        """`project` is the name of the library, `Mathlib`: first component of its modules."""
        self._library = library
        self._elaboration = Elaboration(library)
        self._project = project
        self._taken: set[str] = set()

    def name(self, one: Found) -> str:
        """Full name of an instance; each call counts as a declaration, so that none comes twice."""
        base = "inst" + self._base(one, one.statement)
        return self._unused(one.namespace, base)

    def derived_name(self, one: Found, class_name: str) -> str:
        """Full name of the instance that `deriving class_name` makes of a declaration."""
        if one.declaration.kind in {"def", "abbrev"}:
            namespace, _, last = one.declaration.name.rpartition(".")
            return self._unused(namespace, f"inst{last}{class_name.split()[0].rpartition('.')[2]}")
        base = "inst" + self._base(one, f": {class_name} {one.declaration.name}")
        return self._unused(one.namespace, base)

    def _unused(self, namespace: str, base: str) -> str:
        full = first = f"{namespace}.{base}" if namespace else base
        for number in range(1, _MOST_COLLISIONS):
            if full not in self._taken and full not in self._library:
                break
            full = f"{first}_{number}"
        self._taken.add(full)
        return full

    def _base(self, one: Found, statement: str) -> str:
        scope = self._elaboration.scope(one)
        binders, result = self._library.resolve_signature(one, scope.types, statement)
        for binder in binders:
            scope.types[binder.names[0]] = binder.type
        used = self._elaboration.used_binders(binders, result, scope)
        writer = _Writer(self._library, one)
        text = writer.write(self._elaboration.shape(result, scope))
        conditions = [
            writer.write(self._elaboration.shape(binder.type, scope), omit_forall=True)
            for position, binder in reversed(list(enumerate(binders)))
            if position not in used
        ]
        text += "".join(f"Of{condition}" for condition in reversed(conditions) if condition)
        return text + writer.suffix(self._project)


class _Writer:
    """Writes shapes one after the other, each part only where it comes first."""

    def __init__(self, library: Library, one: Found) -> None:
        self._library = library
        self._seen: set[Shape] = set()
        self._constants: set[str] = set()
        namespace = one.namespace
        while namespace:
            if library.knows(namespace):
                self._seen.add(Shape("constant", namespace))
                self._constants.add(namespace)
            namespace = namespace.rpartition(".")[0]

    def write(self, shape: Shape, omit_forall: bool = False) -> str:
        """The text of a shape; empty if it was written before."""
        if shape in self._seen:
            return ""
        text = self._write(shape, omit_forall)
        self._seen.add(shape)
        return text

    def _write(self, shape: Shape, omit_forall: bool) -> str:
        if shape.kind == "constant":
            self._constants.add(shape.name)
            last = shape.name.rpartition(".")[2].strip("«»")
            return last[:1].upper() + last[1:] if last[:1].isascii() else last
        if shape.kind == "apply":
            return self.write(shape.parts[0]) + self.write(shape.parts[1])
        if shape.kind == "forall":
            domain = self.write(shape.parts[0])
            if omit_forall and not domain:
                return self.write(shape.parts[1], omit_forall=True)
            return "Forall" + domain + self.write(shape.parts[1])
        return shape.name  # of a sort; empty for a variable

    def suffix(self, project: str) -> str:
        """What Lean appends to a name that holds nothing which the library declares."""
        if not project or project == "Init":
            return ""
        if any(name in self._library for name in self._constants):
            return ""
        return f"_{project[:1].lower()}{project[1:]}"
