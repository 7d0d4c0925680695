"""How a run keeps many episodes: in shards, which are sealed and indexed when they are full."""

from __future__ import annotations

import shutil
import subprocess
import threading
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
import zstandard
from synthetic_runs import make_problem, make_trace

from lean_agent.chat import Sampling
from lean_agent.errors import UserError
from lean_agent.trace import index as index_module
from lean_agent.trace import sealing
from lean_agent.trace.digest import Digest
from lean_agent.trace.index import decompress
from lean_agent.trace.shard_end import ShardEnd
from lean_agent.trace.shards import Shard, frames_of, shards_of
from lean_agent.trace.store import RunFolder, RunSettings, read_traces
from lean_agent.trace.trace import Limits, Trace

PROBLEMS = [make_problem(f"p{number}", topic=f"topic {number % 2}") for number in range(4)]
TRACES = [
    make_trace(problem, sample, "theorem t := h" if sample % 3 == 0 else None, tokens=sample)
    for sample in range(30)
    for problem in PROBLEMS
]
SHARD_BYTES = 50_000
END_BYTES = len(ShardEnd(0, 0).encode())
SETTINGS = RunSettings(
    benchmark="made up",
    benchmark_checksum="0",
    split="test",
    limit=None,
    problem_ids=tuple(problem.id for problem in PROBLEMS),
    model="portfolio",
    samples=30,
    sampling=Sampling(),
    limits=Limits(),
    toolchain="none",
    index_checksum="none",
    lean_agent="test",
)


def ended(data: bytes) -> bytes:
    """These frames with the end that says that they are all."""
    return data + ShardEnd(len(data), crc32(data)).encode()


def opened(path: Path) -> RunFolder:
    return RunFolder.create_or_resume(path, SETTINGS, SHARD_BYTES)


def write(path: Path, traces: list[Trace]) -> None:
    with opened(path) as run:
        for trace in traces:
            run.append(trace)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("shards") / "run"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sealing, "_FRAME_BYTES", 10_000)
        write(path, TRACES)
    return path


@pytest.fixture
def run(written: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(written, tmp_path / "run"))


def names(path: Path) -> list[str]:
    return sorted(file.name for file in (path / "episodes").iterdir())


def assert_holds(path: Path, traces: list[Trace]) -> None:
    """Every way of reading gives these episodes."""
    read = RunFolder.open(path)
    assert list(read.traces()) == traces
    assert list(read.digests()) == [Digest.of(trace) for trace in traces]
    assert read.done() == {trace.episode_id: trace.outcome for trace in traces}
    wanted = traces[1::7]
    assert list(read.fetch({trace.episode_id for trace in wanted})) == wanted


def test_full_shards_are_compressed_and_indexed_and_the_last_is_plain(run: Path) -> None:
    found = names(run)
    assert found[:4] == [
        "00000.index.zst",
        "00000.jsonl.zst",
        "00001.index.zst",
        "00001.jsonl.zst",
    ]
    assert [name for name in found if name.endswith(".jsonl")] == [found[-1]]
    assert_holds(run, TRACES)


def test_a_run_goes_on_in_its_last_shard(tmp_path: Path) -> None:
    for start in range(0, 120, 24):
        write(tmp_path, TRACES[start : start + 24])
        assert_holds(tmp_path, TRACES[: start + 24])


def test_a_sealed_shard_is_an_ordinary_zst_file(run: Path) -> None:
    text = zstandard.ZstdDecompressor().stream_reader(
        (run / "episodes" / "00000.jsonl.zst").open("rb"), read_across_frames=True
    )
    lines = text.read().decode().splitlines()
    assert [Trace.model_validate_json(line) for line in lines] == TRACES[: len(lines)]
    assert list(read_traces(run / "episodes" / "00000.jsonl.zst")) == TRACES[: len(lines)]


def test_reports_read_no_sealed_trace(run: Path) -> None:
    for file in (run / "episodes").glob("*.jsonl.zst"):
        data = file.read_bytes()
        file.write_bytes(bytes(len(data) - END_BYTES) + data[-END_BYTES:])
    read = RunFolder.open(run)
    assert list(read.digests()) == [Digest.of(trace) for trace in TRACES]
    assert len(read.done()) == len(TRACES)


