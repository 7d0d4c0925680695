"""Namespaces and sections, and what is in force within them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from mathlib_index.extract.grammar import NAME, components
from mathlib_index.extract.variables import Variables

_MOST_OPENED = 1000  # namespaces at once; a bound keeps the whole linear
_OPEN_WORD = re.compile(rf"\([^)]*\)|{NAME.pattern}|→")


@dataclass(frozen=True)
class Scope:
    """What is in force at one place of a file."""

    namespace: str = ""
    opened: tuple[str, ...] = ()
    variables: Variables = ()
    public: bool = True
    """False in a file that begins with `module`, outside its `public section`s."""

    def full_name(self, name: str) -> str:
        """A declared name with the namespace in front."""
        if name.startswith("_root_."):
            return name.removeprefix("_root_.")
        return f"{self.namespace}.{name}" if self.namespace else name


class ScopeStack:
    """The scopes around the place that is being read."""

    def __init__(self) -> None:
        self.current = Scope()
        self._outer: list[Scope] = []
        self._saved: Scope | None = None

    def open_section(self, name: str, *, public: bool) -> None:
        """`section name`; a name of several components closes by as many."""
        for _ in components(name):
            self._outer.append(self.current)
        if public:
            self.current = replace(self.current, public=True)

    def open_namespace(self, name: str) -> None:
        """`namespace name`."""
        for component in components(name):
            self._outer.append(self.current)
            self.current = replace(self.current, namespace=self.current.full_name(component))

    def close(self, name: str) -> None:
        """`end name`."""
        for _ in components(name):
            if self._outer:
                self.current = self._outer.pop()

    def set_variables(self, variables: Variables) -> None:
        """Put other variables in force, to the end of the section."""
        self.current = replace(self.current, variables=variables)

    def open(self, text: str) -> None:
        """`open text`: only namespaces that are opened whole."""
        opened: list[str] = []
        for word in _OPEN_WORD.findall(text):
            if word.startswith("(") and opened:
                opened.pop()  # `open A (b)` opens `A.b` only
            elif word in ("hiding", "renaming"):
                break
            elif word != "scoped" and not word.startswith(("(", "→")):
                opened.append(word)
        if text.split()[:1] != ["scoped"]:
            all_opened = (*self.current.opened, *opened)[-_MOST_OPENED:]
            self.current = replace(self.current, opened=all_opened)

    def save(self) -> None:
        """Remember what is in force before a command that ends in `in`."""
        if self._saved is None:
            self._saved = self.current

    def restore(self) -> None:
        """Go back to that, after the command for which it held."""
        if self._saved is not None:
            self.current, self._saved = self._saved, None
