"""All declarations of one Lean file, with what the file says of them."""

from __future__ import annotations

import re
from dataclasses import replace

from mathlib_index.extract.commands import CommandReader, Head
from mathlib_index.extract.declarations import DeclarationReader
from mathlib_index.extract.found import Addendum, FileFindings, Found
from mathlib_index.extract.grammar import (
    HEADS,
    KINDS,
    NAME,
    NAME_LIST,
    PREFIXES,
    SCOPES,
    end_of_gap,
    one_line,
)
from mathlib_index.extract.module_docs import ModuleDocs
from mathlib_index.extract.scopes import Scope, ScopeStack
from mathlib_index.extract.variables import declare, include, omit
from mathlib_index.lexer import lex

_SAME_LINE = re.compile(r"[ \t]*")
_MODULE = re.compile(r"\s*module(?![\w.'!?])")
_DERIVING_LATER = re.compile(rf"\s*instance\s+{NAME_LIST}\s+for\s+(.*)")


def read_file(text: str, file: str, parent_module: str = "") -> FileFindings:
    """What one Lean file holds, whose path relative to its folder is `file`.

    `parent_module` is what that folder is in Lean's module names: `Mathlib.Order`, or empty.

    Never fails: what it cannot make sense of, it passes over. Takes time linear in the text.
    """
    return _FileReader(text, file, parent_module).read()


class _FileReader:
    """One pass over one file, from command to command, with the stack of open scopes."""

    def __init__(self, text: str, file: str, parent_module: str) -> None:
        # With a newline in front, every line begins behind one.
        self.source = lex("\n" + text.replace("\r\n", "\n"))
        self.code, self.visible = self.source.code, self.source.visible
        self.commands = CommandReader(self.source)
        self.docs = ModuleDocs(self.source.module_docs)
        module = file.removesuffix(".lean").replace("/", ".")
        if parent_module:
            module = f"{parent_module}.{module}"
        self.declarations = DeclarationReader(self.source, file, module, self.commands, self.docs)
        self.scopes = ScopeStack()
        if _MODULE.match(self.code):
            self.scopes.current = Scope(public=False)
        self.found: list[Found] = []
        self.last_type = ""  # the name that a `deriving` on a line of its own is about
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
            found = self.declarations.read(head, self.scopes.current)
            self.last_type = found[0].declaration.name if found else ""
            self.found += found
        elif head.keyword == "alias":
            self.found += self.declarations.read_alias(head, self.scopes.current)
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
            elif self.last_type and not text.startswith("instance"):
                self._add(f"_root_.{self.last_type}", deriving=tuple(NAME.findall(text)))
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
