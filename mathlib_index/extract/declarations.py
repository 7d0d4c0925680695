"""One declaration command: its record, and those of the fields or constructors within it."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace

from mathlib_index.declaration import Declaration, DeclarationKind
from mathlib_index.extract.binders import split_binders
from mathlib_index.extract.commands import CommandReader, Head
from mathlib_index.extract.found import UNNAMED, Found, Part, StructureField
from mathlib_index.extract.grammar import (
    HEADS,
    KINDS,
    NAME,
    NAME_LIST,
    NAME_TEXT,
    end_of_gap,
    is_plumbing,
    one_line,
    plain_name,
)
from mathlib_index.extract.header import STOP, end_of_signature
from mathlib_index.extract.members import Member, read_constructors, read_parents, read_structure
from mathlib_index.extract.module_docs import ModuleDocs
from mathlib_index.extract.scopes import Scope
from mathlib_index.extract.variables import used
from mathlib_index.lexer import SourceText

LONGEST_BODY = 400
"""In characters; what goes beyond is cut."""

_STOP = re.compile(STOP)
_MARGIN = re.compile(r"\n(?=[A-Za-z#@])")
_UNIVERSES = re.compile(r"\.\{[^}\n]*\}")
_PRIORITY = re.compile(r"\s*\(priority\s*:=[^)\n]*\)")
_CLASS_KIND = re.compile(r"\s+(inductive|abbrev)(?![\w.'!?])")
_DEPRECATED = re.compile(r"\bdeprecated\b")
_NATIVE = re.compile(r"\bextern\b")
_DERIVING = re.compile(rf"(?<![\w.'!?])deriving\s++(?!instance){NAME_LIST}")
_ALIAS = re.compile(
    rf"\s*(?:⟨(?P<pair>[^⟩]*)⟩|(?P<name>{NAME_TEXT}))\s*:=\s*(?P<target>{NAME_TEXT})"
)


@dataclass(frozen=True)
class _Place:
    """What the records of one command have in common."""

    head: Head
    scope: Scope
    context: str
    attributes: str
    deprecated: bool
    private: bool


class DeclarationReader:
    """Reads the declarations of one file, one command at a time."""

    def __init__(
        self,
        source: SourceText,
        file: str,
        module: str,
        commands: CommandReader,
        docs: ModuleDocs,
    ) -> None:
        self._source = source
        self._code, self._visible = source.code, source.visible
        self._file = file
        self._module = module
        self._newlines = [match.start() for match in re.finditer("\n", source.code)]
        self._commands = commands
        self._docs = docs

    def read_alias(self, head: Head, scope: Scope) -> list[Found]:
        """`alias name := target` or `alias ⟨mp, mpr⟩ := target`, with the target as written."""
        alias = _ALIAS.match(self._code, head.end)
        if alias is None:
            return []
        place = self._place(head, scope)
        found: list[Found] = []
        names = [alias["name"]] if alias["name"] else (alias["pair"] or "").split(",")
        for index, written in enumerate(names[:2]):
            name = written.strip()
            full_name = scope.full_name(name)
            if not NAME.fullmatch(name) or name == "_" or is_plumbing(full_name):
                continue
            declaration = self._declaration(
                place, full_name, "theorem", head.keyword_start, docstring=head.docstring
            )
            part: Part = "" if alias["name"] else ("mp" if index == 0 else "mpr")
            found.append(self._found(place, declaration, target=alias["target"], part=part))
        return found

    def read(self, head: Head, scope: Scope) -> list[Found]:
        """A declaration and its members; nothing where it has no name or is plumbing."""
        kind = KINDS[head.keyword]
        start = head.end
        if kind in ("class", "instance"):
            extra = (_CLASS_KIND if kind == "class" else _PRIORITY).match(self._code, start)
            start = extra.end() if extra else start
        name = NAME.match(self._code, end_of_gap(self._code, start))
        if name is not None and name.group() in HEADS:
            name = None
        if name is None and kind != "instance":
            return []
        full_name = scope.full_name(name.group() if name else UNNAMED)
        place = self._place(head, scope)
        native = kind == "opaque" and _NATIVE.search(place.attributes)
        if "unsafe" in head.modifiers or native or is_plumbing(full_name):
            return []
        inductive = kind == "inductive" or "inductive" in self._code[head.end : start].split()
        if name is not None:
            universes = _UNIVERSES.match(self._code, name.end())
            start = universes.end() if universes else name.end()
        limit = self._commands.limit(start)
        closed_by_bar = inductive or kind == "structure"
        end = end_of_signature(self._code, start, limit, closed_by_bar=closed_by_bar)
        found = self._found(
            place,
            self._declaration(place, full_name, kind, head.keyword_start, docstring=head.docstring),
            statement=one_line(self._visible[start:end]),
            unnamed=name is None,
        )
        if inductive:
            return self._inductive(place, found, end, limit)
        if kind in ("structure", "class"):
            return self._structure(place, found, end, limit)
        if kind in ("theorem", "lemma", "axiom"):
            return [_with_variables(found, scope, [found.statement])]
        return [self._definition(place, found, end, limit)]

    def _definition(self, place: _Place, found: Found, end: int, limit: int) -> Found:
        stop = _STOP.search(self._code, end, limit)
        limit = stop.start() if stop else limit
        derived = _DERIVING.search(self._code, end, limit)
        if derived is not None:
            limit = derived.start()
            found = replace(found, deriving=tuple(NAME.findall(derived[1])))
        value = one_line(self._visible[end:limit])
        body = value.removeprefix(":=").removeprefix("where").strip()
        found = replace(found, value=value)
        return _with_variables(found, place.scope, [f"{found.statement} {value}"], body)

    def _structure(self, place: _Place, found: Found, end: int, limit: int) -> list[Found]:
        margin = _MARGIN.search(self._code, end, limit)
        limit = margin.start() if margin else limit
        body = read_structure(self._source, end, limit)
        parents = read_parents(found.statement)
        parts = [f"{item.name} {item.signature}".strip() for item in body.fields]
        if parents:
            parts.insert(0, "extends " + ", ".join(type_ for _, type_ in parents))
        elif not parts and self._code.startswith(":=", end):  # `class abbrev`
            parts = [one_line(self._visible[end + 2 : limit])]
        found = replace(
            found,
            parents=tuple(type_ for _, type_ in parents),
            fields=tuple(StructureField(it.name, it.binders, it.type) for it in body.fields),
            deriving=self._deriving(end, limit),
        )
        # The fields as binders, since each may be named in those behind it.
        binders, rest = split_binders(found.statement)
        fields = " ".join(f"({it.name} : ∀ {it.binders}, {it.type})" for it in body.fields)
        texts = [f"{binders} {fields} {rest}"]
        result = [_with_variables(found, place.scope, texts, "; ".join(parts))]
        name = found.declaration.name
        if body.constructor is not None:
            signature = " ".join(f"({item.name} {item.signature})" for item in body.fields)
            result += self._member(place, name, "constructor", body.constructor, signature)
        for projection, type_ in parents:
            if projection:
                declaration = self._declaration(
                    place,
                    f"{name}.{projection}",
                    "field",
                    place.head.keyword_start,
                    signature=f": {type_}",
                    generated_from=name,
                )
                result.append(Found(declaration, namespace=place.scope.namespace))
        for item in body.fields:
            result += self._member(place, name, "field", item, item.signature)
        return result

    def _inductive(self, place: _Place, found: Found, end: int, limit: int) -> list[Found]:
        members = read_constructors(self._source, end, limit)
        found = replace(found, deriving=self._deriving(end, limit))
        binders, _ = split_binders(found.statement)
        texts = [found.statement, *(f"{binders} {item.signature}" for item in members)]
        body = " | ".join(item.name for item in members)
        result = [_with_variables(found, place.scope, texts, body)]
        name = found.declaration.name
        for item in members:
            result += self._member(place, name, "constructor", item, item.signature)
        return result

    def _deriving(self, start: int, end: int) -> tuple[str, ...]:
        derived = _DERIVING.search(self._code, start, end)
        return tuple(NAME.findall(derived[1])) if derived else ()

    def _member(
        self, place: _Place, parent: str, kind: DeclarationKind, member: Member, signature: str
    ) -> list[Found]:
        name = f"{parent}.{member.name}"
        if is_plumbing(name):
            return []
        declaration = self._declaration(
            place,
            name,
            kind,
            member.position,
            docstring=member.docstring,
            signature=signature,
            private=member.private,
        )
        return [Found(declaration, statement=signature, namespace=place.scope.namespace)]

    def _place(self, head: Head, scope: Scope) -> _Place:
        return _Place(
            head=head,
            scope=scope,
            context=self._docs.context(head.start),
            attributes=" ".join(one_line(self._visible[a:b]) for a, b in head.attributes),
            deprecated=any(_DEPRECATED.search(self._code, a, b) for a, b in head.attributes),
            private="private" in head.modifiers or not (scope.public or "public" in head.modifiers),
        )

    def _found(
        self,
        place: _Place,
        declaration: Declaration,
        *,
        statement: str = "",
        unnamed: bool = False,
        target: str = "",
        part: Part = "",
    ) -> Found:
        return Found(
            declaration,
            attributes=place.attributes,
            statement=statement,
            namespace=place.scope.namespace,
            opened=place.scope.opened,
            modifiers=frozenset(place.head.modifiers),
            unnamed=unnamed,
            target=target,
            part=part,
        )

    def _declaration(
        self,
        place: _Place,
        name: str,
        kind: DeclarationKind,
        position: int,
        *,
        docstring: str = "",
        signature: str = "",
        generated_from: str = "",
        private: bool = False,
    ) -> Declaration:
        return Declaration(
            name=plain_name(name),
            kind=kind,
            docstring=docstring,
            signature=signature,
            module=self._module,
            file=self._file,
            line=bisect_right(self._newlines, position),
            context=place.context,
            generated_from=generated_from,
            deprecated=place.deprecated,
            private=place.private or private,
        )


def _with_variables(found: Found, scope: Scope, texts: list[str], body: str = "") -> Found:
    """The record with its body, and with the variables that the texts mention in front."""
    variables = used(scope.variables, texts)
    signature = f"{variables} {found.statement}".strip()
    if len(body) > LONGEST_BODY:
        body = body[:LONGEST_BODY].rstrip() + " …"
    declaration = found.declaration.model_copy(update={"signature": signature, "body": body})
    return replace(found, declaration=declaration, variables=variables)
