"""Read the constants of a compiled Lean module (.olean) without trusting one byte of it.

Lean maps such a file into memory and follows its pointers, and the kernel believes the numbers
that are stored beside expressions (hashes, how many variables are free). A file that was written
by a submission may lie in all of these. Here every pointer is checked, and of an expression only
its shape is read.

The format is that of Lean 4.35: a header of 96 bytes (the word `olean`, version 2, the address
that pointers count from, the root), then objects as in `lean.h`, parts before what they are part
of. Nothing else in the file is looked at.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

from lean_agent.lean.strict.theory import Constant, Kind, Name, Node, Terms

_HEADER = struct.Struct("<5sBB33s40sQQ")
_OBJECT = struct.Struct("<iHBB")  # reference count, size, number of pointers, tag
_ARRAY, _STRING, _BIG_NUMBER = 246, 249, 250
_EMPTY = 1  # in place of a pointer: the first constructor, where it has no fields
_MODULE_FIELDS = 5
_MOST_BINDERS = (1 << 20) - 2
_SAFE = 1  # of Lean's unsafe, safe, partial

_Parts = tuple[Node, tuple[int, ...]]
"""How a term begins, and the addresses of the terms that follow."""


class OleanError(Exception):
    """The file is not a compiled module of the Lean that is expected."""


def read_constants(data: bytes, terms: Terms) -> dict[Name, Constant]:
    """The constants that the module declares; their terms are added to `terms`.

    Raises OleanError.
    """
    try:
        return _Reader(data, terms).constants()
    except (struct.error, UnicodeDecodeError, IndexError) as error:
        raise OleanError(f"the compiled module is damaged: {error}") from None


class _Reader:
    """Objects are named by their addresses; every kind of value is read once an address."""

    def __init__(self, data: bytes, terms: Terms) -> None:
        if len(data) < _HEADER.size:
            raise OleanError("the compiled module is cut short")
        self._base: int
        self._root: int
        mark, version, _, _, _, self._base, self._root = _HEADER.unpack_from(data)
        if mark != b"olean" or version != 2:
            raise OleanError("this is not a compiled module of a Lean that is known here")
        self._data = data
        self._terms = terms
        self._names: dict[int, Name] = {_EMPTY: ()}
        self._levels: dict[int, int] = {}
        self._expressions: dict[int, int] = {}

    def constants(self) -> dict[Name, Constant]:
        tag, fields, _ = self._constructor(self._root)
        if tag != 0 or len(fields) != _MODULE_FIELDS:
            raise OleanError("the compiled module's root is not a module")
        found: dict[Name, Constant] = {}
        for address in self._array(fields[2]):
            constant = self._constant(address)
            if constant.name in found:
                raise OleanError("the compiled module declares a name twice")
            found[constant.name] = constant
        return found

    def _constant(self, address: int) -> Constant:
        """Lean's ConstantInfo: a value structure that begins with a ConstantVal."""
        kind, (value_address,), _ = self._constructor(address, fields=1)
        _, fields, flags = self._constructor(value_address)
        _, (name, levels, type_), _ = self._constructor(fields[0], fields=3)
        common = (
            self._name(name),
            Kind(kind) if kind < len(Kind) else Kind.AXIOM,
            self._name_list(levels),
            self._expression(type_),
        )
        match common[1]:
            case Kind.AXIOM:
                return Constant(*common, safe=self._data[flags] == 0)
            case Kind.DEFINITION:
                value = self._expression(fields[1])
                return Constant(*common, value, safe=self._data[flags] == _SAFE)
            case Kind.THEOREM:
                return Constant(*common, self._expression(fields[1]))
            case Kind.OPAQUE:
                value = self._expression(fields[1])
                return Constant(*common, value, safe=self._data[flags] == 0)
            case Kind.QUOTIENT:
                return Constant(*common)
            case Kind.INDUCTIVE:
                return Constant(
                    *common,
                    safe=self._data[flags + 1] == 0,
                    parameters=self._index(fields[1]),
                    family=self._name_list(fields[3]),
                    constructors=self._name_list(fields[4]),
                )
            case Kind.CONSTRUCTOR:
                safe = self._data[flags] == 0
                return Constant(*common, safe=safe, family=(self._name(fields[1]),))
            case Kind.RECURSOR:
                safe = self._data[flags + 1] == 0
                return Constant(*common, safe=safe, family=self._name_list(fields[1]))

    def _constructor(self, address: int, fields: int | None = None) -> tuple[int, list[int], int]:
        """An object's tag, its pointers, and where the bytes behind them begin."""
        place = self._place(address)
        _, _, count, tag = _OBJECT.unpack_from(self._data, place)
        if tag >= _ARRAY or fields not in (None, count):
            raise OleanError("the compiled module is damaged: an object of the wrong kind")
        pointers = list(struct.unpack_from(f"<{count}Q", self._data, place + 8))
        for pointer in pointers:
            # Lean writes parts first. Were it not so here, reading might not end.
            if pointer & 1 == 0 and pointer >= address:
                raise OleanError("the compiled module is damaged: an object that contains itself")
        return tag, pointers, place + 8 + 8 * count

    def _place(self, address: int) -> int:
        place = address - self._base
        if address & 7 or not _HEADER.size <= place <= len(self._data) - 8:
            raise OleanError("the compiled module is damaged: a pointer out of it")
        return place

    def _word(self, place: int) -> int:
        return int.from_bytes(self._data[place : place + 8], "little")

    def _tagged(self, address: int, tag: int) -> int:
        place = self._place(address)
        if self._data[place + 7] != tag:
            raise OleanError("the compiled module is damaged: an object of the wrong kind")
        return place

    def _array(self, address: int) -> tuple[int, ...]:
        place = self._tagged(address, _ARRAY)
        size = self._word(place + 8)
        if size > len(self._data) // 8:
            raise OleanError("the compiled module is damaged: an array longer than it")
        return struct.unpack_from(f"<{size}Q", self._data, place + 24)

    def _list(self, address: int) -> list[int]:
        found = []
        while address != _EMPTY:
            _, (head, address), _ = self._constructor(address, fields=2)
            found.append(head)
        return found

    def _name_list(self, address: int) -> tuple[Name, ...]:
        return tuple(map(self._name, self._list(address)))

    def _string(self, address: int) -> str:
        place = self._tagged(address, _STRING)
        size = self._word(place + 8)  # in bytes, with a zero at the end
        if not 1 <= size <= len(self._data) - place - 32:
            raise OleanError("the compiled module is damaged: a text longer than it")
        return self._data[place + 32 : place + 31 + size].decode("utf-8")

    def _number(self, address: int) -> int:
        if address & 1:
            return address >> 1
        place = self._tagged(address, _BIG_NUMBER)
        (size,) = struct.unpack_from("<i", self._data, place + 12)  # in words; negative: below 0
        if not 1 <= size <= len(self._data) // 8:
            raise OleanError("the compiled module is damaged: not a natural number")
        start = self._place(self._word(place + 16))
        return int.from_bytes(self._data[start : start + 8 * size], "little")

    def _index(self, address: int) -> int:
        """A number that counts binders or fields: Lean itself keeps those in 20 bits."""
        if address & 1 == 0 or address >> 1 >= _MOST_BINDERS:
            raise OleanError("the compiled module is damaged: too many variables")
        return address >> 1

    def _name(self, address: int) -> Name:
        waiting: list[tuple[int, str | int]] = []
        while address not in self._names:
            tag, (prefix, part), _ = self._constructor(address, fields=2)
            if tag not in (1, 2):
                raise OleanError("the compiled module is damaged: not a name")
            waiting.append((address, self._string(part) if tag == 1 else self._number(part)))
            address = prefix
        name = self._names[address]
        for address, own_part in reversed(waiting):
            name = self._names[address] = (*name, own_part)
        return name

    def _level(self, address: int) -> int:
        """The universe level at an address."""
        return self._term(address, self._levels, self._level_node)

    def _level_node(self, address: int) -> _Parts:
        if address == _EMPTY:
            return ("zero",), ()
        tag, fields, _ = self._constructor(address)
        match tag, fields:
            case 1, [below]:
                return ("succ",), (below,)
            case 2, [left, right]:
                return ("max",), (left, right)
            case 3, [left, right]:
                return ("imax",), (left, right)
            case 4, [name]:
                return ("param", self._name(name)), ()
        raise OleanError("the compiled module is damaged: not a universe level")

    def _expression(self, address: int) -> int:
        """The expression at an address."""
        return self._term(address, self._expressions, self._expression_node)

    def _expression_node(self, address: int) -> _Parts:
        tag, fields, _ = self._constructor(address)
        match tag, fields:
            case 0, [index]:
                return ("bvar", self._index(index)), ()
            case 3, [level]:
                return ("sort", self._level(level)), ()
            case 4, [name, levels]:
                return ("const", self._name(name), *map(self._level, self._list(levels))), ()
            case 5, [function, argument]:
                return ("app",), (function, argument)
            case 6, [_, type_, body]:
                return ("lam",), (type_, body)
            case 7, [_, type_, body]:
                return ("pi",), (type_, body)
            case 8, [_, type_, value, body]:
                return ("let",), (type_, value, body)
            case 9, [literal]:
                return self._literal(literal), ()
            case 10, [_, annotated]:
                return (), (annotated,)
            case 11, [name, index, structure]:
                return ("proj", self._name(name), self._index(index)), (structure,)
        raise OleanError("the compiled module is damaged: not a closed expression")

    def _literal(self, address: int) -> Node:
        tag, (value,), _ = self._constructor(address, fields=1)
        return ("nat", self._number(value)) if tag == 0 else ("str", self._string(value))

    def _term(self, address: int, built: dict[int, int], node: Callable[[int], _Parts]) -> int:
        """The term at an address, and those it is made of, once each."""
        parts: dict[int, _Parts] = {}
        waiting = [address]
        while waiting:
            place = waiting.pop()
            if place not in built and place not in parts:
                parts[place] = node(place)
                waiting += parts[place][1]
        for place in sorted(parts):
            start, children = parts[place]
            numbers = [built[child] for child in children]
            # An annotation is what it annotates.
            built[place] = self._terms.add(*start, *numbers) if start else numbers[0]
        return built[address]
