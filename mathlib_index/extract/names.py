"""Which declaration a name means where it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mathlib_index.extract.grammar import plain_name


def candidates(name: str, namespace: str, opened: tuple[str, ...]) -> Iterator[str]:
    """The full names that `name` may mean, the nearest first, as Lean tries them.

    First the namespaces around the place from the inside out, the root last; then those opened
    there, each of which may itself be relative to the namespaces around.
    """
    if name.startswith("_root_."):
        yield name.removeprefix("_root_.")
        return
    around = list(_outwards(namespace))
    for prefix in around:
        yield f"{prefix}.{name}"
    yield name
    for space in reversed(opened):
        for prefix in around:
            yield f"{prefix}.{space}.{name}"
        yield f"{space.removeprefix('_root_.')}.{name}"


def resolve(
    name: str, namespace: str, opened: tuple[str, ...], known: Callable[[str], bool]
) -> str | None:
    """The first of the candidates that is known."""
    full_names = map(plain_name, candidates(name, namespace, opened))
    return next((full for full in full_names if known(full)), None)


def _outwards(namespace: str) -> Iterator[str]:
    while namespace:
        yield namespace
        namespace = namespace.rpartition(".")[0]
