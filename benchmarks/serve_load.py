"""What the HTTP server stands: many clients at once, then kill -9 and a restart.

    python benchmarks/serve_load.py INDEX [--queries FILE] [--clients 64] [--seconds 60]

The server runs as a process of its own on a free port of this machine, and shares its cores with
the clients. Each client asks its next query when it has the answer to the last one. Without
--queries (a text file, one query a line) the queries are made of the words of the declarations,
each one different, so that no cache can help.
"""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Annotated

import httpx
import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from mathlib_index.catalogue import Catalogue
from mathlib_index.declaration import Declaration

WORDS = 12
"""Longest generated query."""
HITS = 10
TIMEOUT = 30.0
"""Seconds after which a request counts as an error."""


class Server:
    """`mathlib-index serve` as a process, from its start to its first answer and its end."""

    def __init__(self, index: Path, port: str = "0") -> None:
        started = time.perf_counter()
        command = [sys.executable, "-m", "mathlib_index", "serve", str(index), "--port", port]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.announcement = self._process.stdout.readline().strip()
        found = re.search(r"http://\S+$", self.announcement)
        if found is None:
            raise SystemExit("the server did not start")
        self.url = found[0]
        first = httpx.get(
            f"{self.url}/search", params={"query": "the first query"}, timeout=TIMEOUT
        )
        first.raise_for_status()
        self.seconds_to_first_answer = time.perf_counter() - started

    @property
    def port(self) -> str:
        return self.url.rpartition(":")[2]

    def metric(self, name: str) -> float:
        """One value of /metrics."""
        found = re.search(rf"^{name} (\S+)$", httpx.get(f"{self.url}/metrics").text, re.M)
        return float(found[1]) if found else float("nan")

    def kill(self) -> None:
        """SIGKILL, as `kill -9`."""
        self._process.kill()
        self._process.wait()


def generated_queries(index: Path) -> Iterator[str]:
    """Words of docstrings, or of names and signatures where there is none; from all over."""
    declarations = Catalogue(index)
    order = np.random.default_rng(0).permutation(len(declarations))
    for lap in cycle(range(WORDS)):
        for row in order:
            words = words_of(declarations[int(row)])
            yield " ".join(words[lap : lap + WORDS]) or f"{' '.join(words)} {lap}"


def words_of(declaration: Declaration) -> list[str]:
    text = declaration.docstring or (
        f"{declaration.name.replace('.', ' ').replace('_', ' ')} {declaration.signature}"
    )
    return text.split() or [declaration.name]


async def load(
    url: str, queries: Iterator[str], clients: int, seconds: float
) -> tuple[list[float], Counter[str]]:
    """Seconds that each answer took, and how often each error came."""
    times: list[float] = []
    errors: Counter[str] = Counter()
    limits = httpx.Limits(max_connections=clients, max_keepalive_connections=clients)
    async with httpx.AsyncClient(base_url=url, timeout=TIMEOUT, limits=limits) as http:
        deadline = time.perf_counter() + seconds

        async def client() -> None:
            while (started := time.perf_counter()) < deadline:
                try:
                    answer = await http.post("/search", json={"query": next(queries), "k": HITS})
                except httpx.HTTPError as error:
                    errors[type(error).__name__] += 1
                    continue
                if answer.status_code == 200 and len(answer.json()["hits"]) == HITS:
                    times.append(time.perf_counter() - started)
                else:
                    errors[f"{answer.status_code}: {answer.text[:100]}"] += 1

        await asyncio.gather(*(client() for _ in range(clients)))
    return times, errors


def main(
    index: Annotated[Path, typer.Argument(help="Folder that `mathlib-index build` wrote.")],
    queries: Annotated[Path | None, typer.Option(help="Text file with one query a line.")] = None,
    clients: Annotated[int, typer.Option(min=1, max=500)] = 64,
    seconds: Annotated[float, typer.Option(min=1, max=600)] = 60,
) -> None:
    """Load a server with concurrent clients, then kill it and see it come back."""
    if queries is None:
        asked = generated_queries(index)
    else:
        lines = queries.read_text(encoding="utf-8").splitlines()
        asked = cycle([line for line in lines if line.strip()])
    server = Server(index)
    try:
        times, errors = asyncio.run(load(server.url, asked, clients, seconds))
        batches = server.metric("mathlib_index_batch_queries_count")
        searched = server.metric("mathlib_index_batch_queries_sum")
        resident = server.metric("process_resident_memory_bytes")
        server.kill()
        again = Server(index, server.port)
        again.kill()
    finally:
        server.kill()
    if not times:
        raise SystemExit(f"no answers at all: {dict(errors)}")
    p50, p99 = np.percentile(times, [50, 99])
    table = Table("", "", title=f"{clients} clients for {seconds:.0f} s", show_header=False)
    table.add_row("server", server.announcement)
    table.add_row("answers", f"{len(times)}")
    table.add_row("errors", f"{errors.total()} {dict(errors) if errors else ''}".strip())
    table.add_row("requests/s", f"{len(times) / seconds:.1f}")
    table.add_row("p50", f"{1000 * p50:.0f} ms")
    table.add_row("p99", f"{1000 * p99:.0f} ms")
    table.add_row("queries in a batch", f"{searched / batches:.1f}")
    table.add_row("server's memory", f"{resident / 1e6:.0f} MB")
    table.add_row("start to first answer", f"{server.seconds_to_first_answer:.1f} s")
    table.add_row("kill -9, restart to first answer", f"{again.seconds_to_first_answer:.1f} s")
    Console().print(table)
    raise SystemExit(1 if errors else 0)


if __name__ == "__main__":
    typer.run(main)
