"""Which universe levels make a theorem the one that was asked for."""

from __future__ import annotations

from lean_agent.lean.strict.theory import Constant, Name, Terms


def fitting_levels(goal: Constant, wanted: Constant, terms: Terms) -> list[int]:
    """Levels for the parameters of `wanted` with which its type becomes that of `goal`.

    The two may name their universes differently, or in another order. The types are laid over
    each other: a parameter becomes the level that stands in its place. This is a guess that the
    kernel then judges; a parameter that is nowhere met takes the goal's in the same place.
    """
    found: dict[Name, int] = {}
    waiting = [(wanted.type, goal.type)]
    seen = set(waiting)
    while waiting:
        ours, theirs = waiting.pop()
        node, other = terms.nodes[ours], terms.nodes[theirs]
        if node[0] == "param":
            found.setdefault(node[1], theirs)
        elif node[0] == other[0]:
            pairs = zip(terms.children(ours), terms.children(theirs), strict=False)
            for pair in pairs:
                if pair not in seen:
                    seen.add(pair)
                    waiting.append(pair)
    zero = terms.add("zero")
    same_place = [terms.add("param", name) for name in goal.levels]
    same_place += [zero] * len(wanted.levels)
    return [found.get(name, same_place[i]) for i, name in enumerate(wanted.levels)]
