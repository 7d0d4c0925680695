"""Declarations from Lean sources, read as text: no Lean is needed.

What counts as public, and is extracted, is what a proof may cite by name. Left out are
`private` and `unsafe` declarations, `example`s, instances without a name, and plumbing: names in
the namespace `Lean`, names with a component that starts with an underscore, and `opaque` constants
bound to native code by an `extern` attribute.
"""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from mathlib_index.declaration import Declaration, DeclarationKind
from mathlib_index.errors import SourcesUnusable
from mathlib_index.lexer import DOC_MARK, SourceText, lex

_COMPONENT = r"(?:«[^»\n]{1,200}»|[^\W\d][\w'!?]*)"
_NAME = re.compile(rf"{_COMPONENT}(?:\.{_COMPONENT})*")
_UNIVERSES = re.compile(r"\.\{[^}\n]*\}")
_INSTANCE_PRIORITY = re.compile(r"\s*\(priority\s*:=[^)\n]*\)")
_GAP = re.compile(r"\s*")

_KINDS: dict[str, DeclarationKind] = {
    "theorem": "theorem",
    "lemma": "lemma",
    "def": "def",
    "irreducible_def": "def",
    "abbrev": "abbrev",
    "structure": "structure",
    "class": "class",
    "inductive": "inductive",
    "coinductive": "inductive",
    "instance": "instance",
    "axiom": "axiom",
    "opaque": "opaque",
}
_SCOPES = {"namespace", "section", "mutual", "end"}
_MODIFIERS = {
    *("private", "protected", "public", "noncomputable", "nonrec", "unsafe", "partial"),
    *("local", "scoped", "meta"),
}
# Commands that hold no declaration; they are listed because a signature ends where they begin.
_OTHER_COMMANDS = {
    *("example", "open", "variable", "universe", "attribute", "set_option", "export", "import"),
    *("notation", "infix", "infixl", "infixr", "prefix", "postfix", "macro", "macro_rules"),
    *("syntax", "elab", "elab_rules", "deriving", "alias", "initialize", "include", "omit"),
}
_HEADS = sorted({*_KINDS, *_SCOPES, *_MODIFIERS, *_OTHER_COMMANDS}, key=len, reverse=True)
# A command is looked for at the start of a line, behind an `open … in` at most. The plain newline
# (not `^`) lets `re` skip fast; `*+` gives no blanks back, or blanked comments would cost their
# length squared.
_COMMAND_HEAD = (
    rf"[ \t]*+(?:(?:open|set_option|variable|omit|include)\b[^\n]*?\bin[ \t]++)?"
    rf"(?:{DOC_MARK}[ \t]*+)?"
    rf"(?P<head>@\[|(?:{'|'.join(_HEADS)})(?![\w.'!?]))"
)
_COMMAND_AT_LINE = re.compile(rf"\n{_COMMAND_HEAD}")
_COMMAND_HERE = re.compile(_COMMAND_HEAD)
_WORD = re.compile(r"[a-z_]+(?![\w.'!?])")

_BRACKETS = re.compile(r"[\[\]]")
# Bounds on the search for a bracket that never closes, which keep the whole linear.
_LONGEST_ATTRIBUTES = 4000  # characters
_DEEPEST_ATTRIBUTES = 20  # nested brackets

_HEADER_TOKEN = re.compile(
    rf"""«[^»\n]{{1,200}}»
      | (?P<open>[(\[{{⟨⦃]) | (?P<close>[)\]}}⟩⦄])
      | (?P<assign>:=) | (?P<arrow>=>)
      | <\|>? | \|\|+ | \|>\.? | (?P<bar>\|)
      | (?P<stop>{DOC_MARK} | \n(?=[A-Za-z\#@]))
      | (?<![\w.'!?])(?:(?P<end>where|by|deriving)|(?P<let>let|letI|have|haveI)|(?P<fun>fun|λ)
                      )(?![\w'!?])
    """,
    re.VERBOSE,
)
_CONSTRUCTOR = re.compile(
    rf"\s*+(?:(?P<doc>{DOC_MARK})\s*+)?(?P<modifiers>(?:(?:private|protected)\s++)*+)"
    rf"(?P<name>{_COMPONENT})(?![\w.])"
)


@dataclass
class Extraction:
    """What a source folder holds, in the order of file paths and lines."""

    declarations: list[Declaration] = field(default_factory=list)
    files: int = 0
    """Files read."""
    warnings: list[str] = field(default_factory=list)
    """One sentence for each file that could not be read."""


