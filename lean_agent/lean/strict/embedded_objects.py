"""Lean objects in this process, made and read through Lean's C interface.

How objects lie in memory is in Lean's `lean.h`. What is made here is marked as persistent (its
reference count is zero), so Lean never frees it and nothing is counted: a process that uses this
lives for one question.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Sequence

from lean_agent.lean.strict.theory import Name

NOTHING = 1  # a number in place of a pointer: `none`, `[]`, the anonymous name
_ARRAY = 246
_POINTER, _BYTE, _SIZE, _INT = ctypes.c_void_p, ctypes.c_uint8, ctypes.c_size_t, ctypes.c_uint32
_FUNCTIONS: dict[str, tuple[type, ...]] = {
    "lean_alloc_object": (_SIZE,),
    "lean_mk_string_from_bytes": (ctypes.c_char_p, _SIZE),
    "lean_cstr_to_nat": (ctypes.c_char_p,),
    "lean_name_mk_string": (_POINTER, _POINTER),
    "lean_name_mk_numeral": (_POINTER, _POINTER),
    "lean_level_mk_zero": (_POINTER,),
    "lean_level_mk_succ": (_POINTER,),
    "lean_level_mk_max": (_POINTER, _POINTER),
    "lean_level_mk_imax": (_POINTER, _POINTER),
    "lean_level_mk_param": (_POINTER,),
    "lean_expr_mk_bvar": (_POINTER,),
    "lean_expr_mk_sort": (_POINTER,),
    "lean_expr_mk_const": (_POINTER, _POINTER),
    "lean_expr_mk_app": (_POINTER, _POINTER),
    "lean_expr_mk_lambda": (_POINTER, _POINTER, _POINTER, _BYTE),
    "lean_expr_mk_forall": (_POINTER, _POINTER, _POINTER, _BYTE),
    "lean_expr_mk_let": (_POINTER, _POINTER, _POINTER, _POINTER, _BYTE),
    "lean_expr_mk_lit": (_POINTER,),
    "lean_expr_mk_proj": (_POINTER, _POINTER, _POINTER),
    "lean_environment_find": (_POINTER, _POINTER),
    "lean_elab_environment_to_kernel_env": (_POINTER,),
    "lean_add_decl": (_POINTER, _SIZE, _SIZE, _POINTER, _POINTER),
    "l_Lean_Expr_getUsedConstants": (_POINTER,),
    "l_Lean_Elab_process": (_POINTER, _POINTER, _POINTER, _POINTER),
    "l_Lean_Environment_setMainModule": (_POINTER, _POINTER),
    "l_Lean_Json_compress": (_POINTER,),
    "l_Lean_MessageLog_toArray": (_POINTER,),
    "l_Lean_Message_toJson": (_POINTER,),
    "l_Lean_initSearchPath": (_POINTER, _POINTER),
    "l_Lean_importModules": (
        _POINTER, _POINTER, _INT, _POINTER, _BYTE, _BYTE, _BYTE, _POINTER,
    ),
}  # fmt: skip


class Objects:
    """Makes Lean objects; each is named by its address."""

    def __init__(self, lean: ctypes.CDLL) -> None:
        self._functions = {}
        for name, types in _FUNCTIONS.items():
            function = getattr(lean, name)
            function.argtypes, function.restype = types, _POINTER
            self._functions[name] = function
        self._names: dict[Name, int] = {(): NOTHING}

    def call(self, function: str, *arguments: int | bytes) -> int:
        """What the function returns; it may take over what it is given, or not."""
        return int(self._functions[function](*arguments))

    def made_by(self, function: str, *arguments: int | bytes) -> int:
        """The same, and the object that it returns is kept for good."""
        return keep(self.call(function, *arguments))

    def constructor(self, tag: int, fields: Sequence[int], scalars: bytes = b"") -> int:
        """A constructor's value: its fields, and the bytes of its small numbers and flags."""
        size = (8 + 8 * len(fields) + len(scalars) + 7) // 8 * 8
        head = size.to_bytes(2, "little") + bytes((len(fields), tag))
        return self._object(size, head, fields, scalars)

    def array(self, items: Sequence[int]) -> int:
        """An Array."""
        size = len(items).to_bytes(8, "little")
        head = bytes((0, 0, 0, _ARRAY)) + size + size
        return self._object(24 + 8 * len(items), head, items)

    def list(self, items: Iterable[int]) -> int:
        """A List."""
        made = NOTHING
        for item in reversed(list(items)):
            made = self.constructor(1, (item, made))
        return made

    def string(self, text: str) -> int:
        """A String."""
        encoded = text.encode()
        return self.made_by("lean_mk_string_from_bytes", encoded, len(encoded))

    def natural(self, number: int) -> int:
        """A Nat."""
        if number < 1 << 63:
            return number << 1 | 1
        return self.made_by("lean_cstr_to_nat", str(number).encode())

    def name(self, name: Name) -> int:
        """A Name."""
        known = len(name)
        while name[:known] not in self._names:
            known -= 1
        made = self._names[name[:known]]
        for end, part in enumerate(name[known:], known + 1):
            if isinstance(part, str):
                made = self.made_by("lean_name_mk_string", made, self.string(part))
            else:
                made = self.made_by("lean_name_mk_numeral", made, self.natural(part))
            self._names[name[:end]] = made
        return made

    def _object(self, size: int, head: bytes, fields: Sequence[int], tail: bytes = b"") -> int:
        content = bytes(4) + head + b"".join(f.to_bytes(8, "little") for f in fields) + tail
        made = self.call("lean_alloc_object", size)
        ctypes.memmove(made, content, len(content))
        return made


def keep(address: int) -> int:
    """Have Lean never free this object, nor what it holds."""
    if address & 1 == 0:
        ctypes.c_int32.from_address(address).value = 0
    return address


def tag(address: int) -> int:
    """Which constructor of its type made this value."""
    return address >> 1 if address & 1 else ctypes.c_uint8.from_address(address + 7).value


def field(address: int, index: int) -> int:
    """A constructor's field."""
    return ctypes.c_uint64.from_address(address + 8 + 8 * index).value


def array_at(address: int) -> list[int]:
    """The items of an Array."""
    size = ctypes.c_uint64.from_address(address + 8).value
    return list((ctypes.c_uint64 * size).from_address(address + 24))


def list_at(address: int) -> list[int]:
    """The items of a List."""
    items = []
    while address != NOTHING:
        items.append(field(address, 0))
        address = field(address, 1)
    return items


def string_at(address: int) -> str:
    """A String."""
    size = ctypes.c_uint64.from_address(address + 8).value
    return ctypes.string_at(address + 32, size - 1).decode("utf-8", "replace")


def name_at(address: int) -> Name:
    """A Name; of a number that does not fit into a word only its place is kept."""
    parts: list[str | int] = []
    while address != NOTHING:
        part = field(address, 1)
        parts.append(string_at(part) if tag(address) == 1 else part >> 1)
        address = field(address, 0)
    return tuple(reversed(parts))
