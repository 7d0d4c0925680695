"""Mathlib search, measured in one run: extraction, encoding, index, latency and quality.

    python benchmarks/search.py SOURCES QUERIES.json [--index FOLDER]

SOURCES is a folder of Lean files such as Mathlib's. QUERIES.json holds queries with known answers,
as for `mathlib-index evaluate`. With --index, the index in FOLDER is measured, built there first if
it is not there. Prints Markdown on standard output and progress on standard error. What is timed in
a fresh process begins without models or files in its memory; the files are in the page cache.
"""

from __future__ import annotations

import multiprocessing
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated, NamedTuple, TypeVar

import numpy as np
import typer

from mathlib_index import SearchIndex, build_index, extract_folder
from mathlib_index.encoder import Encoder, usable_cpus
from mathlib_index.errors import MathlibIndexError
from mathlib_index.evaluation import Evaluation, evaluate, read_queries, select_queries
from mathlib_index.evaluation.ablation import ablations
from mathlib_index.index import Hit
from mathlib_index.progress import build_progress
from mathlib_index.rerank import Search
from mathlib_index.store import read_manifest

T = TypeVar("T")
MIB = 2**20
PLAIN = "plain BM25"


class Serving(NamedTuple):
    """One process that loads an index and answers queries one at a time."""

    load_s: float
    latencies_ms: list[float]
    resident: int
    """Bytes, all told, after the last query."""


def main(
    sources: Annotated[Path, typer.Argument(help="Folder of Lean files.")],
    queries: Annotated[Path, typer.Argument(help="JSON file of queries with known answers.")],
    index: Annotated[
        Path | None, typer.Option(help="Index to measure; built first if it is not there.")
    ] = None,
) -> None:
    """Measure Mathlib search in one run and print Markdown tables."""
    try:
        with index_folder(index) as folder:
            print(f"{machine()}\n")
            measure(sources, queries, folder)
    except MathlibIndexError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(2) from error


def measure(sources: Path, queries: Path, folder: Path) -> None:
    """Measure and print, one table after the other."""
    questions = read_queries(queries)
    print_extraction(sources)
    if not folder.exists():
        with build_progress() as report:
            seconds, result = timed(lambda: build_index(sources, folder, report=report))
        count = result.manifest.declarations
        print(f"Building the index of {count:,} declarations took {seconds:,.0f} s.\n")
    print_encoding(sources, read_manifest(folder).model)
    texts = [question.text for question in questions]
    serving = in_fresh_process(serve, folder, texts)
    beside = in_fresh_process(resident_with_encoder, read_manifest(folder).model)
    print_index(folder, serving, beside)
    loaded = SearchIndex.load(folder)
    selected = select_queries(questions, lambda name: loaded.get(name) is not None)
    with build_progress() as report:
        others = {PLAIN: plain_bm25(loaded), **ablations(loaded)}
        evaluation = evaluate(loaded.search_many, selected, others, report)
    print_quality(evaluation)


def print_extraction(sources: Path) -> None:
    """Time and counts of reading all declarations from the sources."""
    seconds, found = timed(lambda: extract_folder(sources))
    kinds = Counter(declaration.kind for declaration in found.declarations)
    generated = sum(bool(declaration.generated_from) for declaration in found.declarations)
    print("| extraction | |\n|---|---|")
    row("time", f"{seconds:.1f} s")
    row("files", f"{found.files:,}")
    row("warnings", f"{len(found.warnings):,}")
    row("declarations", f"{len(found.declarations):,}")
    row("generated from others", f"{generated:,}")
    for kind, count in kinds.most_common():
        row(kind, f"{count:,}")
    print()


def print_encoding(sources: Path, model: str) -> None:
    """Rate of encoding against the naive one, by `encoding.py`.

    In a process of its own, as torch's threads are set up once for each process.
    """
    script = Path(__file__).with_name("encoding.py")
    subprocess.run([sys.executable, script, sources, "--model", model], check=True)
    print(flush=True)