def extract_folder(folder: Path, on_file: Callable[[int, int], None] | None = None) -> Extraction:
    """Read every `*.lean` file below `folder`, hidden folders such as `.lake` left out.

    `on_file(done, total)` is called after each file. A file that cannot be read costs one warning.
    Raises `SourcesUnusable` where there is no such folder or no Lean file in it.
    """
    if not folder.is_dir():
        raise SourcesUnusable(f"no such folder: {folder}. Give a folder that holds .lean files.")
    paths = sorted(_lean_files(folder))
    if not paths:
        raise SourcesUnusable(f"no .lean files in {folder}. Give the folder of a Lean library.")
    result = Extraction()
    for done, path in enumerate(paths, start=1):
        file = path.relative_to(folder).as_posix()
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            result.warnings.append(f"{file} was left out: {error}")
        else:
            result.declarations.extend(extract_text(text, file))
            result.files += 1
        if on_file is not None:
            on_file(done, len(paths))
    return result


def _lean_files(folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(parent, name) for name in files if name.endswith(".lean"))


def extract_text(text: str, file: str) -> list[Declaration]:
    """The public declarations of one Lean file, whose path relative to its folder is `file`.

    Never fails: what it cannot make sense of, it passes over. Takes time linear in the text.
    """
    return list(_FileParser(text, file).declarations())


