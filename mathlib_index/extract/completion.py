"""What can be said only when all files are read: aliases, later attributes, generated names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from mathlib_index.declaration import Declaration
from mathlib_index.extract.binders import read_binders, top_level
from mathlib_index.extract.found import Addendum, FileFindings, Found
from mathlib_index.extract.generated import generate, name_instances
from mathlib_index.extract.names import resolve

_LONGEST_CHAIN = 10  # aliases of aliases


def complete(files: Iterable[FileFindings], project: str = "") -> list[Declaration]:
    """All declarations of a library, in the order of files and lines.

    `project` is the first component of the library's module names in Lean: `Mathlib`. Without it,
    it is taken from the modules themselves.
    """
    files = list(files)
    found = [item for file in files for item in file.found]
    project = project or _commonest_root(found)
    found = name_instances(found, project)
    table = {item.declaration.name: index for index, item in enumerate(found)}
    for file in files:
        for addendum in file.addenda:
            full = resolve(addendum.name, addendum.namespace, addendum.opened, table.__contains__)
            if full is not None:
                index = table[full]
                found[index] = _with_addendum(found[index], addendum)
    known = {item.declaration.name: item.declaration for item in found if not item.target}
    found = _resolve_aliases(found, known)
    generated = generate(found, project)
    known |= {item.name: item for item in generated}
    found = _resolve_aliases(found, known)
    return _in_order([item.declaration for item in found], generated)


def _commonest_root(found: list[Found]) -> str:
    roots = Counter(item.declaration.module.partition(".")[0] for item in found)
    return max(roots, key=lambda root: (roots[root], root), default="")


def _in_order(written: list[Declaration], generated: list[Declaration]) -> list[Declaration]:
    """What is written and what is made of it: by file, then line, the written first."""
    places = {file: place for place, file in enumerate(dict.fromkeys(d.file for d in written))}
    return sorted([*written, *generated], key=lambda d: (places.get(d.file, len(places)), d.line))


def _with_addendum(found: Found, addendum: Addendum) -> Found:
    declaration = found.declaration
    if addendum.docstring:
        declaration = declaration.model_copy(update={"docstring": addendum.docstring})
    if "deprecated" in addendum.attributes:
        declaration = declaration.model_copy(update={"deprecated": True})
    return replace(
        found,
        declaration=declaration,
        attributes=f"{found.attributes} {addendum.attributes}".strip(),
        projections=addendum.projections or found.projections,
        deriving=found.deriving + addendum.deriving,
    )


def _resolve_aliases(found: list[Found], known: dict[str, Declaration]) -> list[Found]:
    """Give each alias the kind and signature of what it stands for; `known` grows by them."""
    aliases = {item.declaration.name: item for item in found if item.target}

    def settle(item: Found, depth: int) -> Found:
        full = resolve(
            item.target,
            item.namespace,
            item.opened,
            lambda name: name != item.declaration.name and (name in known or name in aliases),
        )
        if full is not None and full not in known and depth < _LONGEST_CHAIN:
            settle(aliases[full], depth + 1)
        settled = _alias(item, full, known.get(full or ""))
        known[item.declaration.name] = settled.declaration
        return settled

    return [settle(item, 0) if item.target else item for item in found]


def _alias(item: Found, full: str | None, target: Declaration | None) -> Found:
    update: dict[str, object] = {"generated_from": full or item.target}
    if target is not None:
        # A direction of an equivalence is a theorem of its own.
        update["kind"] = "theorem" if item.part else target.kind
        update["signature"] = _direction(target.signature, item.part)
        update["body"] = "" if item.part else target.body
    declaration = item.declaration.model_copy(update=update)
    return replace(
        item,
        declaration=declaration,
        statement=declaration.signature,
        target=full or item.target,
    )


def _direction(signature: str, part: str) -> str:
    """`(h : r) : p ↔ q` as `(h : r) : p → q` or `(h : r) : q → p`."""
    if not part:
        return signature
    _, end = read_binders(signature, 0, len(signature))
    colon = top_level(signature, ":", end)
    if colon is None:
        return signature
    middle = top_level(signature, "↔", colon)
    if middle is None:
        return signature
    left, right = signature[colon + 1 : middle].strip(), signature[middle + 1 :].strip()
    if part == "mpr":
        left, right = right, left
    return f"{signature[:colon]}: {left} → {right}"
