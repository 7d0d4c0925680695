"""FairQueue: whoever asks for little does not wait for whoever asks for much."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from itertools import islice
from typing import Generic, TypeVar

Item = TypeVar("Item")


class FairQueue(Generic[Item]):
    """Items of several owners: first in, first out within an owner, owners in turn.

    An owner that was served goes behind the others. With 10,000 items of one owner waiting,
    the one item of another is the next but one at the latest. Items are told apart by identity
    or hash and may be in the queue once; putting, taking and removing take constant time.
    """

    def __init__(self) -> None:
        self._owners: OrderedDict[str, OrderedDict[Item, None]] = OrderedDict()
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def put(self, owner: str, item: Item, in_front: bool = False) -> None:
        """Add an item behind the others of its owner, or in front of them."""
        items = self._owners.setdefault(owner, OrderedDict())
        items[item] = None
        if in_front:
            items.move_to_end(item, last=False)
        self._length += 1

    def first(self) -> tuple[str, Item]:
        """Whose turn it is: the owner and its first item. Raises StopIteration if nobody's."""
        return next(self.near(1))

    def near(self, depth: int) -> Iterator[tuple[str, Item]]:
        """The first `depth` items of each owner, owners in the order of their turns."""
        for owner, items in self._owners.items():
            for item in islice(items, depth):
                yield owner, item

    def serve(self, owner: str, item: Item) -> None:
        """Take an item out because it is its owner's turn, which is over with that."""
        self.discard(owner, item)
        if owner in self._owners:
            self._owners.move_to_end(owner)

    def discard(self, owner: str, item: Item) -> None:
        """Take an item out, if it is there, that is not wanted any more: nobody's turn is over."""
        items = self._owners.get(owner)
        if items is None or item not in items:
            return
        del items[item]
        self._length -= 1
        if not items:
            del self._owners[owner]