def test_fetching_reads_only_the_frames_it_needs(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unpacked: list[bytes] = []

    def counted(frame: bytes) -> bytes:
        unpacked.append(frame)
        return decompress(frame)

    monkeypatch.setattr("lean_agent.trace.shards.decompress", counted)
    first, second, last = TRACES[0], TRACES[1], TRACES[-1]
    ids = {last.episode_id, first.episode_id, second.episode_id, "p0#999", "unknown#0", "odd"}
    assert list(RunFolder.open(run).fetch(ids)) == [first, second, last]
    assert len(unpacked) == 1, "the first two are in one frame, and the last is not sealed"


def test_nothing_is_fetched_for_no_ids(run: Path) -> None:
    assert list(RunFolder.open(run).fetch(set())) == []


def damage(data: bytes) -> bytes:
    return data[:-9] + b"damaged" + data[-2:]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: file.unlink(),
        lambda file: file.write_bytes(file.read_bytes()[:-20]),
        lambda file: file.write_bytes(damage(file.read_bytes())),
        lambda file: file.write_bytes(b""),
        lambda file: file.write_bytes(b"not compressed"),
    ],
    ids=["missing", "torn", "damaged", "empty", "something else"],
)
def test_an_index_that_is_lost_is_made_anew(run: Path, spoil: Any) -> None:
    file = run / "episodes" / "00001.index.zst"
    before = file.read_bytes()
    spoil(file)
    assert_holds(run, TRACES)
    assert not file.exists() or file.read_bytes() != before, "a reader writes nothing"
    file.unlink(missing_ok=True)
    with opened(run) as writing:
        assert len(writing.done()) == len(TRACES)
    assert file.read_bytes() == before


def test_an_index_of_another_version_is_made_anew(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_module, "_VERSION", index_module._VERSION + 1)
    assert Shard(run / "episodes" / "00000.jsonl").index() is None
    assert_holds(run, TRACES)


@pytest.mark.parametrize("place", [END_BYTES + 1, 5000], ids=["checksum", "middle"])
def test_a_damaged_shard_is_named_with_what_to_do(run: Path, place: int) -> None:
    file = run / "episodes" / "00001.jsonl.zst"
    data = bytearray(file.read_bytes())
    data[-place - 5 : -place] = b"wrong"
    file.write_bytes(data)
    with pytest.raises(UserError, match=r"00001\.jsonl\.zst, frame \d+ is damaged .* copy"):
        list(RunFolder.open(run).traces())
    with pytest.raises(UserError, match=r"00001\.jsonl\.zst, frame \d+ is damaged"):
        list(RunFolder.open(run).fetch({trace.episode_id for trace in TRACES}))
    assert len(list(RunFolder.open(run).digests())) == len(TRACES)
    file.unlink()  # as it says: its episodes are run again, the others are kept
    file.with_name("00001.index.zst").unlink()
    kept = {trace.episode_id for trace in RunFolder.open(run).traces()}
    with opened(run) as writing:
        for trace in TRACES:
            if trace.episode_id not in kept:
                writing.append(trace)
    assert sorted(RunFolder.open(run).done()) == sorted(t.episode_id for t in TRACES)


def test_a_damaged_line_in_a_sealed_shard_is_named(run: Path) -> None:
    file = run / "episodes" / "00000.jsonl.zst"
    plain = file.with_suffix("")
    subprocess.run(["zstd", "-dq", str(file)], check=True)
    lines = plain.read_bytes().splitlines(keepends=True)
    lines[2] = b'{"schema_version":1}\n'
    file.write_bytes(ended(zstandard.compress(b"".join(lines))))
    file.with_name("00000.index.zst").unlink()
    plain.unlink()
    with pytest.raises(UserError, match=r"00000\.jsonl\.zst, line 3 is damaged .*zstd -d"):
        list(RunFolder.open(run).digests())


