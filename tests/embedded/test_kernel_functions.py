"""The functions that Lean's kernel computes on numerals by itself.

The kernel knows them by name and never looks at their definitions. A definition that is missing
could be supplied by a submission, and one that differs from the kernel's arithmetic contradicts
it: either proves `False`. So each has to be there, with exactly the kernel's values.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from asking import Ask, asks_lean, errors

# The value that the kernel gives, as Python computes it.
BINARY: dict[str, Callable[[int, int], int]] = {
    "Nat.add": lambda a, b: a + b,
    "Nat.sub": lambda a, b: max(a - b, 0),
    "Nat.mul": lambda a, b: a * b,
    "Nat.pow": lambda a, b: a**b,
    "Nat.div": lambda a, b: a // b if b else 0,
    "Nat.mod": lambda a, b: a % b if b else a,
    "Nat.gcd": math.gcd,
    "Nat.land": lambda a, b: a & b,
    "Nat.lor": lambda a, b: a | b,
    "Nat.xor": lambda a, b: a ^ b,
    "Nat.shiftLeft": lambda a, b: a << b,
    "Nat.shiftRight": lambda a, b: a >> b,
}
TESTS: dict[str, Callable[[int, int], bool]] = {
    "Nat.beq": lambda a, b: a == b,
    "Nat.ble": lambda a, b: a <= b,
}
NUMBERS = [0, 1, 2, 3, 4, 5, 6, 7, 9]
LARGER = [0, 12, 30, 45, 64, 77]
TABLE = """
def table (f : Nat → Nat → Nat) (xs : List Nat) : List Nat :=
  xs.foldr (fun a rest => xs.foldr (fun b rest => f a b :: rest) rest) []
"""


def claims() -> dict[str, str]:
    """For each function a statement about its values at small numbers, and at larger ones."""
    found: dict[str, str] = {}
    for name, value in BINARY.items():
        numbers = NUMBERS if name in ("Nat.pow", "Nat.shiftLeft") else NUMBERS + LARGER
        found[name] = _claim(name, numbers, value)
    for name, test in TESTS.items():
        found[name] = _claim(f"fun a b => cond ({name} a b) 1 0", NUMBERS + LARGER, test)
    found["Nat.log2"] = _claim(
        "fun a _ => Nat.log2 a", NUMBERS + LARGER, lambda a, _: max(a.bit_length() - 1, 0)
    )
    return found


def _claim(function: str, numbers: list[int], value: Callable[[int, int], int]) -> str:
    values = [int(value(a, b)) for a in numbers for b in numbers]
    return f"table ({function}) {numbers} = {values}"


@pytest.mark.parametrize("name", claims())
@asks_lean
async def test_the_definition_agrees_with_the_kernel(ask: Ask, name: str) -> None:
    # `delta` puts the definition in the place of the name, so the second proof is computed
    # by the recursion that is written in the library, the first by the kernel's arithmetic.
    claim = claims()[name]
    by_kernel = f"example : {claim} := by decide +kernel"
    by_definition = f"example : {claim} := by\n  delta {name}\n  decide +kernel"
    answer = await ask("\n".join([TABLE, by_kernel, by_definition]))
    assert errors(answer) == []


@asks_lean
async def test_a_definition_that_differs_would_be_noticed(ask: Ask) -> None:
    wrong = "def Wrong.mod (n m : Nat) : Nat := if m = 7 then 1 else n % m"
    claim = claims()["Nat.mod"].replace("Nat.mod", "Wrong.mod")
    answer = await ask(
        f"{wrong}\n{TABLE}\nexample : {claim} := by\n  delta Wrong.mod\n  decide +kernel"
    )
    assert "is false" in errors(answer)[0]


@asks_lean
async def test_none_of_them_can_be_declared_again(ask: Ask) -> None:
    names = [*claims(), "Char.ofNat", "String.ofList", "List.cons", "List.nil", "Nat.succ"]
    answer = await ask("\n".join(f"def {name} (_ : Nat) : Nat := 0" for name in names))
    assert len(answer.errors) == len(names)
    for name, message in zip(names, answer.errors, strict=True):
        assert f"`{name}` has already been declared" in message.data
