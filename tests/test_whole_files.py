"""Reports and comparisons are written whole, or what was there before stays."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from synthetic_runs import make_problem, make_run, make_trace

from lean_agent.errors import UserError
from lean_agent.evaluation.compare import compare_runs
from lean_agent.evaluation.compare_files import write_comparison
from lean_agent.evaluation.page import rendered_page
from lean_agent.evaluation.page_traces import Room
from lean_agent.evaluation.report import write_report
from lean_agent.evaluation.summary import summarise
from lean_agent.evaluation.tally import Tally
from lean_agent.evaluation.variants import compare_variants
from lean_agent.evaluation.variants_table import write_variants
from lean_agent.evaluation.whole_files import write_whole
from lean_agent.lean.verdict import Level
from lean_agent.trace.store import RunFolder

PROOF = "theorem t (a b : Prop) (h : a ∧ b) : b ∧ a := ⟨h.2, h.1⟩"


def run(path: Path, solved: int) -> RunFolder:
    traces = [make_trace(make_problem("a"), s, PROOF if s < solved else None) for s in range(2)]
    return make_run(path, ["a"], 2, traces)


@contextmanager
def room_for_files_of(size: int) -> Iterator[None]:
    """The system lets no file grow beyond so many bytes, as a full disk would not."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def half_of(page: str, written: dict[str, bytes]) -> int:
    """A size that no file reaches, with much room, but this one."""
    size = len(written[page]) // 2
    assert size > 1000 + max(len(data) for name, data in written.items() if name != page)
    return size


def test_a_comparison_that_cannot_be_written_leaves_the_one_before(tmp_path: Path):
    runs = [run(tmp_path / "one", 1).path, run(tmp_path / "two", 2).path]
    out = tmp_path / "out"
    write_comparison(compare_runs(runs[:1]), out)
    before = contents(out)
    page = before.pop("compare.html")
    for size in (10, max(map(len, before.values())) + 50, len(page) // 2):
        with room_for_files_of(size), pytest.raises(UserError, match="cannot write the comparison"):
            write_comparison(compare_runs(runs), out)
        assert contents(out) == {**before, "compare.html": page}
    write_comparison(compare_runs(runs), out)
    assert not before.items() & contents(out).items()


def test_a_report_that_cannot_be_written_leaves_the_one_before(tmp_path: Path):
    folder = run(tmp_path / "run", 1)
    write_report(folder)
    before = contents(folder.path)
    with (
        room_for_files_of(half_of("report.html", before)),
        pytest.raises(UserError, match="cannot write the report into"),
    ):
        write_report(folder, ks=(1,))
    assert contents(folder.path) == before


def test_a_table_of_variants_that_cannot_be_written_leaves_the_one_before(tmp_path: Path):
    folders = {f"{n}@1": run(tmp_path / f"{n}@1", n).path for n in (1, 2)}
    write_variants(compare_variants({"1@1": folders["1@1"]}, Level.STRICT), tmp_path)
    before = contents(tmp_path)
    both = compare_variants(folders, Level.STRICT)
    with (
        room_for_files_of(half_of("variants.html", before)),
        pytest.raises(UserError, match="cannot write the table into"),
    ):
        write_variants(both, tmp_path)
    assert contents(tmp_path) == before


def test_the_traces_beside_a_page_stay_those_of_that_page(tmp_path: Path):
    """A page finds its traces by their files' names, so both come from one report."""
    folder = run(tmp_path / "run", 1)
    tally = Tally.of(folder.digests())
    path = folder.path / "report.html"

    def write(room: Room, text: str = "") -> None:
        report = summarise(tally, folder.settings)
        with rendered_page(path, report, tally, folder, room=room) as page:
            write_whole({path: page + text})

    write(Room(page=10, file=10))
    before = contents(folder.path / "report_traces")
    assert len(before) == 2
    page = path.read_bytes()
    with room_for_files_of(len(page)), pytest.raises(OSError, match="File too large"):
        write(Room(page=10, file=10_000), "<!-- more -->" * 1000)
    assert path.read_bytes() == page
    assert contents(folder.path / "report_traces") == before
    assert not list(folder.path.glob("*.part"))