class _FileParser:
    """One pass over one file, from command to command, with the stack of open scopes."""

    def __init__(self, text: str, file: str) -> None:
        # With a newline in front, every line begins behind one.
        self.source: SourceText = lex("\n" + text.replace("\r\n", "\n"))
        self.code = self.source.code
        self.file = file
        self.module = file.removesuffix(".lean").replace("/", ".")
        self.newlines = [match.start() for match in re.finditer("\n", self.code)]
        self.scopes: list[str] = []  # one entry a component; empty for sections
        self.upcoming: re.Match[str] | None = None  # the latest answer of _next_command

    def declarations(self) -> Iterator[Declaration]:
        position = 0
        after_scope = False
        while True:
            # `namespace A` may be followed by a command on the same line.
            command = _COMMAND_HERE.match(self.code, position) if after_scope else None
            command = command or self._next_command(position)
            if command is None:
                return
            head = self._read_head(command.start("head"))
            after_scope = head.keyword in _SCOPES
            if after_scope:
                position = self._apply_scope(head)
                continue
            position = max(head.end, command.end())
            if head.keyword in _KINDS:
                yield from self._read_declaration(head)

    def _next_command(self, position: int) -> re.Match[str] | None:
        if self.upcoming is None or self.upcoming.start() < position:
            self.upcoming = _COMMAND_AT_LINE.search(self.code, position)
        return self.upcoming

    def _read_head(self, start: int) -> _Head:
        """Attributes, modifiers and keyword of the command that starts here, in any order."""
        head = _Head(start=start, end=start, doc=self._doc_before(start))
        while True:
            position = _end_of_gap(self.code, head.end)
            if self.code.startswith("@[", position):
                end = self._end_of_attributes(position)
                if end is None:
                    return head
                head.attributes += self.code[position:end]
                head.end = end
            elif self.code.startswith(DOC_MARK, position):
                head.doc = self.source.docstrings[position]
                head.end = position + 1
            else:
                word = _WORD.match(self.code, position)
                if word is None:
                    return head
                if word.group() in _MODIFIERS:
                    head.modifiers.add(word.group())
                    head.end = word.end()
                    continue
                head.keyword, head.keyword_start, head.end = word.group(), position, word.end()
                return head

    def _doc_before(self, position: int) -> str:
        while position > 0 and self.code[position - 1].isspace():
            position -= 1
        return self.source.docstrings.get(position - 1, "")

    def _end_of_attributes(self, start: int) -> int | None:
        depth = 0
        for bracket in _BRACKETS.finditer(self.code, start, start + _LONGEST_ATTRIBUTES):
            depth += 1 if bracket.group() == "[" else -1
            if depth == 0:
                return bracket.end()
            if depth > _DEEPEST_ATTRIBUTES:
                break
        return None

    def _apply_scope(self, head: _Head) -> int:
        """Open or close a namespace or section; returns where reading goes on."""
        name = None
        if head.keyword != "mutual":
            same_line = re.compile(r"[ \t]*").match(self.code, head.end)
            start = same_line.end() if same_line else head.end
            name = _NAME.match(self.code, start)
            if name is not None and name.group() in _HEADS:
                name = None
        components = _components(name.group()) if name else [""]
        if head.keyword == "end":
            del self.scopes[max(0, len(self.scopes) - len(components)) :]
        elif head.keyword == "namespace":
            self.scopes.extend(components)
        else:
            self.scopes.extend("" for _ in components)
        return name.end() if name else head.end

    def _read_declaration(self, head: _Head) -> Iterator[Declaration]:
        kind = _KINDS[head.keyword]
        start = head.end
        if kind == "class":
            refined = re.compile(r"\s+(inductive|abbrev)(?![\w.'!?])").match(self.code, start)
            start = refined.end() if refined else start
        if kind == "instance":
            priority = _INSTANCE_PRIORITY.match(self.code, start)
            start = priority.end() if priority else start
        name = _NAME.match(self.code, _end_of_gap(self.code, start))
        if name is None or name.group() in _HEADS:
            return
        full_name = self._full_name(name.group())
        native = kind == "opaque" and re.search(r"\bextern\b", head.attributes)
        if head.modifiers & {"private", "unsafe"} or native or is_plumbing(full_name):
            return
        universes = _UNIVERSES.match(self.code, name.end())
        signature_start = universes.end() if universes else name.end()
        following = self._next_command(signature_start)
        limit = following.start() if following else len(self.code)
        has_constructors = kind == "inductive" or "inductive" in self.code[head.end : name.start()]
        closed_by_bar = has_constructors or kind == "structure"
        signature_end = self._end_of_signature(signature_start, limit, closed_by_bar)
        yield self._declaration(
            full_name, kind, head.doc, signature_start, signature_end, head.keyword_start
        )
        if has_constructors:
            yield from self._read_constructors(full_name, signature_end, limit)

    def _end_of_signature(self, start: int, limit: int, closed_by_bar: bool) -> int:
        """Offset of the `:=`, `where`, `|` or `by` that ends a header, or of what follows it.

        A `|` may also be an absolute value. It starts alternatives if a `=>` follows it with no
        `fun` in between to which that arrow could belong.
        """
        depth = 0
        awaited_assignments = 0  # of `let` and `have` in the type
        first_bar: int | None = None
        for token in _HEADER_TOKEN.finditer(self.code, start, limit):
            kind = token.lastgroup
            if kind == "stop":
                return token.start()
            if kind == "open":
                depth += 1
            elif kind == "close":
                depth = max(0, depth - 1)
            elif depth > 0:
                continue
            elif kind == "end":
                return first_bar if first_bar is not None and closed_by_bar else token.start()
            elif kind == "let":
                awaited_assignments += 1
            elif kind == "assign":
                if awaited_assignments == 0:
                    return token.start()
                awaited_assignments -= 1
            elif kind == "bar":
                if closed_by_bar:
                    return token.start()
                first_bar = token.start() if first_bar is None else first_bar
            elif kind == "fun":
                first_bar = None
            elif kind == "arrow" and first_bar is not None:
                return first_bar
        return limit

    def _read_constructors(self, parent: str, start: int, limit: int) -> Iterator[Declaration]:
        depth = 0
        pending: tuple[re.Match[str], str] | None = None
        last_mark = -1
        for token in _HEADER_TOKEN.finditer(self.code, start, limit):
            kind = token.lastgroup
            if kind == "open":
                depth += 1
            elif kind == "close":
                depth = max(0, depth - 1)
            elif depth > 0 or kind not in {"bar", "stop", "end"}:
                continue
            elif self.code[token.start()] == DOC_MARK:
                if pending is not None and token.start() > pending[0].start("name"):
                    yield from self._constructor(parent, *pending, token.start())
                    pending = None
                last_mark = token.start()
            elif kind == "bar":
                if pending is not None:
                    yield from self._constructor(parent, *pending, token.start())
                    pending = None
                found = _CONSTRUCTOR.match(self.code, token.end(), limit)
                if found is not None and found["name"] not in _HEADS:
                    mark = found.start("doc") if found["doc"] else last_mark
                    pending = (found, self.source.docstrings.get(mark, ""))
                last_mark = -1
            elif token.group() != "where":
                limit = token.start()
                break
        if pending is not None:
            yield from self._constructor(parent, *pending, limit)

    def _constructor(
        self, parent: str, found: re.Match[str], doc: str, end: int
    ) -> Iterator[Declaration]:
        name = f"{parent}.{found['name']}"
        if "private" not in found["modifiers"] and not is_plumbing(name):
            yield self._declaration(
                name, "constructor", doc, found.end("name"), end, found.start("name")
            )

    def _declaration(
        self, name: str, kind: DeclarationKind, doc: str, start: int, end: int, where: int
    ) -> Declaration:
        return Declaration(
            name=name,
            kind=kind,
            docstring=doc,
            signature=" ".join(self.source.visible[start:end].split()),
            module=self.module,
            file=self.file,
            line=bisect_right(self.newlines, where),
        )

    def _full_name(self, name: str) -> str:
        if name.startswith("_root_."):
            return name.removeprefix("_root_.")
        return ".".join([*(scope for scope in self.scopes if scope), name])


@dataclass
class _Head:
    """The words before a declaration's name."""

    start: int
    end: int
    doc: str
    attributes: str = ""
    modifiers: set[str] = field(default_factory=set)
    keyword: str = ""
    keyword_start: int = 0


def is_plumbing(name: str) -> bool:
    """Whether a full name is of the machinery of Lean, rather than something a proof would cite."""
    components = _components(name)
    return components[0] == "Lean" or any(part.startswith("_") for part in components)


def _components(name: str) -> list[str]:
    return re.findall(_COMPONENT, name)


def _end_of_gap(code: str, position: int) -> int:
    return cast(re.Match[str], _GAP.match(code, position)).end()
