"""All declarations of one Lean file, with what the file says of them."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace

from mathlib_index.declaration import Declaration, DeclarationKind
from mathlib_index.extract.commands import CommandReader, Head
from mathlib_index.extract.found import UNNAMED, Addendum, FileFindings, Found, StructureField
from mathlib_index.extract.grammar import (
    HEADS,
    KINDS,
    NAME,
    NAME_TEXT,
    PREFIXES,
    SCOPES,
    end_of_gap,
    is_plumbing,
    one_line,
)
from mathlib_index.extract.header import STOP, end_of_signature
from mathlib_index.extract.members import Member, read_constructors, read_parents, read_structure
from mathlib_index.extract.module_docs import ModuleDocs
from mathlib_index.extract.scopes import Scope, ScopeStack
from mathlib_index.extract.variables import declare, include, omit, used
from mathlib_index.lexer import lex

LONGEST_BODY = 400
"""In characters; what goes beyond is cut."""

_STOP = re.compile(STOP)
_MARGIN = re.compile(r"\n(?=[A-Za-z#@])")
_UNIVERSES = re.compile(r"\.\{[^}\n]*\}")
_PRIORITY = re.compile(r"\s*\(priority\s*:=[^)\n]*\)")
_CLASS_KIND = re.compile(r"\s+(inductive|abbrev)(?![\w.'!?])")
_SAME_LINE = re.compile(r"[ \t]*")
_DEPRECATED = re.compile(r"\bdeprecated\b")
_NATIVE = re.compile(r"\bextern\b")
_MODULE = re.compile(r"\s*module(?![\w.'!?])")
_NAME_LIST = rf"({NAME_TEXT}(?:\s*,\s*{NAME_TEXT})*)"
_DERIVING = re.compile(rf"(?<![\w.'!?])deriving\s++(?!instance){_NAME_LIST}")
_DERIVING_LATER = re.compile(rf"\s*instance\s+{_NAME_LIST}\s+for\s+(.*)")
_ALIAS = re.compile(
    rf"\s*(?:⟨(?P<pair>[^⟩]*)⟩|(?P<name>{NAME_TEXT}))\s*:=\s*(?P<target>{NAME_TEXT})"
)


def read_file(text: str, file: str) -> FileFindings:
    """What one Lean file holds, whose path relative to its folder is `file`.

    Never fails: what it cannot make sense of, it passes over. Takes time linear in the text.
    """
    return _FileReader(text, file).read()


@dataclass(frozen=True)
class _Place:
    """What every record of one command has in common."""

    head: Head
    scope: Scope
    context: str
    private: bool
    attributes: str
    deprecated: bool


class _FileReader:
    """One pass over one file, from command to command, with the stack of open scopes."""

    def __init__(self, text: str, file: str) -> None:
        # With a newline in front, every line begins behind one.
        self.source = lex("\n" + text.replace("\r\n", "\n"))
        self.code, self.visible = self.source.code, self.source.visible
        self.file = file
        self.module = file.removesuffix(".lean").replace("/", ".")
        self.newlines = [match.start() for match in re.finditer("\n", self.code)]
        self.commands = CommandReader(self.source)
        self.docs = ModuleDocs(self.source.module_docs)
        self.scopes = ScopeStack()
        if _MODULE.match(self.code):
            self.scopes.current = Scope(public=False)
        self.found: list[Found] = []
        self.addenda: list[Addendum] = []

    def read(self) -> FileFindings:
        position, follows_at_once = 0, False
        while True:
            # `namespace A` or `open A in` may be followed by a command on the same line.
            command = self.commands.here(position) if follows_at_once else None
            if command is None:
                self.scopes.restore()
                command = self.commands.at_line(position)
            if command is None:
                break
            head = self.commands.head(command.start("head"))
            position, follows_at_once = self._read_command(head, command.end())
        remarks = self.docs.remarks([item.declaration.name for item in self.found])
        return FileFindings([self._with_remark(item, remarks) for item in self.found], self.addenda)

    def _with_remark(self, item: Found, remarks: dict[str, str]) -> Found:
        remark = remarks.get(item.declaration.name)
        if remark is None:
            return item
        return replace(item, declaration=item.declaration.model_copy(update={"remark": remark}))

    def _read_command(self, head: Head, end: int) -> tuple[int, bool]:
        """Where reading goes on, and whether a command may follow there on the same line."""
        if head.keyword in PREFIXES:
            return self._read_prefix(head)
        if head.keyword in SCOPES:
            self.scopes.restore()
            return self._read_scope(head), True
        if head.keyword in KINDS:
            self._read_declaration(head)
        elif head.keyword == "alias":
            self._read_alias(head)
        elif head.keyword in ("add_decl_doc", "initialize_simps_projections", "deriving"):
            self._read_addendum(head)
        self.scopes.restore()
        return max(head.end, end), False

    def _read_scope(self, head: Head) -> int:
        """Open or close a namespace or section."""
        name = None
        if head.keyword != "mutual":
            same_line = _SAME_LINE.match(self.code, head.end)
            name = NAME.match(self.code, same_line.end() if same_line else head.end)
            if name is not None and name.group() in HEADS:
                name = None
        text = name.group() if name else ""
        if head.keyword == "end":
            self.scopes.close(text)
        elif head.keyword == "namespace":
            self.scopes.open_namespace(text)
        else:
            self.scopes.open_section(text, public="public" in head.modifiers)
        return name.end() if name else head.end

    def _read_prefix(self, head: Head) -> tuple[int, bool]:
        """Put an `open`, `variable` … in force, up to its `in` or to the end of the section."""
        arguments = self.commands.arguments(head.end)
        if arguments.for_next_only:
            self.scopes.save()
        variables = self.scopes.current.variables
        if head.keyword == "open":
            self.scopes.open(arguments.text)
        elif head.keyword == "variable":
            self.scopes.set_variables(declare(variables, arguments.text))
        elif head.keyword == "include":
            self.scopes.set_variables(include(variables, arguments.text))
        elif head.keyword == "omit":
            self.scopes.set_variables(omit(variables, arguments.text))
        elif head.keyword == "attribute":
            self._read_attribute(arguments.start, arguments.text)
        if not arguments.for_next_only:
            self.scopes.restore()
        return arguments.end, arguments.for_next_only

    def _read_attribute(self, start: int, text: str) -> None:
        """`attribute [to_additive foo] bar`."""
        start_of_list = end_of_gap(self.code, start)
        end = self.commands.end_of_attributes(start_of_list)
        if end is not None and self.code.startswith("[", start_of_list):
            attributes = "@" + one_line(self.visible[start_of_list:end])
            for name in NAME.findall(text[end - start :]):
                self._add(name, attributes=attributes)

    def _read_addendum(self, head: Head) -> None:
        arguments = self.commands.arguments(head.end)
        text = one_line(arguments.text)
        if head.keyword == "deriving":
            later = _DERIVING_LATER.match(text)
            if later is not None:
                for name in NAME.findall(later[2]):
                    self._add(name, deriving=tuple(NAME.findall(later[1])))
            elif self.found and not text.startswith("instance"):
                name = self.found[-1].declaration.name
                self._add(f"_root_.{name}", deriving=tuple(NAME.findall(text)))
            return
        named = NAME.match(text)
        if named is None:
            return
        if head.keyword == "add_decl_doc":
            self._add(named.group(), docstring=head.docstring)
        else:
            self._add(named.group(), projections=text[named.end() :].strip())

    def _add(
        self,
        name: str,
        *,
        attributes: str = "",
        docstring: str = "",
        projections: str = "",
        deriving: tuple[str, ...] = (),
    ) -> None:
        scope = self.scopes.current
        self.addenda.append(
            Addendum(
                name, scope.namespace, scope.opened, attributes, docstring, projections, deriving
            )
        )

    def _read_alias(self, head: Head) -> None:
        alias = _ALIAS.match(self.code, head.end)
        if alias is None:
            return
        place = self._place(head)
        names = [alias["name"]] if alias["name"] else (alias["pair"] or "").split(",")
        for index, name in enumerate(names[:2]):
            if not NAME.fullmatch(name.strip()) or name.strip() == "_":
                continue
            full_name = self.scopes.full_name(name.strip())
            if is_plumbing(full_name):
                continue
            declaration = self._declaration(
                place, full_name, "theorem", head.docstring, "", head.keyword_start
            )
            found = self._found(place, declaration)
            part = "" if alias["name"] else ("mp", "mpr")[index]
            self.found.append(replace(found, target=alias["target"], part=part))

    def _read_declaration(self, head: Head) -> None:
        kind = KINDS[head.keyword]
        start = head.end
        if kind in ("class", "instance"):
            extra = (_CLASS_KIND if kind == "class" else _PRIORITY).match(self.code, start)
            start = extra.end() if extra else start
        name = NAME.match(self.code, end_of_gap(self.code, start))
        if name is not None and name.group() in HEADS:
            name = None
        if name is None and kind != "instance":
            return
        full_name = self.scopes.full_name(name.group() if name else UNNAMED)
        place = self._place(head)
        native = kind == "opaque" and _NATIVE.search(place.attributes)
        if "unsafe" in head.modifiers or native or is_plumbing(full_name):
            return
        if name is not None:
            universes = _UNIVERSES.match(self.code, name.end())
            start = universes.end() if universes else name.end()
        limit = self.commands.limit(start)
        inductive = kind == "inductive" or "inductive" in self.code[head.end : start].split()
        end = end_of_signature(
            self.code, start, limit, closed_by_bar=inductive or kind == "structure"
        )
        declaration = self._declaration(
            place, full_name, kind, head.docstring, "", head.keyword_start
        )
        found = self._found(place, declaration, one_line(self.visible[start:end]))
        found = replace(found, unnamed=name is None)
        if inductive:
            self._add_inductive(place, found, end, limit)
        elif kind in ("structure", "class"):
            self._add_structure(place, found, end, limit)
        elif kind in ("theorem", "lemma", "axiom"):
            self._add_found(found, found.statement)
        else:
            self._add_definition(found, end, limit)

    def _add_definition(self, found: Found, end: int, limit: int) -> None:
        stop = _STOP.search(self.code, end, limit)
        region = self.visible[end : stop.start() if stop else limit]
        derived = _DERIVING.search(region)
        if derived is not None:
            region = region[: derived.start()]
            found = replace(found, deriving=tuple(NAME.findall(derived[1])))
        value = one_line(region)
        body = value.removeprefix(":=").removeprefix("where").strip()
        self._add_found(replace(found, value=value), f"{found.statement} {value}", body)

    def _add_structure(self, place: _Place, found: Found, end: int, limit: int) -> None:
        margin = _MARGIN.search(self.code, end, limit)
        limit = margin.start() if margin else limit
        body = read_structure(self.source, end, limit)
        parents = read_parents(found.statement)
        derived = _DERIVING.search(self.code, end, limit)
        fields = tuple(StructureField(item.name, item.binders, item.type) for item in body.fields)
        found = replace(
            found,
            parents=tuple(type_ for _, type_ in parents),
            fields=fields,
            deriving=tuple(NAME.findall(derived[1])) if derived else (),
        )
        parts = [f"{item.name} {item.signature}".strip() for item in body.fields]
        if parents:
            parts.insert(0, "extends " + ", ".join(found.parents))
        if not parts and not body.fields:
            parts = [one_line(self.visible[end:limit]).removeprefix(":=").strip()]
        everything = " ".join([found.statement, "where", *(f"({part})" for part in parts)])
        self._add_found(found, everything, "; ".join(parts))
        name, head = found.declaration.name, place.head
        if body.constructor is not None:
            signature = " ".join(f"({item.name} {item.signature})" for item in body.fields)
            self._add_member(place, name, "constructor", body.constructor, signature)
        for projection, type_ in parents:
            if projection:
                declaration = self._declaration(
                    place, f"{name}.{projection}", "field", "", f": {type_}", head.keyword_start
                )
                declaration = declaration.model_copy(update={"generated_from": name})
                self.found.append(Found(declaration, namespace=place.scope.namespace))
        for item in body.fields:
            self._add_member(place, name, "field", item, item.signature)

    def _add_inductive(self, place: _Place, found: Found, end: int, limit: int) -> None:
        members = read_constructors(self.source, end, limit)
        derived = _DERIVING.search(self.code, end, limit)
        if derived is not None:
            found = replace(found, deriving=tuple(NAME.findall(derived[1])))
        everything = f"{found.statement} where {one_line(self.visible[end:limit])}"
        self._add_found(found, everything, " | ".join(item.name for item in members))
        for item in members:
            self._add_member(place, found.declaration.name, "constructor", item, item.signature)

    def _add_found(self, found: Found, everything: str, body: str = "") -> None:
        """Complete a record by the variables that `everything` mentions, and keep it."""
        scope = self.scopes.current
        variables = used(scope.variables, everything)
        declaration = found.declaration.model_copy(
            update={
                "signature": f"{variables} {found.statement}".strip(),
                "body": cut(body),
            }
        )
        self.found.append(replace(found, declaration=declaration, variables=variables))

    def _add_member(
        self, place: _Place, parent: str, kind: DeclarationKind, member: Member, signature: str
    ) -> None:
        name = f"{parent}.{member.name}"
        if is_plumbing(name):
            return
        declaration = self._declaration(
            place, name, kind, member.docstring, signature, member.position
        )
        if member.private:
            declaration = declaration.model_copy(update={"private": True})
        self.found.append(Found(declaration, statement=signature, namespace=place.scope.namespace))

    def _place(self, head: Head) -> _Place:
        scope = self.scopes.current
        attributes = " ".join(one_line(self.visible[a:b]) for a, b in head.attributes)
        return _Place(
            head=head,
            scope=scope,
            context=self.docs.context(head.start),
            private="private" in head.modifiers or not (scope.public or "public" in head.modifiers),
            attributes=attributes,
            deprecated=any(_DEPRECATED.search(self.code, a, b) for a, b in head.attributes),
        )

    def _found(self, place: _Place, declaration: Declaration, statement: str = "") -> Found:
        return Found(
            declaration,
            attributes=place.attributes,
            statement=statement,
            namespace=place.scope.namespace,
            opened=place.scope.opened,
            modifiers=frozenset(place.head.modifiers),
        )

    def _declaration(
        self,
        place: _Place,
        name: str,
        kind: DeclarationKind,
        docstring: str,
        signature: str,
        position: int,
    ) -> Declaration:
        return Declaration(
            name=name,
            kind=kind,
            docstring=docstring,
            signature=signature,
            module=self.module,
            file=self.file,
            line=bisect_right(self.newlines, position),
            context=place.context,
            deprecated=place.deprecated,
            private=place.private,
        )


def cut(text: str) -> str:
    """The beginning of a body."""
    return text if len(text) <= LONGEST_BODY else text[:LONGEST_BODY].rstrip() + " …"
