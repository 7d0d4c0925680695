"""The embedded library, imported once into a process whose forks then read texts.

`lean` imports the library anew for every text, which takes longer than a small proof. Here the
parent does it once, and a child goes on from there as leanprover-community/repl does: through
`Lean.Elab.process`. Signatures are those of Lean 4.35, where an IO function returns its result
and takes no world.
"""

from __future__ import annotations

import ctypes
import os
import re

from lean_agent.lean.strict.embedded_objects import (
    NOTHING,
    Objects,
    array_at,
    field,
    keep,
    string_at,
    tag,
)

_TRUST = 1024  # as `lean` has it: what was compiled is not checked again
_PRIVATE = 2  # the whole of a module is imported, as for files that are not modules themselves
_EMPTY_TREE = 3
_IMPORT = re.compile(r"(?:\s*import[^\S\n]+Init[^\S\n]*(?:\n|\Z))+")
# Words of a file's head. A text that has them anywhere else is not for us.
_HEAD = re.compile(r"\b(?:import|prelude|module)\b")
_COMMENT = re.compile(r"--[^\n]*|/-(?s:.*)-/")


def no_options(lean: ctypes.CDLL) -> int:
    """Lean's empty set of options."""
    return ctypes.c_void_p.in_dll(lean, "l_Lean_Options_empty").value or NOTHING


def import_library(objects: Objects, lean: ctypes.CDLL, *, trust: int, to_elaborate: bool) -> int:
    """The environment that the module `Init` from LEAN_PATH makes, with all that it imports.

    `to_elaborate` says that texts are to be read in it, which takes what the modules declared for
    tactics, notation and so on, for as long as the process lives. Lean must be initialized.
    Raises RuntimeError when the library cannot be imported.
    """
    # Lean's own folder would be added to LEAN_PATH, and there is none.
    returned(objects.call("l_Lean_initSearchPath", objects.string("/"), NOTHING))
    init = objects.constructor(0, [objects.name(("Init",))], b"\0\1\0")
    imports, plugins = objects.array([init]), objects.array([])
    lasting = extensions = int(to_elaborate)
    imported = objects.call(
        "l_Lean_importModules",
        imports,
        no_options(lean),
        trust,
        plugins,
        lasting,
        extensions,
        _PRIVATE,
        _EMPTY_TREE,
    )
    return returned(imported)


def returned(result: int) -> int:
    """What a function of Lean's IO returned. Raises RuntimeError where it failed."""
    if tag(result) != 0:
        raise RuntimeError("Lean's library cannot be used")
    return field(result, 0)


class Library:
    """The module `Init` from LEAN_PATH, with all that it imports.

    Lean must be initialized. Raises RuntimeError when the library cannot be imported.
    """

    def __init__(self, lean: ctypes.CDLL) -> None:
        self._lean = lean
        self._objects = objects = Objects(lean)
        lean.lean_enable_initializer_execution()
        imported = import_library(objects, lean, trust=_TRUST, to_elaborate=True)
        itself = objects.name(("_stdin",))  # as `lean --stdin` calls the module
        self._environment = objects.call("l_Lean_Environment_setMainModule", imported, itself)
        # Nothing is counted from here on, so children write to few of the parent's pages.
        lean.lean_mark_persistent(ctypes.c_void_p(self._environment))

    def read(self, text: str, memory_bytes: int) -> None:
        """Elaborate a text without imports; Lean's messages go to standard output, a JSON a line.

        `memory_bytes` is what elaborator and kernel may hold. To be called once, in a child.
        """
        lean, objects = self._lean, self._objects
        lean.lean_io_mark_end_initialization()
        lean.lean_internal_set_max_memory(ctypes.c_size_t(memory_bytes))
        lean.lean_init_task_manager_using(1)
        source, options = objects.string(text), no_options(lean)
        done = objects.call("l_Lean_Elab_process", source, self._environment, options, NOTHING)
        messages = field(returned(done), 1)
        for message in array_at(objects.call("l_Lean_MessageLog_toArray", messages)):
            json = objects.call("l_Lean_Message_toJson", keep(message))
            _write(string_at(objects.call("l_Lean_Json_compress", json)).encode() + b"\n")


def body(text: str) -> str | None:
    """The text with its `import Init` blanked out; None when it has another head.

    None too when nothing but comments may be left: only the parser of heads takes such a text.
    """
    match = _IMPORT.match(text)
    end = match.end() if match else 0
    if _HEAD.search(text, end) or not _COMMENT.sub("", text[end:]).strip():
        return None
    return re.sub(r"[^\n]", " ", text[:end]) + text[end:]


def _write(line: bytes) -> None:
    while line:
        line = line[os.write(1, line) :]