def test_a_shard_that_was_mended_by_hand_is_sealed_again(run: Path) -> None:
    """Unpacked, edited, and the compressed file and its index removed, as the error says."""
    folder = run / "episodes"
    content = b"".join(
        zstandard.ZstdDecompressor()
        .stream_reader((folder / "00000.jsonl.zst").open("rb"), read_across_frames=True)
        .read()
        .splitlines(keepends=True)[1:]
    )
    (folder / "00000.jsonl").write_bytes(content)
    (folder / "00000.jsonl.zst").unlink()
    assert_holds(run, TRACES[1:])
    write(run, [])
    assert_holds(run, TRACES[1:])


def assert_refused(run: Path, why: str) -> None:
    """No way of reading passes over the damage, and going on with the run changes nothing."""
    before = {file: file.read_bytes() for file in (run / "episodes").iterdir()}
    read = RunFolder.open(run)
    for look in (
        lambda: list(read.traces()),
        lambda: list(read.digests()),
        lambda: read.done(),
        lambda: list(read.fetch({TRACES[0].episode_id})),
        lambda: write_nothing(run),
    ):
        with pytest.raises(UserError, match=why):
            look()
    assert {file: file.read_bytes() for file in before} == before


def write_nothing(run: Path) -> None:
    with opened(run) as writing:
        writing.done()


@pytest.mark.parametrize("with_index", [True, False])
@pytest.mark.parametrize("frames", [0, 1, 2])
def test_a_shard_that_was_cut_off_between_two_frames_is_damaged(
    run: Path, frames: int, with_index: bool
) -> None:
    """Each frame that is left is whole, and so is each line."""
    file = run / "episodes" / "00001.jsonl.zst"
    size = sum(size for size, _ in list(frames_of(file))[:frames])
    file.write_bytes(file.read_bytes()[:size])
    if not with_index:
        file.with_name("00001.index.zst").unlink()
    assert_refused(run, r"00001\.jsonl\.zst is damaged: it was cut off")
    with pytest.raises(UserError, match="cut off"):
        list(read_traces(file))


def test_what_is_left_of_a_shard_that_was_cut_off_is_kept(run: Path) -> None:
    """Unpacked, and then deleted with its index, as the error says."""
    file = run / "episodes" / "00001.jsonl.zst"
    frames = list(frames_of(file))
    file.write_bytes(file.read_bytes()[: sum(size for size, _ in frames[:2])])
    subprocess.run(["zstd", "-dq", str(file)], check=True)
    assert_refused(run, r"00001\.jsonl\.zst is damaged")
    file.unlink()
    file.with_name("00001.index.zst").unlink()
    lost = b"".join(content for _, content in frames[2:]).splitlines()
    again = [Trace.model_validate_json(line) for line in lost]
    kept = [trace for trace in TRACES if trace not in again]
    assert again
    assert_holds(run, kept)
    write(run, again)
    assert_holds(run, [*kept, *again])


@pytest.mark.parametrize("name", ["00000.jsonl.zst", "00000.index.zst"])
def test_a_shard_and_the_index_of_another_are_not_believed(run: Path, name: str) -> None:
    folder = run / "episodes"
    shutil.copy(folder / name, folder / name.replace("00000", "00001"))
    assert_refused(run, r"00001\.jsonl\.zst .* not what 00001\.index\.zst is the index of")
    if "index" in name:  # the way out of this one
        (folder / "00001.index.zst").unlink()
        assert_holds(run, TRACES)


def test_an_index_of_a_shard_of_the_very_same_size_is_not_believed(tmp_path: Path) -> None:
    of_size: dict[int, Path] = {}
    for sample in range(30):
        run = tmp_path / str(sample)
        write(run, [make_trace(PROBLEMS[0], sample)])
        one = run / "episodes"
        sealing.seal(Shard(one / "00000.jsonl"))
        other = of_size.setdefault((one / "00000.jsonl.zst").stat().st_size, one)
        if other is not one:
            break
    assert other is not one
    shutil.copy(other / "00000.index.zst", one)
    assert_refused(run, "is not what 00000.index.zst is the index of")


