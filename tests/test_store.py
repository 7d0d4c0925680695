"""A run folder: settings, episodes, and what a kill leaves behind."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scripted import AND_SWAP

from lean_agent.chat import Message, Sampling
from lean_agent.errors import UserError
from lean_agent.trace.store import RunFolder, RunSettings, problems_checksum, read_traces
from lean_agent.trace.trace import Limits, Outcome, Trace

SETTINGS = RunSettings(
    benchmark="embedded",
    benchmark_checksum=problems_checksum([AND_SWAP]),
    split="test",
    limit=None,
    problem_ids=("and_swap",),
    model="portfolio",
    samples=4,
    sampling=Sampling(),
    limits=Limits(),
    toolchain="Lean 4.35.0",
    index_checksum="abc",
    lean_agent="0.1.0",
)


def trace(sample: int, outcome: Outcome = Outcome.GAVE_UP) -> Trace:
    return Trace(
        problem=AND_SWAP,
        sample=sample,
        model="portfolio",
        sampling=Sampling(),
        limits=Limits(),
        tools=(),
        messages=(Message(role="system", content="∀\n\u2028\r"), Message(role="user", content="")),
        turns=(),
        outcome=outcome,
        versions={},
        started="2025-01-01T00:00:00+00:00",
        seconds=1.0,
    )


def run_with(path: Path, samples: int) -> Path:
    with RunFolder.create_or_resume(path, SETTINGS) as run:
        for sample in range(samples):
            run.append(trace(sample))
    return path / "episodes" / "00000.jsonl"


def test_what_is_appended_is_read_back(tmp_path: Path) -> None:
    with RunFolder.create_or_resume(tmp_path / "run", SETTINGS) as run:
        run.append(trace(0, Outcome.PROVED))
        run.append(trace(1))
    read = RunFolder.open(tmp_path / "run")
    assert read.settings == SETTINGS
    assert list(read.traces()) == [trace(0, Outcome.PROVED), trace(1)]
    assert read.done() == {"and_swap#0": Outcome.PROVED, "and_swap#1": Outcome.GAVE_UP}
    assert list(read_traces(tmp_path / "run")) == list(
        read_traces(run.path / "episodes" / "00000.jsonl")
    )


def test_a_run_without_episodes_is_empty(tmp_path: Path) -> None:
    with RunFolder.create_or_resume(tmp_path, SETTINGS) as run:
        assert run.done() == {}
    assert list(RunFolder.open(tmp_path).traces()) == []


def test_a_run_is_resumed_with_the_same_settings(tmp_path: Path) -> None:
    run_with(tmp_path, 2)
    with RunFolder.create_or_resume(tmp_path, SETTINGS) as run:
        run.append(trace(2))
    assert set(run.done()) == {"and_swap#0", "and_swap#1", "and_swap#2"}


def test_other_settings_are_named_with_both_values(tmp_path: Path) -> None:
    run_with(tmp_path, 1)
    other = SETTINGS.model_copy(
        update={"samples": 8, "sampling": Sampling(temperature=0.5), "problem_ids": ("x", "y")}
    )
    with pytest.raises(UserError) as refusal:
        RunFolder.create_or_resume(tmp_path, other)
    text = str(refusal.value)
    assert "samples is 4 there and 8 now" in text
    assert "sampling.temperature is 1.0 there and 0.5 now" in text
    assert "problem_ids is [and_swap] (1) there and [x, y] (2) now" in text
    assert "--out" in text
    assert "benchmark" not in text


def with_facts(**facts: str) -> RunSettings:
    return SETTINGS.model_copy(update={"model_facts": facts})


def test_a_run_is_gone_on_with_only_where_the_model_is_the_same(tmp_path: Path) -> None:
    RunFolder.create_or_resume(tmp_path, with_facts(context_tokens="8192", dtype="x")).close()
    with pytest.raises(UserError, match=r"model_facts\.context_tokens is 8192 there and 1024 now"):
        RunFolder.create_or_resume(tmp_path, with_facts(context_tokens="1024", dtype="x"))
    # A server may not have told it, or tell it only now.
    RunFolder.create_or_resume(tmp_path, with_facts(dtype="x", revision="abc")).close()


def test_a_run_of_an_older_version_knows_no_facts(tmp_path: Path) -> None:
    RunFolder.create_or_resume(tmp_path, SETTINGS).close()
    file = tmp_path / "run.json"
    written = json.loads(file.read_text())
    del written["model_facts"]
    file.write_text(json.dumps(written))
    RunFolder.create_or_resume(tmp_path, with_facts(context_tokens="8192")).close()


def test_a_run_goes_on_with_its_server_at_another_address(tmp_path: Path) -> None:
    """On a cluster it comes back on another node. Runs recorded before had the address, too."""

    def at(address: str) -> RunSettings:
        return RunSettings(**{**SETTINGS.model_dump(), "model": f"openai:Qwen/Qwen3-8B{address}"})

    with RunFolder.create_or_resume(tmp_path / "run", at("@http://node1:8000/v1")) as run:
        assert run.settings.model == "openai:Qwen/Qwen3-8B"
    for address in ("@http://node2:9000/v1", ""):
        with RunFolder.create_or_resume(tmp_path / "run", at(address)):
            pass
    file = tmp_path / "run" / "run.json"
    file.write_text(file.read_text().replace("Qwen3-8B", "Qwen3-8B@http://node3:8000/v1"))
    with RunFolder.create_or_resume(tmp_path / "run", at("@http://node1:8000/v1")):
        pass
    with pytest.raises(UserError, match="model is openai:Qwen/Qwen3-8B there and openai:o now"):
        other = SETTINGS.model_copy(update={"model": "openai:o"})
        RunFolder.create_or_resume(tmp_path / "run", other)


def test_whether_a_folder_can_be_gone_on_with_is_seen_without_writing(tmp_path: Path) -> None:
    RunFolder.refuse_other(tmp_path / "none", SETTINGS)
    assert not (tmp_path / "none").exists()
    run_with(tmp_path / "run", 1)
    RunFolder.refuse_other(tmp_path / "run", SETTINGS)
    with pytest.raises(UserError, match="samples is 4 there and 5 now"):
        RunFolder.refuse_other(tmp_path / "run", SETTINGS.model_copy(update={"samples": 5}))
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(UserError, match="not a run folder"):
        RunFolder.refuse_other(tmp_path, SETTINGS)


@settings(deadline=None, max_examples=50)
@given(cut=st.integers(min_value=1))
def test_an_episode_cut_off_by_a_kill_is_not_there(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    folder = tmp_path_factory.mktemp("run")
    episodes = run_with(folder, 3)
    whole = episodes.read_bytes()
    last = whole.rindex(b"\n", 0, -1) + 1
    episodes.write_bytes(whole[: last + cut % (len(whole) - 1 - last)])
    assert set(RunFolder.open(folder).done()) == {"and_swap#0", "and_swap#1"}
    with RunFolder.create_or_resume(folder, SETTINGS) as run:
        assert episodes.read_bytes() == whole[:last]
        run.append(trace(2))
    assert episodes.read_bytes() == whole


def test_a_last_episode_that_lacks_only_its_newline_is_there(tmp_path: Path) -> None:
    episodes = run_with(tmp_path, 2)
    whole = episodes.read_bytes()
    episodes.write_bytes(whole.removesuffix(b"\n"))  # as some editors save a file
    assert [trace.sample for trace in read_traces(tmp_path)] == [0, 1]
    with RunFolder.create_or_resume(tmp_path, SETTINGS) as run:
        assert set(run.done()) == {"and_swap#0", "and_swap#1"}
    assert episodes.read_bytes() == whole


@pytest.mark.parametrize("damage", [b"{}\n", b"\xff\n", b"\n", b'{"problem": {"id"\n'])
def test_a_damaged_line_in_the_middle_is_named(tmp_path: Path, damage: bytes) -> None:
    episodes = run_with(tmp_path, 2)
    first, second = episodes.read_bytes().splitlines(keepends=True)
    episodes.write_bytes(first + damage + second)
    run = RunFolder.open(tmp_path)
    with pytest.raises(UserError, match=r"00000.jsonl, line 2 is damaged"):
        run.done()
    with pytest.raises(UserError, match="line 2 is damaged"):
        list(run.traces())


def test_a_second_writer_is_refused_while_the_first_lives(tmp_path: Path) -> None:
    with RunFolder.create_or_resume(tmp_path, SETTINGS):
        code = (
            "import sys; from pathlib import Path\n"
            "from lean_agent.trace.store import *\n"
            "settings = RunSettings.model_validate_json(sys.argv[2])\n"
            "RunFolder.create_or_resume(Path(sys.argv[1]), settings)"
        )
        command = [sys.executable, "-c", code, str(tmp_path), SETTINGS.model_dump_json()]
        second = subprocess.run(command, capture_output=True, text=True, check=False)
        assert "another lean-agent is writing" in second.stderr
        assert list(RunFolder.open(tmp_path).traces()) == [], "reading is always possible"
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_a_folder_that_is_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("x")
    with pytest.raises(UserError, match="not a run folder"):
        RunFolder.create_or_resume(tmp_path, SETTINGS)
    with pytest.raises(UserError, match="is a file"):
        RunFolder.create_or_resume(tmp_path / "thesis.tex", SETTINGS)
    with pytest.raises(UserError, match="not a run folder"):
        RunFolder.open(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


@pytest.mark.parametrize("name", ["run.lock", "run.json", "run.json.part", "episodes.jsonl"])
def test_a_folder_that_cannot_be_written_is_a_user_error(tmp_path: Path, name: str) -> None:
    if name == "episodes.jsonl":
        run_with(tmp_path, 0).unlink()
    (tmp_path / name).mkdir()  # where a file should go
    for _ in range(2):  # and the lock is let go
        with pytest.raises(UserError, match="cannot") as error:
            RunFolder.create_or_resume(tmp_path, SETTINGS)
        assert str(tmp_path) in str(error.value)


def test_a_missing_trace_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"none\.jsonl: no such run folder or trace file"):
        read_traces(tmp_path / "none.jsonl")


@pytest.mark.parametrize("content", [b"\x00\x01\xff", b'{"problem": {"id"', b"no JSON"])
def test_a_file_without_a_whole_line_is_no_file_of_traces(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "traces.jsonl"
    file.write_bytes(content)
    with pytest.raises(UserError, match=r"traces\.jsonl holds no whole line"):
        list(read_traces(file))
    file.write_bytes(b"")
    assert list(read_traces(file)) == []


def test_an_episode_that_does_not_fit_on_the_disk_is_taken_back(tmp_path: Path) -> None:
    code = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from lean_agent.errors import UserError\n"
        "from lean_agent.trace.store import *\n"
        "path = Path(sys.argv[1])\n"
        "run = RunFolder.create_or_resume(path, RunFolder.open(path).settings)\n"
        "trace = next(run.traces())\n"
        "size = (path / 'episodes' / '00000.jsonl').stat().st_size\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (size + 100, -1))\n"
        "try: run.append(trace)\n"
        "except UserError as error: sys.exit(str(error))\n"
    )
    episodes = run_with(tmp_path, 1)
    before = episodes.read_bytes()
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert "cannot write" in done.stderr
    assert episodes.read_bytes() == before


def test_what_is_written_is_synced_within_a_second_and_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = threading.Semaphore(0)
    monkeypatch.setattr("os.fsync", lambda _: synced.release())
    monkeypatch.setattr("lean_agent.trace.appender._SYNC_SECONDS", 0.05)
    with RunFolder.create_or_resume(tmp_path / "run", SETTINGS) as run:
        while synced.acquire(blocking=False):
            pass  # those of opening the folder
        run.append(trace(0))
        run.append(trace(1))
        assert synced.acquire(timeout=60), "the first at once"
        assert synced.acquire(timeout=60), "the second soon, though nothing follows it"
    assert synced.acquire(timeout=60), "and once more when the folder is closed"


def test_a_sync_that_fails_later_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = threading.Event()

    def fail(_: int) -> None:
        failed.set()
        raise OSError(28, "No space left on device")

    run = RunFolder.create_or_resume(tmp_path / "run", SETTINGS)
    monkeypatch.setattr("lean_agent.trace.appender._SYNC_SECONDS", 0.05)
    run.append(trace(0))
    monkeypatch.setattr("os.fsync", fail)
    run.append(trace(1))
    assert failed.wait(60)
    with pytest.raises(UserError, match="No space left"):
        run.close()
