"""Lean's own kernel, and the compiled library, in this process: check declarations one by one.

Signatures and data types are those of Lean 4.35 (`Declaration.lean` and `Environment.lean`).
Terms are built by Lean's constructors, which compute the numbers that the kernel relies on.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterable, Sequence

from lean_agent.lean import native
from lean_agent.lean.embedded_library import import_library
from lean_agent.lean.strict.embedded_objects import (
    NOTHING,
    Objects,
    array_at,
    field,
    keep,
    list_at,
    name_at,
    string_at,
    tag,
)
from lean_agent.lean.strict.theory import Constant, Kind, Name, Node, Terms, text

_MAX_DEPTH = 1 << 40
_DEFINITION, _THEOREM, _OPAQUE, _INDUCTIVE = 1, 2, 3, 6  # of Lean's Declaration
_SAFE, _NOT_UNSAFE = b"\1", b"\0"
# Lean's Kernel.Exception, in its order.
_COMPLAINTS = (
    "it mentions `{}`, which does not exist or is not safe",
    "`{}` is declared already",
    "its value does not have its type",
    "it holds a metavariable",
    "it holds a free variable",
    "something is applied that is not a function",
    "something stands for a type that is none",
    "a `let` does not have its type",
    "a part of it does not have its type",
    "a function is given something of another type than it takes",
    "it takes a field out of something that has none",
    "it is a theorem, and its type is no proposition",
    "{}",
    "the kernel stopped: deterministic timeout",
    "the kernel stopped: it needs more memory than it may have",
    "the kernel stopped: it recursed too deep",
    "the kernel was interrupted",
)
_UNKNOWN, _KNOWN, _OTHER, _MEMORY = 0, 1, 12, 14


class KernelRefusal(Exception):
    """The kernel does not accept a declaration; the message says why."""


class KernelOutOfMemory(Exception):
    """A declaration needs more memory than the kernel may have."""


class Kernel:
    """The library on LEAN_PATH and what was added to it; one a process.

    `memory_mib` is what the kernel may hold, in MiB. Raises RuntimeError without the library.
    """

    def __init__(self, terms: Terms, memory_mib: int) -> None:
        native.raise_stack_limit()
        sys.set_int_max_str_digits(0)  # of literals, which are handed over in decimal
        # A term that Lean cannot represent must end this process, not become another term.
        os.environ["LEAN_ABORT_ON_PANIC"] = "1"
        lean = native.load()
        native.initialize(lean)
        lean.lean_internal_set_max_memory(ctypes.c_size_t(memory_mib << 20))
        self._terms = terms
        self._made: dict[int, int] = {}
        self._objects = Objects(lean)
        elaborators = import_library(self._objects, lean, trust=0, to_elaborate=False)
        self._library = self._objects.call("lean_elab_environment_to_kernel_env", elaborators)
        lean.lean_mark_persistent(ctypes.c_void_p(self._library))
        self._environment = self._library

    def declares(self, name: Name) -> bool:
        """Whether the library declares this name."""
        return self._find(self._objects.name(name)) is not None

    def axioms(self, names: Iterable[Name]) -> set[Name]:
        """The axioms that these constants of the library rest on."""
        found: set[Name] = set()
        seen: set[int] = set()
        waiting = [self._objects.name(name) for name in names]
        while waiting:
            constant = self._find(waiting.pop())
            if constant is None or constant in seen:
                continue
            seen.add(constant)
            value = field(constant, 0)
            common = field(value, 0)
            terms = [field(common, 2)]
            match tag(constant):
                case Kind.AXIOM:
                    found.add(name_at(field(common, 0)))
                case Kind.DEFINITION | Kind.THEOREM | Kind.OPAQUE:
                    terms.append(field(value, 1))
                case Kind.INDUCTIVE:
                    waiting += list_at(field(value, 3)) + list_at(field(value, 4))
            for term in terms:
                waiting += array_at(self._objects.call("l_Lean_Expr_getUsedConstants", term))
        return found

    def add(self, constant: Constant) -> None:
        """Check a definition, theorem or opaque constant and add it.

        Raises KernelRefusal or KernelOutOfMemory.
        """
        assert constant.value is not None
        make = self._objects.constructor
        common = make(0, self._head(constant))
        value = self._term(constant.value)
        itself = self._objects.list([self._objects.name(constant.name)])
        match constant.kind:
            case Kind.DEFINITION:
                # No hint how far it is to be unfolded: that decides on speed alone.
                made = make(_DEFINITION, [make(0, [common, value, NOTHING, itself], _SAFE)])
            case Kind.THEOREM:
                made = make(_THEOREM, [make(0, [common, value, itself])])
            case _:
                made = make(_OPAQUE, [make(0, [common, value, itself], _NOT_UNSAFE)])
        self._declare(made)

    def add_inductive(self, types: Sequence[tuple[Constant, Sequence[Constant]]]) -> None:
        """Check inductive types that are declared together, each with its constructors.

        The kernel makes their recursors itself. Raises KernelRefusal or KernelOutOfMemory.
        """
        make = self._objects.constructor
        made = []
        for type_, constructors in types:
            named = [make(0, self._named(constructor)) for constructor in constructors]
            made.append(make(0, [*self._named(type_), self._objects.list(named)]))
        first = types[0][0]
        levels = self._objects.list(map(self._objects.name, first.levels))
        parameters = self._objects.natural(first.parameters)
        fields = [levels, parameters, self._objects.list(made)]
        self._declare(make(_INDUCTIVE, fields, _NOT_UNSAFE))

    def _declare(self, declaration: int) -> None:
        result = self._objects.call(
            "lean_add_decl", self._environment, 0, _MAX_DEPTH, declaration, NOTHING
        )
        if tag(result) == 1:
            self._environment = keep(field(result, 0))
            return
        complaint = field(result, 0)
        number = tag(complaint)
        if number == _MEMORY:
            raise KernelOutOfMemory(_COMPLAINTS[number])
        about = ""
        if number in (_UNKNOWN, _KNOWN):
            about = text(name_at(field(complaint, 1)))
        elif number == _OTHER:
            about = string_at(field(complaint, 0))
        raise KernelRefusal(_COMPLAINTS[number].format(about))

    def _head(self, constant: Constant) -> list[int]:
        """The fields of a ConstantVal."""
        name, type_ = self._named(constant)
        return [name, self._objects.list(map(self._objects.name, constant.levels)), type_]

    def _named(self, constant: Constant) -> list[int]:
        return [self._objects.name(constant.name), self._term(constant.type)]

    def _term(self, term: int) -> int:
        """The level or expression as Lean's object."""
        for part in self._terms.below([term], self._made):
            self._made[part] = self._build(self._terms.nodes[part])
        return self._made[term]

    def _build(self, node: Node) -> int:
        objects, made = self._objects, self._made
        match node:
            case ("zero",):
                return objects.made_by("lean_level_mk_zero", NOTHING)
            case (("succ" | "max" | "imax") as kind, *parts):
                return objects.made_by(f"lean_level_mk_{kind}", *(made[p] for p in parts))
            case ("param", name):
                return objects.made_by("lean_level_mk_param", objects.name(name))
            case ("bvar", index):
                return objects.made_by("lean_expr_mk_bvar", objects.natural(index))
            case ("sort", level):
                return objects.made_by("lean_expr_mk_sort", made[level])
            case ("const", name, *levels):
                listed = objects.list([made[level] for level in levels])
                return objects.made_by("lean_expr_mk_const", objects.name(name), listed)
            case ("app", function, argument):
                return objects.made_by("lean_expr_mk_app", made[function], made[argument])
            case ("lam", type_, body):
                return objects.made_by("lean_expr_mk_lambda", self._x, made[type_], made[body], 0)
            case ("pi", type_, body):
                return objects.made_by("lean_expr_mk_forall", self._x, made[type_], made[body], 0)
            case ("let", type_, value, body):
                parts = [made[type_], made[value], made[body]]
                return objects.made_by("lean_expr_mk_let", self._x, *parts, 0)
            case ("nat", number):
                literal = objects.constructor(0, [objects.natural(number)])
                return objects.made_by("lean_expr_mk_lit", literal)
            case ("str", string):
                literal = objects.constructor(1, [objects.string(string)])
                return objects.made_by("lean_expr_mk_lit", literal)
            case ("proj", name, index, structure):
                parts = [objects.name(name), objects.natural(index), made[structure]]
                return objects.made_by("lean_expr_mk_proj", *parts)
        raise AssertionError(node)

    @property
    def _x(self) -> int:
        """The name of every bound variable: the kernel does not look at it."""
        return self._objects.name(("x",))

    def _find(self, name: int) -> int | None:
        """The ConstantInfo of a name in the library."""
        found = self._objects.call("lean_environment_find", self._library, name)
        return None if found == NOTHING else field(found, 0)