def test_a_shard_with_an_exchanged_frame_is_damaged(run: Path) -> None:
    """Every frame is whole, and the size is right."""
    file = run / "episodes" / "00000.jsonl.zst"
    data = file.read_bytes()
    first, second = (size for size, _ in list(frames_of(file))[:2])
    both = first + second
    file.write_bytes(data[first:both] + data[:first] + data[both:])
    with pytest.raises(UserError, match=r"00000\.jsonl\.zst is damaged: its checksum is another"):
        list(RunFolder.open(run).traces())


def test_a_shard_that_something_else_compressed_is_refused_and_read_as_a_file(
    run: Path, tmp_path: Path
) -> None:
    """Nothing says that it is whole."""
    file = run / "episodes" / "00000.jsonl.zst"
    contents = [content for _, content in frames_of(file)]
    text = b"".join(contents)
    half = len(text) // 2  # in the middle of a line
    file.write_bytes(zstandard.compress(text[:half]) + zstandard.compress(text[half:]))
    assert_refused(run, "damaged: it was cut off, or something else wrote it")
    elsewhere = Path(shutil.copy(file, tmp_path / "traces.jsonl.zst"))
    assert list(read_traces(elsewhere)) == TRACES[: text.count(b"\n")]
    elsewhere.write_bytes(b"")
    with pytest.raises(UserError, match=r"traces\.jsonl\.zst is damaged"):
        list(read_traces(elsewhere))


def test_an_index_is_not_made_of_digests_that_are_not_those_of_the_lines(tmp_path: Path) -> None:
    """A line was added by hand to the shard that is being written."""
    with opened(tmp_path) as run:
        run.append(TRACES[0])
        with (tmp_path / "episodes" / "00000.jsonl").open("a") as file:
            file.write(f"{TRACES[1].model_dump_json()}\n")
        for trace in TRACES[2:]:
            run.append(trace)
    assert "00000.index.zst" in names(tmp_path)
    assert_holds(tmp_path, TRACES)


@pytest.mark.parametrize("stray", ["3000000.jsonl", "99999999999999999999.jsonl.zst"])
def test_a_stray_file_with_a_large_number_holds_nobody_up(run: Path, stray: str) -> None:
    (run / "episodes" / stray).write_bytes(ended(b"") if stray.endswith(".zst") else b"")
    assert_holds(run, TRACES)
    assert len(shards_of(run)) == len({name.split(".")[0] for name in names(run)})


