"""Give a theory to the kernel, each constant after those it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

from lean_agent.lean.strict.embedded_kernel import Kernel, KernelRefusal
from lean_agent.lean.strict.theory import Constant, Kind, Name, Terms, text

Unit = tuple[Name, ...]
"""Constants that are declared together: inductive types, or one constant."""


class Refused(Exception):
    """The theory does not hold up; the message says where and why."""


def replay(theory: Mapping[Name, Constant], terms: Terms, kernel: Kernel) -> None:
    """Have the kernel check a whole theory, without axioms, on top of what it has.

    Of an inductive type only its constructors' types are handed over: recursors and the like are
    made by the kernel. Raises Refused or KernelOutOfMemory.
    """
    units = {name: _unit(theory, constant) for name, constant in theory.items()}
    rests_on: dict[Unit, set[Unit]] = {}
    for unit in units.values():
        mentioned = terms.constants(t for c in _members(theory, unit) for t in c.terms)
        rests_on[unit] = {units[name] for name in mentioned if name in units} - {unit}
    try:
        order = list(TopologicalSorter(rests_on).static_order())
    except CycleError:
        raise Refused("the compiled code declares constants that rest on each other") from None
    for unit in order:
        try:
            _declare(theory, unit, kernel)
        except KernelRefusal as refusal:
            raise Refused(f"the kernel does not accept `{text(unit[0])}`: {refusal}") from None


def _unit(theory: Mapping[Name, Constant], constant: Constant) -> Unit:
    """What a constant is declared with, or comes out of."""
    match constant.kind:
        case Kind.INDUCTIVE:
            return constant.family or (constant.name,)
        case Kind.CONSTRUCTOR | Kind.RECURSOR if constant.family:
            type_ = theory.get(constant.family[0])
            return type_.family or constant.family if type_ else constant.family
        case _:
            return (constant.name,)


def _members(theory: Mapping[Name, Constant], unit: Unit) -> list[Constant]:
    """The constants of a unit, with the constructors of its types."""
    found = []
    for name in unit:
        if name not in theory:
            raise Refused(f"the compiled code is without `{text(name)}`, on which it rests")
        found.append(theory[name])
        found += _constructors(theory, theory[name])
    for constant in found:
        if not constant.safe:
            raise Refused(f"the proof rests on `{text(constant.name)}`, which is unsafe or partial")
    return found


def _constructors(theory: Mapping[Name, Constant], type_: Constant) -> list[Constant]:
    missing = [name for name in type_.constructors if name not in theory]
    if missing:
        raise Refused(f"the compiled code is without the constructor `{text(missing[0])}`")
    return [theory[name] for name in type_.constructors]


def _declare(theory: Mapping[Name, Constant], unit: Unit, kernel: Kernel) -> None:
    types = [theory[name] for name in unit]
    match types[0].kind:
        case Kind.INDUCTIVE:
            kernel.add_inductive([(type_, _constructors(theory, type_)) for type_ in types])
        case Kind.DEFINITION | Kind.THEOREM | Kind.OPAQUE:
            kernel.add(types[0])
        case _:
            raise Refused(f"the compiled code declares `{text(unit[0])}` out of nothing")
