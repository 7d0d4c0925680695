"""Encoding, measured in one run: the rate of `SentenceTransformer.encode` in float32, and of ours.

    python benchmarks/encoding.py SOURCES [--texts 2000] [--model NAME]

SOURCES is a folder of Lean files such as Mathlib's. Texts are a random sample of its declarations,
as the index embeds them; the queries for the agreement of neighbours are docstrings of others. The
two encoders take turns on slices of the sample, so what else the machine does meets both alike.
Prints Markdown on standard output and progress on standard error.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from search import machine, row

from mathlib_index import DEFAULT_MODEL, extract_folder
from mathlib_index.encoder import Encoder, Vectors
from mathlib_index.encoder.model_files import find_model
from mathlib_index.encoder.plain import load_model, quiet_loading
from mathlib_index.errors import MathlibIndexError
from mathlib_index.gloss import passages

NAIVE_BATCH = 32
SLICE = 500
QUERIES = 300
NEIGHBOURS = 10


@dataclass
class Run:
    """One encoder's vectors of the sample, and what they cost."""

    passages: Vectors
    queries: Vectors
    wall_s: float
    cpu_s: float


def main(
    sources: Annotated[Path, typer.Argument(help="Folder of Lean files.")],
    texts: Annotated[int, typer.Option(help="Passages to encode.", min=1)] = 2000,
    model: Annotated[str, typer.Option(help="Embedding model.")] = DEFAULT_MODEL,
) -> None:
    """Measure encoding against naive sentence-transformers in one run, and print a table."""
    try:
        encoder = Encoder(model)
        passages, queries = sample(sources, texts)
    except MathlibIndexError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(2) from error
    with quiet_loading():
        naive_model = load_model(find_model(model), encoder.device)
    naive, ours = compare(naive_model, encoder, passages, queries)
    print(f"{machine()}, {encoder.device}\n")
    print_table(naive, ours, encoder, queries)


def sample(sources: Path, count: int) -> tuple[list[str], list[str]]:
    """Passages of `count` declarations, and docstrings of others; always the same."""
    declarations = extract_folder(sources).declarations
    random.Random(0).shuffle(declarations)
    documented = [item.docstring for item in declarations[count:] if item.docstring]
    documented += [item.docstring for item in declarations if item.docstring]
    return [passages(item)[0] for item in declarations[:count]], documented[:QUERIES]


def compare(
    naive_model: Any, encoder: Encoder, passages: Sequence[str], queries: Sequence[str]
) -> tuple[Run, Run]:
    """Both encoders on the same texts, in turns."""

    def naive(texts: Sequence[str], prompt: str) -> Vectors:
        vectors: Vectors = naive_model.encode(
            list(texts),
            prompt=prompt,
            batch_size=NAIVE_BATCH,
            normalize_embeddings=True,
            show_progress_bar=False,
        )
        return vectors

    ways: list[Callable[[Sequence[str]], Vectors]] = [
        lambda texts: naive(texts, encoder.prompts.passage),
        encoder.encode_passages,
    ]
    for encode in ways:
        encode(passages[:NAIVE_BATCH])  # the first call prepares things
    slices = [passages[start : start + SLICE] for start in range(0, len(passages), SLICE)]
    spent = [[0.0, 0.0], [0.0, 0.0]]
    vectors: list[list[Vectors]] = [[], []]
    for done, texts in enumerate(slices):
        print(f"\r{done * SLICE:,} of {len(passages):,} texts", end="", file=sys.stderr, flush=True)
        for way, encode in enumerate(ways):
            wall, cpu = time.perf_counter(), time.process_time()
            vectors[way].append(encode(texts))
            spent[way][0] += time.perf_counter() - wall
            spent[way][1] += time.process_time() - cpu
    print("\r", end="", file=sys.stderr)
    of_queries = [naive(queries, encoder.prompts.query), encoder.encode_queries(queries)]
    first, second = (
        Run(np.concatenate(vectors[way]), of_queries[way], *spent[way]) for way in (0, 1)
    )
    return first, second


def print_table(naive: Run, ours: Run, encoder: Encoder, queries: Sequence[str]) -> None:
    """Rates, agreement, and the latency of one query."""
    count = len(naive.passages)
    cosines = (naive.passages * ours.passages).sum(axis=1)
    wanted, found = (neighbours(run) for run in (naive, ours))
    shared = np.mean([len(set(a) & set(b)) / len(a) for a, b in zip(wanted, found, strict=True)])
    row(f"encoding, {encoder.name}", "sentence-transformers, float32", "ours", "ratio")
    row("---", "---", "---", "---")
    row(
        f"texts a second, {count:,} texts",
        f"{count / naive.wall_s:,.0f}",
        f"{count / ours.wall_s:,.0f}",
        f"{naive.wall_s / ours.wall_s:.1f}",
    )
    row(
        "texts a CPU second",
        f"{count / naive.cpu_s:,.0f}",
        f"{count / ours.cpu_s:,.0f}",
        f"{naive.cpu_s / ours.cpu_s:.1f}",
    )
    row("cosine to float32, mean", "1", f"{cosines.mean():.4f}", "")
    row("cosine to float32, least", "1", f"{cosines.min():.4f}", "")
    row(f"{NEIGHBOURS} nearest of {len(queries)} queries shared", "1", f"{shared:.3f}", "")
    row("one query, median", "", f"{query_ms(encoder, queries):.1f} ms", "")
    row("start and first query, fresh process", "", f"{start_s(encoder.name):.2f} s", "")


def neighbours(run: Run) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The nearest passages of each query, shape (queries, NEIGHBOURS)."""
    return np.argsort(-(run.queries @ run.passages.T), axis=1)[:, :NEIGHBOURS]


def query_ms(encoder: Encoder, queries: Sequence[str]) -> float:
    """Median milliseconds for a single query."""
    spent = []
    for query in queries:
        started = time.perf_counter()
        encoder.encode_queries([query])
        spent.append(time.perf_counter() - started)
    return 1000 * float(np.median(spent))


def start_s(model: str) -> float:
    """Seconds from starting Python to the first vector."""
    program = f"from mathlib_index import Encoder; Encoder({model!r}).encode_queries(['a query'])"
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], check=True)
    return time.perf_counter() - started


if __name__ == "__main__":
    typer.run(main)