def test_shards_that_are_begun_or_sealed_while_the_folder_is_listed_are_found(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = shards_of(run)
    assert len(every) > 4
    listed = [every[1].compressed, every[3].compressed]
    monkeypatch.setattr(Path, "iterdir", lambda _: iter(listed))
    assert shards_of(run) == every


def test_both_files_of_a_shard_count_once(run: Path) -> None:
    """Killed after the compressed file was complete, before the plain one was removed."""
    folder = run / "episodes"
    (folder / "00000.jsonl").write_text(f"{TRACES[0].model_dump_json()}\n")
    (folder / "00001.jsonl.zst.part").write_bytes(b"begun")
    assert_holds(run, TRACES)
    with opened(run):
        assert "00000.jsonl" not in names(run)
        assert "00001.jsonl.zst.part" not in names(run)
    assert_holds(run, TRACES)


def test_a_torn_line_is_cut_off_wherever_a_shard_ends(run: Path) -> None:
    """Killed in the middle of a write, and once more before the next shard had an episode."""
    folder = run / "episodes"
    last = folder / names(run)[-1]
    with last.open("ab") as file:
        file.write(b'{"schema_version":1,"problem":{"id"')
    following = last.with_name(f"{int(last.stem) + 1:05d}.jsonl")
    following.write_bytes(b'{"schema_ver')
    assert_holds(run, TRACES)
    with opened(run):
        assert following.read_bytes() == b""
    assert_holds(run, TRACES)


def test_a_shard_that_cannot_be_sealed_stays_and_is_sealed_later(tmp_path: Path) -> None:
    run = opened(tmp_path)
    obstacle = tmp_path / "episodes" / "00000.jsonl.zst.part"
    obstacle.mkdir()  # a folder where the compressed copy should grow
    with run:
        for trace in TRACES:
            run.append(trace)
    assert "00000.jsonl" in names(tmp_path)
    assert "00000.jsonl.zst" not in names(tmp_path)
    assert_holds(tmp_path, TRACES)
    obstacle.rmdir()
    write(tmp_path, [])
    assert_holds(tmp_path, TRACES)


def test_a_reader_beside_the_writer_misses_nothing_and_sees_nothing_double(
    tmp_path: Path,
) -> None:
    """Each look is at the first so many episodes of those that are written."""
    expected = [trace.episode_id for trace in TRACES]
    ended = threading.Event()
    looks: list[list[str]] = []

    def look() -> None:
        while not (tmp_path / "run.json").exists():
            pass
        while not ended.is_set():
            run = RunFolder.open(tmp_path)
            looks.append([digest.episode_id for digest in run.digests()])
            looks.append([trace.episode_id for trace in run.traces()])

    reader = threading.Thread(target=look)
    reader.start()
    with RunFolder.create_or_resume(tmp_path, SETTINGS, 10_000) as run:
        for number, trace in enumerate(TRACES):
            run.append(trace)
            while len(looks) < number / 10:  # let the reader look now and then
                threading.Event().wait(0.001)
    ended.set()
    reader.join()
    assert len({len(look) for look in looks}) > 3
    assert all(look == expected[: len(look)] for look in looks)
    assert [len(look) for look in looks] == sorted(len(look) for look in looks)


def old_folder(path: Path, traces: list[Trace]) -> Path:
    """A run as the first version wrote it."""
    path.mkdir()
    settings = SETTINGS.model_dump_json(exclude={"schema_version", "broken"})
    (path / "run.json").write_text(settings)
    text = "".join(f"{trace.model_dump_json()}\n" for trace in traces)
    (path / "episodes.jsonl").write_text(text)
    return path


def test_a_folder_of_the_first_version_is_read_as_it_is(tmp_path: Path) -> None:
    path = old_folder(tmp_path / "run", TRACES)
    assert_holds(path, TRACES)
    assert RunFolder.open(path).settings == SETTINGS
    assert sorted(file.name for file in path.iterdir()) == ["episodes.jsonl", "run.json"]


def test_a_folder_of_the_first_version_is_gone_on_with(tmp_path: Path) -> None:
    path = old_folder(tmp_path / "run", TRACES[:50])
    with (path / "episodes.jsonl").open("a") as file:
        file.write('{"torn')
    write(path, TRACES[50:])
    assert not (path / "episodes.jsonl").exists()
    assert names(path)[0].startswith("00000")
    assert_holds(path, TRACES)
    assert '"schema_version": 2' in (path / "run.json").read_text()


def test_a_reader_who_comes_while_the_layout_changes_is_told(tmp_path: Path) -> None:
    path = old_folder(tmp_path / "run", TRACES)
    reading = RunFolder.open(path).traces()
    shards = shards_of(path)
    write(path, [])
    with pytest.raises(UserError, match="taken away while the run was read: read it again"):
        list(shards[0].traces())
    assert list(reading) == TRACES


def test_two_layouts_in_one_folder_are_refused(run: Path) -> None:
    (run / "episodes.jsonl").write_text("")
    with pytest.raises(UserError, match=r"holds episodes\.jsonl beside episodes/"):
        list(RunFolder.open(run).traces())
    with pytest.raises(UserError, match=r"holds episodes\.jsonl beside episodes/"):
        opened(run)


def test_a_dataset_is_read_by_its_folder(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no run\.json and no traces\.jsonl"):
        read_traces(tmp_path)
    text = "".join(f"{trace.model_dump_json()}\n" for trace in TRACES[:3])
    (tmp_path / "traces.jsonl").write_text(text)
    assert list(read_traces(tmp_path)) == TRACES[:3]
    assert list(read_traces(tmp_path / "traces.jsonl")) == TRACES[:3]


def test_the_file_that_a_run_had_before_is_asked_for(run: Path) -> None:
    with pytest.raises(UserError, match=r"episodes\.jsonl: no such .* are read with .*run$"):
        read_traces(run / "episodes.jsonl")
