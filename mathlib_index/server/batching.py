"""Concurrent searches put together: while one batch is searched, the next one gathers.

Nothing waits on a timer: a lone query is searched at once, and under load the batches grow by
themselves up to their limit, which costs far less than searching one by one.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from mathlib_index.index import Filters, Hit
from mathlib_index.server.limits import MAX_QUERIES, MAX_WAITING

Answers = list[list[Hit]]
SearchMany = Callable[[Sequence[str], int, Filters], Answers]
"""`SearchIndex.search_many`: queries, k and filters to one list of hits a query."""


class Overloaded(Exception):
    """More queries are waiting than the server takes on; the client may try again."""


@dataclass(eq=False)
class _Entry:
    queries: Sequence[str]
    k: int
    filters: Filters
    answer: asyncio.Future[Answers] = field(repr=False)


class Batcher:
    """A bounded queue of searches and one worker that empties it batch by batch.

    `run` must be running, in the event loop that calls `search`. `on_batch` is told the number of
    queries of each batch.
    """

    def __init__(
        self,
        search_many: SearchMany,
        *,
        max_batch: int = MAX_QUERIES,
        max_waiting: int = MAX_WAITING,
        on_batch: Callable[[int], None] = lambda _queries: None,
    ) -> None:
        self._search_many = search_many
        self._max_batch = max_batch
        self._max_waiting = max_waiting
        self._on_batch = on_batch
        self._queue: deque[_Entry] = deque()
        self._arrived = asyncio.Event()

    @property
    def waiting(self) -> int:
        """Queries in the queue, those being searched left out."""
        return sum(len(entry.queries) for entry in self._queue if not entry.answer.done())

    async def search(self, queries: Sequence[str], k: int, filters: Filters) -> Answers:
        """One list of hits a query. A caller that is cancelled leaves the queue.

        Raises `Overloaded`, and whatever the search itself raises.
        """
        if self.waiting + len(queries) > self._max_waiting:
            raise Overloaded
        entry = _Entry(queries, k, filters, asyncio.get_running_loop().create_future())
        self._queue.append(entry)
        self._arrived.set()
        return await entry.answer

    async def run(self) -> None:
        """Search what arrives until cancelled."""
        loop = asyncio.get_running_loop()
        # One thread for all batches: numerical libraries keep threads of their own for each
        # thread that calls them.
        with ThreadPoolExecutor(1, thread_name_prefix="search") as executor:
            while True:
                await self._arrived.wait()
                self._arrived.clear()
                while batch := self._take_batch():
                    self._on_batch(sum(len(entry.queries) for entry in batch))
                    outcomes = await loop.run_in_executor(executor, self._search, batch)
                    for entry, outcome in zip(batch, outcomes, strict=True):
                        if entry.answer.done():  # its client went away meanwhile
                            continue
                        if isinstance(outcome, Exception):
                            entry.answer.set_exception(outcome)
                        else:
                            entry.answer.set_result(outcome)

    def _take_batch(self) -> list[_Entry]:
        batch: list[_Entry] = []
        room = self._max_batch
        while self._queue and (not batch or len(self._queue[0].queries) <= room):
            entry = self._queue.popleft()
            if not entry.answer.done():
                batch.append(entry)
                room -= len(entry.queries)
        return batch

    def _search(self, batch: list[_Entry]) -> list[Answers | Exception]:
        """In the worker thread: entries of one k and one filter are searched together."""
        alike: dict[tuple[int, Filters], list[_Entry]] = defaultdict(list)
        for entry in batch:
            alike[entry.k, entry.filters].append(entry)
        outcomes = {
            id(entry): outcome
            for (k, filters), entries in alike.items()
            for entry, outcome in self._search_alike(entries, k, filters)
        }
        return [outcomes[id(entry)] for entry in batch]

    def _search_alike(
        self, entries: list[_Entry], k: int, filters: Filters
    ) -> Iterator[tuple[_Entry, Answers | Exception]]:
        try:
            queries = [query for entry in entries for query in entry.queries]
            answers = iter(self._search_many(queries, k, filters))
        except Exception as error:
            if len(entries) == 1:
                yield entries[0], error
            else:  # what one query did wrong is no fault of those that came with it
                for entry in entries:
                    yield from self._search_alike([entry], k, filters)
            return
        for entry in entries:
            yield entry, [next(answers) for _ in entry.queries]