def print_index(folder: Path, serving: Serving, beside: int) -> None:
    """Size, load time, memory and latency."""
    manifest = read_manifest(folder)
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    p50, p95 = np.percentile(serving.latencies_ms, [50, 95])
    print("| index | |\n|---|---|")
    row("declarations", f"{manifest.declarations:,}")
    row("texts embedded", f"{manifest.texts:,}")
    row("model", manifest.model)
    row("FAISS vectors", manifest.vectors)
    row("FAISS recall@10 against exact search", f"{manifest.recall_at_10:.3f}")
    row("on disk", f"{size / MIB:,.0f} MiB")
    row("load, fresh process", f"{serving.load_s:.2f} s")
    row("resident after the queries, fresh process", f"{serving.resident / MIB:,.0f} MiB")
    row("… beside the encoder", f"{(serving.resident - beside) / MIB:,.0f} MiB")
    row(f"one query, median of {len(serving.latencies_ms)}", f"{p50:.1f} ms")
    row("one query, 95th percentile", f"{p95:.1f} ms")
    print()


def print_quality(evaluation: Evaluation) -> None:
    """nDCG@10 by query style, and recall@10, of each way to rank."""
    styles = list(evaluation.by_style)
    print(
        f"nDCG@10 over {evaluation.queries} queries for {evaluation.declarations} declarations "
        f"({len(evaluation.missing)} more are not in the index), by style, with 95% bootstrap "
        "intervals over declarations:\n"
    )
    row("ranking", *styles, "all", "interval", "recall@10")
    row(*["---"] * (len(styles) + 4))
    for label, scores in [*evaluation.comparisons.items(), ("as shipped", evaluation)]:
        ndcg = scores.ndcg_at_10
        row(
            label,
            *(f"{style.ndcg_at_10.value:.3f}" for style in scores.by_style.values()),
            f"{ndcg.value:.3f}",
            f"{ndcg.low:.3f} to {ndcg.high:.3f}",
            f"{scores.recall_at_10.value:.3f}",
        )


def plain_bm25(index: SearchIndex) -> Search:
    """BM25 as one has it from the package alone: its tokens of name, docstring and signature."""
    import bm25s

    declarations = index.declarations
    texts = [f"{item.name} {item.docstring} {item.signature}" for item in declarations]
    bm25 = bm25s.BM25()
    bm25.index(bm25s.tokenize(texts, stopwords="en", show_progress=False), show_progress=False)

    def search(queries: Sequence[str], k: int) -> list[list[Hit]]:
        asked = bm25s.tokenize(list(queries), stopwords="en", show_progress=False)
        rows, scores = bm25.retrieve(asked, k=k, show_progress=False)
        return [
            [
                Hit(rank=rank, score=score, declaration=declarations[int(row)])
                for rank, (row, score) in enumerate(zip(*ranked, strict=True), start=1)
            ]
            for ranked in zip(rows, scores, strict=True)
        ]

    return search


def serve(folder: Path, queries: list[str]) -> Serving:
    """Load an index, warm it up with one query, then time each query from text to ranked answer."""
    load_s, index = timed(lambda: SearchIndex.load(folder))
    index.search("a warm-up, which also loads the embedding model")
    latencies = [1000 * timed(partial(index.search, query))[0] for query in queries]
    return Serving(load_s, latencies, resident_bytes())


def resident_with_encoder(model: str) -> int:
    """Bytes resident in a process that does nothing but encode a query."""
    import faiss  # noqa: F401  (its code is not the index either)

    Encoder(model).encode_queries(["a query"])
    return resident_bytes()


def resident_bytes() -> int:
    """VmRSS of this process, from /proc (proc(5)); mapped files that were read count."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise OSError("/proc/self/status has no VmRSS")


def in_fresh_process(work: Callable[..., T], *arguments: object) -> T:
    """What `work` returns in a new Python process."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process:
        return process.submit(work, *arguments).result()


@contextmanager
def index_folder(given: Path | None) -> Iterator[Path]:
    """The folder to measure, or one for this run only."""
    if given is not None:
        yield given
    else:
        with tempfile.TemporaryDirectory() as scratch:
            yield Path(scratch) / "index"


def machine() -> str:
    """What the figures depend on, in a line."""
    cpu = platform.processor() or platform.machine()
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            cpu = line.partition(":")[2].strip()
            break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{cpu}, {usable_cpus()} cores, {memory:.0f} GiB, Python {platform.python_version()}"


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Seconds of wall-clock time, and the result."""
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def row(*cells: str) -> None:
    """Print a row of a Markdown table."""
    print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    typer.run(main)
